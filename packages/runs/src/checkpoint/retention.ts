/** Which checkpoints stay: the newest few, the best one, every pinned one and what the caller wants to keep. */
import { encodeJson, type Store } from '../store/store.ts';
import { bestCheckpoint, listCheckpoints } from './checkpoints.ts';
import {
  ALL,
  fileKey,
  MANIFEST,
  type Manifest,
  PINS,
  type Place,
  pinKey,
  placeOf,
  stepName,
} from './manifest.ts';

/** Keeps a checkpoint for good, until it is unpinned. */
export async function pinCheckpoint(store: Store, step: number): Promise<void> {
  await store.put(pinKey(step), encodeJson({ step }));
}

export async function unpinCheckpoint(store: Store, step: number): Promise<void> {
  await store.remove(pinKey(step));
}

export async function pinnedSteps(store: Store): Promise<number[]> {
  return (await store.list(PINS)).map(({ key }) => placeOf(key, PINS).step);
}

export interface KeptToo {
  /** Checkpoints of steps that are multiples of this, so that a long run's course can be looked at. */
  readonly every?: number;
  /** Such as those that other runs refer to. */
  readonly steps?: readonly number[];
}

/**
 * Removes all but the newest `keep` (≥ 1), the best, the pinned and those of `kept`, and what unfinished saves left
 * behind; gives the removed steps. Does nothing while a file of the newest is missing or of the wrong size. For the run's
 * one writer, between two saves.
 */
export async function pruneCheckpoints(store: Store, keep: number, kept: KeptToo = {}): Promise<number[]> {
  const sides = await sorted(store, keep, kept);
  if (!sides) return [];
  const standing = new Set(sides.kept.map(stepName));
  for (const place of await places(store)) {
    if (!standing.has(stepName(place))) await removeCheckpoint(store, place);
  }
  return sides.removed.map(({ step }) => step);
}

/** What pruneCheckpoints would remove; undefined while the newest is not whole. */
export async function removableCheckpoints(
  store: Store,
  keep: number,
  kept: KeptToo = {},
): Promise<number[] | undefined> {
  return (await sorted(store, keep, kept))?.removed.map(({ step }) => step);
}

async function sorted(
  store: Store,
  keep: number,
  { every, steps = [] }: KeptToo,
): Promise<{ kept: Manifest[]; removed: Manifest[] } | undefined> {
  if (!(keep >= 1)) throw new Error(`keep must be at least 1, not ${keep}`);
  const complete = await listCheckpoints(store, () => {});
  const newest = complete.at(-1);
  if (!newest || !(await hasItsFiles(store, newest))) return undefined;

  const kept = new Set(complete.slice(-keep).map(({ step }) => step));
  for (const step of [...(await pinnedSteps(store)), ...steps]) kept.add(step);
  const best = await bestCheckpoint(store);
  if (best) kept.add(best.step);
  const isKept = ({ step }: Manifest): boolean =>
    kept.has(step) || (every !== undefined && step % every === 0);
  return { kept: complete.filter(isKept), removed: complete.filter((one) => !isKept(one)) };
}

/** The manifest goes first: a removal cut short leaves an unfinished checkpoint, which is never listed. */
async function removeCheckpoint(store: Store, place: Place): Promise<void> {
  await store.remove(fileKey(place, MANIFEST));
  for (const { key } of await store.list(fileKey(place, ''))) await store.remove(key);
}

/** Where files lie, of checkpoints that count, of unfinished ones and of those whose owner was refused. */
async function places(store: Store): Promise<Place[]> {
  const found = (await store.list(ALL)).map(({ key }) => placeOf(key, ALL));
  return [...new Map(found.map((place) => [stepName(place), place])).values()];
}

async function hasItsFiles(store: Store, manifest: Manifest): Promise<boolean> {
  for (const [name, { size }] of Object.entries(manifest.files)) {
    if ((await store.stat(fileKey(manifest, name)))?.size !== size) return false;
  }
  return true;
}
