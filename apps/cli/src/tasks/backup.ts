/** The second store of a run's checkpoints, where its recipe names one. */
import {
  acquireLease,
  Backup,
  bringCheckpoints,
  type FileStore,
  journalPath,
  openStore,
  type Run,
  storeRun,
  takeOver,
} from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';

export interface OpenBackup {
  readonly backup?: Backup;
  /** Waits for what is being copied, and gives the lease back. */
  close(): Promise<void>;
}

/**
 * Takes the run there and brings to its folder what another machine has trained since. `token`: of the folder's lease. Throws a
 * UserError where the store cannot be used or another process writes the run there.
 */
export async function openBackup(
  { store: address }: TrainRecipe,
  run: Run,
  folder: FileStore,
  token: number,
  { signal, warn, info }: Context,
): Promise<OpenBackup> {
  if (address === undefined) return { close: async () => {} };
  const store = await openStore(`${address}/${run.id}`);
  const lease = await acquireLease(store, { waiting: warn, signal });
  const damaged = ({ message }: Error): void => warn(message);
  await takeOver(store, lease.token, damaged);
  const brought = await bringCheckpoints(store, folder, token, damaged);
  if (brought !== undefined) info(`step ${brought} was brought from ${store.where}`);
  await storeRun(run, store);
  await (await openStore(address)).put(indexKey(run.record.recipe, run.id), new Uint8Array());
  const backup = new Backup(store, { journal: journalPath(run), token: lease.token, warn });
  return {
    backup,
    async close() {
      info(`copying what is left to ${store.where}`);
      try {
        await backup.close();
      } finally {
        await lease.release();
      }
    },
  };
}

const indexFolder = (recipe: string): string => `by-recipe/${recipe}/`;
const indexKey = (recipe: string, id: string): string => `${indexFolder(recipe)}${id}`;

/** Ids of the runs of a recipe that a store holds, the newest first. */
export async function storedRuns(address: string, recipe: string): Promise<string[]> {
  const folder = indexFolder(recipe);
  const entries = await (await openStore(address)).list(folder);
  return entries.map(({ key }) => key.slice(folder.length)).reverse();
}
