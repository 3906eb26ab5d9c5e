/** Keeps a run's checkpoints for good, or lets them go; gives the steps that are pinned now. */
import {
  bestCheckpoint,
  FileStore,
  listCheckpoints,
  nearest,
  pinCheckpoint,
  pinnedSteps,
  type Run,
  type Store,
  UserError,
  unpinCheckpoint,
} from '@fsg/runs';

export async function pinTask(run: Run, wanted: readonly string[]): Promise<number[]> {
  const store = new FileStore(run.folder);
  const complete = await completeSteps(store);
  for (const step of await stepsOf(run, store, wanted, complete, 'no complete checkpoint')) {
    await pinCheckpoint(store, step);
  }
  return pinnedSteps(store);
}

export async function unpinTask(run: Run, wanted: readonly string[]): Promise<number[]> {
  const store = new FileStore(run.folder);
  for (const step of await stepsOf(run, store, wanted, await pinnedSteps(store), 'nothing pinned')) {
    await unpinCheckpoint(store, step);
  }
  return pinnedSteps(store);
}

/** The wanted steps, all of them among `valid`; where none is wanted the best checkpoint's, else the newest one's. */
async function stepsOf(
  run: Run,
  store: Store,
  wanted: readonly string[],
  valid: readonly number[],
  none: string,
): Promise<number[]> {
  if (valid.length === 0) throw new UserError(`${run.id} has ${none}`);
  const names = valid.map(String);
  const newest = (await completeSteps(store)).at(-1);
  const chosen = wanted.length > 0 ? wanted : [String((await bestCheckpoint(store))?.step ?? newest)];
  for (const step of chosen) {
    if (names.includes(step)) continue;
    throw new UserError(
      `${run.id} has ${none} at step ${step}; nearest: ${nearestStep(step, valid)}; all: ${names.join(', ')}`,
      2,
    );
  }
  return chosen.map(Number);
}

const completeSteps = async (store: Store): Promise<number[]> =>
  (await listCheckpoints(store, () => {})).map(({ step }) => step);

/** By its number, and where it is none by its digits. */
function nearestStep(wanted: string, steps: readonly number[]): number | string | undefined {
  const number = Number(wanted);
  if (!Number.isFinite(number)) return nearest(wanted, steps.map(String));
  return steps.reduce((a, b) => (Math.abs(b - number) < Math.abs(a - number) ? b : a));
}
