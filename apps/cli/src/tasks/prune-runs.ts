/** Removes checkpoints that nobody needs from runs that have ended. */
import {
  FileStore,
  findRun,
  type KeptToo,
  listCheckpoints,
  pruneCheckpoints,
  type Run,
  referencedSteps,
  removableCheckpoints,
  summarise,
  UserError,
} from '@fsg/runs';

export interface PruneOptions {
  /** How many of the newest stay. */
  readonly keep: number;
  readonly every?: number;
  readonly dryRun?: boolean;
  /** Also runs without an end. */
  readonly force?: boolean;
}

export interface Pruned {
  readonly run: string;
  /** Steps that went, or would go. */
  readonly removed: readonly number[];
  readonly bytes: number;
  readonly kept: readonly number[];
}

export async function pruneTask(
  root: string,
  wanted: readonly string[],
  { keep, every, dryRun, force }: PruneOptions,
): Promise<Pruned[]> {
  const found = await Promise.all(wanted.map((name) => findRun(root, name)));
  const plans = await Promise.all(
    found.map(async (run) => {
      if (!dryRun && !force) await refuseOpen(run);
      const kept = { steps: await referencedSteps(root, run.id), ...(every !== undefined && { every }) };
      return plan(run, keep, kept);
    }),
  );
  if (!dryRun) for (const { store, kept } of plans) await pruneCheckpoints(store, keep, kept);
  return plans.map(({ pruned }) => pruned);
}

async function plan(run: Run, keep: number, kept: KeptToo) {
  const store = new FileStore(run.folder);
  const complete = await listCheckpoints(store, () => {});
  const removed = await removableCheckpoints(store, keep, kept);
  if (!removed && complete.length > 0) {
    throw new UserError(
      `${run.id}: files of its newest checkpoint, step ${complete.at(-1)?.step}, are missing or cut short; ` +
        'nothing is removed while the others may be needed',
    );
  }
  const gone = complete.filter(({ step }) => removed?.includes(step));
  const pruned: Pruned = {
    run: run.id,
    removed: gone.map(({ step }) => step),
    bytes: gone.flatMap(({ files }) => Object.values(files)).reduce((sum, { size }) => sum + size, 0),
    kept: complete.filter((one) => !gone.includes(one)).map(({ step }) => step),
  };
  return { store, kept, pruned };
}

/** Only a run's one writer may prune it: what it is just saving would look unfinished. */
async function refuseOpen(run: Run): Promise<void> {
  const { status, updated } = await summarise(run);
  if (status !== 'open') return;
  throw new UserError(
    `${run.id} has no end (last line ${updated}): it may be training; stop it first, or --force where nothing trains it`,
  );
}
