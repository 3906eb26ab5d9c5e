/** What `fsg train` is to train: a recipe with overrides, or a run with the few that a run may still take. */
import {
  findRun,
  JOURNAL,
  listRuns,
  openStore,
  parseJournal,
  placeStoredRun,
  type Run,
  readStoredRun,
  UserError,
} from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { findRecipe, loadRecipe, overrideValues } from '../recipe/load.ts';
import { storedRuns } from './backup.ts';
import { withPinned } from './pin-references.ts';
import { recipeName } from './recipe-name.ts';
import { endsFinished, hasFinished, trainsThe } from './same-training.ts';

/** For `--resume`: the newest run of the recipe that has not finished, or a new one. */
const AUTO = 'auto';
const STORE = 'store=';

/** Everything else would make it another run. */
const CHANGEABLE = ['epochs', 'logEvery', 'validation', 'samples', 'checkpoints', 'store', 'tracker'];

export interface PreparedTraining {
  readonly recipe: TrainRecipe;
  readonly name: string;
  /** The run to go on with. */
  readonly run?: Run;
}

/** `given`: the recipe unless a run is resumed by name, then overrides. Throws a UserError on any mistake in them. */
export async function prepareTraining(
  given: readonly string[],
  resume: string | undefined,
  runs: string,
  cwd: string,
): Promise<PreparedTraining> {
  if (resume !== undefined && resume !== AUTO) {
    return prepareResume(given, await findOrFetch(resume, given, runs));
  }
  const [file, ...overrides] = given;
  if (file === undefined || file.includes('=')) {
    throw new UserError('fsg train needs a recipe, such as recipes/demo/stage1.yaml, or --resume RUN', 2);
  }
  const recipe = await loadRecipe(file, overrides, TrainRecipe, cwd);
  const name = recipeName(findRecipe(file, cwd));
  const run = resume === AUTO ? await unfinished(recipe, name, runs) : undefined;
  return { recipe, name, ...(run && { run }) };
}

/** The run here; else the one in the store that the overrides name, whose folder is made here. */
async function findOrFetch(id: string, overrides: readonly string[], runs: string): Promise<Run> {
  const address = overrides.find((text) => text.startsWith(STORE))?.slice(STORE.length);
  const here = await findRun(runs, id).catch((error: unknown) => {
    if (address !== undefined && error instanceof UserError) return undefined;
    throw error;
  });
  return here ?? placeStoredRun(await readStoredRun(await openStore(`${address}/${id}`)), runs);
}

/** The newest run of the recipe that has not finished, here or in its store; undefined where there is none. */
async function unfinished(recipe: TrainRecipe, name: string, runs: string): Promise<Run | undefined> {
  const wanted = await withPinned(recipe, runs);
  const all = await listRuns(runs, () => {});
  const here = all.filter((run) => run.record.recipe === name && trainsThe(wanted, run)).at(-1);
  const known = new Set(all.map(({ id }) => id));
  const { store } = recipe;
  for (const id of store === undefined ? [] : await storedRuns(store, name)) {
    if (known.has(id) || (here && id < here.id)) continue;
    const stored = await readStoredRun(await openStore(`${store}/${id}`));
    if (!trainsThe(wanted, stored)) continue;
    const journal = new TextDecoder().decode(stored.files[JOURNAL]);
    return endsFinished(parseJournal(journal).entries) ? undefined : placeStoredRun(stored, runs);
  }
  return here && !hasFinished(here) ? here : undefined;
}

function prepareResume(overrides: readonly string[], run: Run): PreparedTraining {
  const recipe = overrides.find((text) => !text.includes('='));
  if (recipe !== undefined) {
    throw new UserError(`--resume takes the recipe from ${run.id}: leave ${recipe} out`, 2);
  }
  for (const text of overrides) {
    const [key = ''] = text.split(/[.=]/);
    if (CHANGEABLE.includes(key)) continue;
    throw new UserError(
      `${text}: a run goes on with the ${key} it has; it may change ${CHANGEABLE.join(', ')}; ` +
        `a new run can begin with its weights: init=${run.id}`,
      2,
    );
  }
  return {
    recipe: overrideValues(`${run.folder}/run.json`, run.record.config, overrides, TrainRecipe),
    name: run.record.recipe,
    run,
  };
}
