/** A run's checkpoints in a store: saved whole or not at all, verified when read. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { encodeJson, parseJson, type Store } from '../store/store.ts';
import {
  ALL,
  BEST,
  decodeManifest,
  encodeManifest,
  type FileRecord,
  fileKey,
  fileRecord,
  MANIFEST,
  type Manifest,
  stepOf,
} from './manifest.ts';

/** File name → content. */
export type CheckpointFiles = Readonly<Record<string, Uint8Array>>;

export interface Checkpoint {
  readonly manifest: Manifest;
  readonly files: Record<string, Uint8Array>;
}

/** Called with what is wrong with a checkpoint that is passed over. */
export type OnDamaged = (problem: UserError) => void;

/**
 * Saves a checkpoint; it counts from the moment its manifest, the last write, is there. One of the same step is
 * replaced: where its files differ it stops counting first, so that no manifest ever names files of two saves.
 */
export async function saveCheckpoint(
  store: Store,
  step: number,
  files: CheckpointFiles,
  { meta, time }: { meta: Record<string, unknown>; time: number },
): Promise<Manifest> {
  if (MANIFEST in files) throw new Error(`${MANIFEST} is written by saveCheckpoint`);
  const records = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, fileRecord(content)]),
  );
  const others = await listCheckpoints(store, () => {});
  const sequence = Math.max(-1, ...others.map((other) => other.sequence)) + 1;
  const manifest: Manifest = { format: 1, step, sequence, time, files: records, meta };

  const old = others.find((other) => other.step === step);
  if (!old || !sameFiles(old.files, records)) await store.remove(fileKey(step, MANIFEST));
  for (const [name, content] of Object.entries(files)) await store.put(fileKey(step, name), content);
  await store.put(fileKey(step, MANIFEST), encodeManifest(manifest));
  return manifest;
}

/** The manifests of all complete checkpoints, the newest last. */
export async function listCheckpoints(store: Store, damaged: OnDamaged): Promise<Manifest[]> {
  const entries = await store.list(ALL);
  const steps = entries.filter(({ key }) => key.endsWith(`/${MANIFEST}`)).map(({ key }) => stepOf(key, ALL));
  const manifests = await Promise.all(
    steps.map(async (step) => {
      try {
        return await readManifest(store, step);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        damaged(error);
        return undefined;
      }
    }),
  );
  return manifests
    .filter((manifest) => manifest !== undefined)
    .sort((a, b) => a.sequence - b.sequence || a.step - b.step);
}

/** The newest complete checkpoint's manifest. */
export async function latestCheckpoint(store: Store, damaged: OnDamaged): Promise<Manifest | undefined> {
  return (await listCheckpoints(store, damaged)).at(-1);
}

/** Reads a checkpoint and verifies each file. Throws UserError naming the file, what was found and what was expected. */
export async function readCheckpoint(store: Store, step: number): Promise<Checkpoint> {
  const manifest = await readManifest(store, step);
  if (!manifest) {
    const steps = (await listCheckpoints(store, () => {})).map((other) => other.step).sort((a, b) => a - b);
    const found = steps.length > 0 ? `complete ones: ${steps.join(', ')}` : 'it has no complete one';
    throw new UserError(`${store.where} has no complete checkpoint of step ${step}; ${found}`);
  }
  const files: Record<string, Uint8Array> = {};
  for (const [name, expected] of Object.entries(manifest.files)) {
    const key = fileKey(step, name);
    const content = (await store.get(key))?.value;
    const problem = content ? difference(fileRecord(content), expected) : 'it is missing';
    if (problem) throw new UserError(`${store.where}/${key} is damaged: ${problem}; use another checkpoint`);
    files[name] = content as Uint8Array;
  }
  return { manifest, files };
}

/** The newest checkpoint that is whole; damaged newer ones are reported and passed over. */
export async function readLatestCheckpoint(
  store: Store,
  damaged: OnDamaged,
): Promise<Checkpoint | undefined> {
  for (const { step } of (await listCheckpoints(store, damaged)).reverse()) {
    try {
      return await readCheckpoint(store, step);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged(error);
    }
  }
  return undefined;
}

const Best = z.object({ step: z.number().int().min(0), metric: z.string(), value: z.number() });
/** The checkpoint that did best on validation, by which metric and with what value. */
export type Best = z.infer<typeof Best>;

/** Points "best" at a saved checkpoint. */
export async function markBest(store: Store, best: Best): Promise<void> {
  await store.put(BEST, encodeJson(best));
}

export async function bestCheckpoint(store: Store): Promise<Best | undefined> {
  const stored = await store.get(BEST);
  if (!stored) return undefined;
  const where = `${store.where}/${BEST}`;
  const { success, data } = Best.safeParse(parseJson(stored.value, where));
  if (!success) throw new UserError(`${where} is damaged: it names no step, metric and value`);
  return data;
}

/** The step's manifest; undefined where it has none. */
async function readManifest(store: Store, step: number): Promise<Manifest | undefined> {
  const key = fileKey(step, MANIFEST);
  const stored = await store.get(key);
  return stored && decodeManifest(stored.value, step, `${store.where}/${key}`);
}

function difference(found: FileRecord, expected: FileRecord): string | undefined {
  if (found.size !== expected.size) return `${found.size} bytes found, ${expected.size} expected`;
  if (found.sha256 === expected.sha256) return undefined;
  const short = (hash: string): string => `${hash.slice(0, 12)}…`;
  return `SHA-256 ${short(found.sha256)} found, ${short(expected.sha256)} expected`;
}

function sameFiles(a: Record<string, FileRecord>, b: Record<string, FileRecord>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] && !difference(a[name] as FileRecord, b[name]))
  );
}
