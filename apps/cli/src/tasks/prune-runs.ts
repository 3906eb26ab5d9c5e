/** Removes checkpoints that nobody needs from runs that have ended. */
import {
  FileStore,
  findRun,
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
  if (!dryRun && !force) for (const run of found) await refuseOpen(run);
  const pruned: Pruned[] = [];
  for (const run of found) {
    const store = new FileStore(run.folder);
    const before = await listCheckpoints(store, () => {});
    const kept = { steps: await referencedSteps(root, run.id), ...(every !== undefined && { every }) };
    const removed = dryRun
      ? ((await removableCheckpoints(store, keep, kept)) ?? [])
      : await pruneCheckpoints(store, keep, kept);
    const gone = before.filter(({ step }) => removed.includes(step));
    pruned.push({
      run: run.id,
      removed,
      bytes: gone.flatMap(({ files }) => Object.values(files)).reduce((sum, { size }) => sum + size, 0),
      kept: before.map(({ step }) => step).filter((step) => !removed.includes(step)),
    });
  }
  return pruned;
}

/** Only a run's one writer may prune it: what it is just saving would look unfinished. */
async function refuseOpen(run: Run): Promise<void> {
  const { status, updated } = await summarise(run);
  if (status !== 'open') return;
  throw new UserError(
    `${run.id} has no end (last line ${updated}): it may be training; stop it first, or --force where nothing trains it`,
  );
}
