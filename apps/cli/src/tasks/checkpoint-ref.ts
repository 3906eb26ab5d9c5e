/**
 * Finds the checkpoint that a recipe or a command names: a run's id or folder, or a recipe whose newest run is meant; the best one,
 * or after an @ the one of a step.
 */
import { resolve } from 'node:path';
import {
  bestCheckpoint,
  type Checkpoint,
  FileStore,
  findRun,
  latestCheckpoint,
  listRuns,
  openRun,
  type Run,
  readCheckpoint,
  UserError,
} from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { recipeName } from './recipe-name.ts';

export interface RunCheckpoint extends Checkpoint {
  readonly run: Run;
  readonly recipe: TrainRecipe;
  /** `<run id> step N`, for messages and records. */
  readonly where: string;
}

/** The run that `reference` means: a recipe file (its newest run), a folder, an id or the part of one. */
export async function runOf(reference: string, runs: string): Promise<Run> {
  if (/\.ya?ml$/.test(reference)) return newestOf(reference, runs);
  if (reference.includes('/')) return openRun(resolve(reference));
  return findRun(runs, reference);
}

async function newestOf(recipe: string, runs: string): Promise<Run> {
  const name = recipeName(recipe);
  const made = (await listRuns(runs, () => {})).filter((run) => run.record.recipe === name);
  const newest = made.at(-1);
  if (newest) return newest;
  throw new UserError(`no run of ${recipe} in ${runs}; make one with: npm run fsg -- train ${recipe}`);
}

/** The run that is meant, and the step: the one named, else that of its best checkpoint, else of its newest. */
async function placeOf(
  reference: string,
  runs: string,
): Promise<{ run: Run; step: number; store: FileStore }> {
  const [, name = reference, named] = /^(.+)@(\d+)$/.exec(reference) ?? [];
  const run = await runOf(name, runs);
  const store = new FileStore(run.folder);
  if (named !== undefined) return { run, step: Number(named), store };
  const step = (await bestCheckpoint(store))?.step ?? (await latestCheckpoint(store, () => {}))?.step;
  if (step !== undefined) return { run, step, store };
  throw new UserError(
    `${run.id} has no checkpoint yet; go on with it: npm run fsg -- train --resume ${run.id}`,
  );
}

/** The reference that means the same checkpoint for ever, whatever is trained after it: `<run id>@<step>`. */
export async function pinned(reference: string, runs: string): Promise<string> {
  const { run, step } = await placeOf(reference, runs);
  return `${run.id}@${step}`;
}

/** The checkpoint that is meant, verified. */
export async function checkpointOf(reference: string, runs: string): Promise<RunCheckpoint> {
  const { run, step, store } = await placeOf(reference, runs);
  const recipe = TrainRecipe.safeParse(run.record.config);
  if (!recipe.success)
    throw new UserError(`${run.id} is no training run: ${recipe.error.issues[0]?.message}`);
  return {
    ...(await readCheckpoint(store, step)),
    run,
    recipe: recipe.data,
    where: `${run.id} step ${step}`,
  };
}
