/** Removes checkpoints that nobody needs from runs that nobody writes. */
import {
  acquireLease,
  FileStore,
  findRun,
  type KeptToo,
  type Lease,
  listCheckpoints,
  pruneCheckpoints,
  type Run,
  referencedSteps,
  removableCheckpoints,
  UserError,
} from '@fsg/runs';
import type { Context } from './context.ts';

export interface PruneOptions {
  /** How many of the newest stay. */
  readonly keep: number;
  readonly every?: number;
  readonly dryRun?: boolean;
}

export interface Pruned {
  readonly run: string;
  /** Steps that went, or would go. */
  readonly removed: readonly number[];
  readonly bytes: number;
  readonly kept: readonly number[];
}

/** Throws a UserError where a run is being written, before anything is removed. */
export async function pruneTask(
  root: string,
  wanted: readonly string[],
  { keep, every, dryRun }: PruneOptions,
  { warn, signal }: Pick<Context, 'warn' | 'signal'>,
): Promise<Pruned[]> {
  const found = await Promise.all(wanted.map((name) => findRun(root, name)));
  const leases: Lease[] = [];
  try {
    if (!dryRun) {
      // What a writer is just saving would look unfinished.
      for (const { folder } of found)
        leases.push(await acquireLease(new FileStore(folder), { waiting: warn, signal }));
    }
    const plans = await Promise.all(
      found.map(async (run) => {
        const steps = await referencedSteps(root, run.id);
        return plan(run, keep, { steps, ...(every !== undefined && { every }) });
      }),
    );
    if (!dryRun) for (const { store, kept } of plans) await pruneCheckpoints(store, keep, kept);
    return plans.map(({ pruned }) => pruned);
  } finally {
    for (const lease of leases) await lease.release();
  }
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
