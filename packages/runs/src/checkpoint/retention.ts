/** Which checkpoints stay: the newest few, the best one and every pinned one. */
import { encodeJson, type Store } from '../store/store.ts';
import { bestCheckpoint, listCheckpoints } from './checkpoints.ts';
import { ALL, fileKey, MANIFEST, type Manifest, PINS, pinKey, stepOf } from './manifest.ts';

/** Keeps a checkpoint for good, until it is unpinned. */
export async function pinCheckpoint(store: Store, step: number): Promise<void> {
  await store.put(pinKey(step), encodeJson({ step }));
}

export async function unpinCheckpoint(store: Store, step: number): Promise<void> {
  await store.remove(pinKey(step));
}

export async function pinnedSteps(store: Store): Promise<number[]> {
  return (await store.list(PINS)).map(({ key }) => stepOf(key, PINS));
}

/**
 * Removes all but the newest `keep` (≥ 1), the best and the pinned, and what unfinished saves left behind; gives the
 * removed steps. Does nothing while a file of the newest is missing or of the wrong size. For the run's one writer,
 * between two saves.
 */
export async function pruneCheckpoints(store: Store, keep: number): Promise<number[]> {
  if (!(keep >= 1)) throw new Error(`keep must be at least 1, not ${keep}`);
  const complete = await listCheckpoints(store, () => {});
  const newest = complete.at(-1);
  if (!newest || !(await hasItsFiles(store, newest))) return [];

  const best = await bestCheckpoint(store);
  const kept = new Set(complete.slice(-keep).map(({ step }) => step));
  for (const step of await pinnedSteps(store)) kept.add(step);
  if (best) kept.add(best.step);

  const removed = complete.map(({ step }) => step).filter((step) => !kept.has(step));
  for (const step of [...removed, ...(await unfinishedSteps(store))]) await removeCheckpoint(store, step);
  return removed;
}

/** The manifest goes first: a removal cut short leaves an unfinished checkpoint, which is never listed. */
async function removeCheckpoint(store: Store, step: number): Promise<void> {
  await store.remove(fileKey(step, MANIFEST));
  for (const { key } of await store.list(fileKey(step, ''))) await store.remove(key);
}

async function unfinishedSteps(store: Store): Promise<number[]> {
  const entries = await store.list(ALL);
  const keys = new Set(entries.map(({ key }) => key));
  const steps = new Set(entries.map(({ key }) => stepOf(key, ALL)));
  return [...steps].filter((step) => !keys.has(fileKey(step, MANIFEST)));
}

async function hasItsFiles(store: Store, { step, files }: Manifest): Promise<boolean> {
  for (const [name, { size }] of Object.entries(files)) {
    if ((await store.stat(fileKey(step, name)))?.size !== size) return false;
  }
  return true;
}
