/** What `fsg train` is to train: a recipe with overrides, or a run with the few that a run may still take. */
import { findRun, type Run, UserError } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { findRecipe, loadRecipe, overrideValues } from '../recipe/load.ts';
import { recipeName } from './recipe-name.ts';

/** Everything else would make it another run. */
const CHANGEABLE = ['epochs', 'logEvery', 'validation', 'samples', 'checkpoints'];

export interface PreparedTraining {
  readonly recipe: TrainRecipe;
  readonly name: string;
  /** The run to go on with. */
  readonly run?: Run;
}

/** `given`: the recipe unless a run is resumed, then overrides. Throws a UserError on any mistake in them. */
export async function prepareTraining(
  given: readonly string[],
  resume: string | undefined,
  runs: string,
  cwd: string,
): Promise<PreparedTraining> {
  if (resume !== undefined) return prepareResume(given, await findRun(runs, resume));
  const [file, ...overrides] = given;
  if (file === undefined || file.includes('=')) {
    throw new UserError('fsg train needs a recipe, such as recipes/demo/stage1.yaml, or --resume RUN', 2);
  }
  return {
    recipe: await loadRecipe(file, overrides, TrainRecipe, cwd),
    name: recipeName(findRecipe(file, cwd)),
  };
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
