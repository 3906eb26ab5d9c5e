/** A run's checkpoints in a store: saved whole or not at all, verified when read. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { ConflictError, encodeJson, parseJson, type Store } from '../store/store.ts';
import { type Latest, lost, moveLatest, readLatest } from './latest.ts';
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
  type Place,
  placeOf,
  stepName,
} from './manifest.ts';

/** File name → content. */
export type CheckpointFiles = Readonly<Record<string, Uint8Array>>;

export interface Checkpoint {
  readonly manifest: Manifest;
  readonly files: Record<string, Uint8Array>;
}

/** Called with what is wrong with a checkpoint that is passed over. */
export type OnDamaged = (problem: UserError) => void;

export interface Saving {
  readonly meta: Record<string, unknown>;
  readonly time: number;
  /** Of the writer's lease. */
  readonly token?: number;
}

/**
 * Saves a checkpoint: its files, its manifest, and last that it is the newest; it counts from then on. One of the same step and
 * lease is replaced: where its files differ it stops counting first, so that no manifest ever names files of two saves. Throws a
 * `LeaseLostError` where another process has taken over.
 */
export async function saveCheckpoint(
  store: Store,
  step: number,
  files: CheckpointFiles,
  { meta, time, token = 1 }: Saving,
): Promise<Manifest> {
  if (MANIFEST in files) throw new Error(`${MANIFEST} is written by saveCheckpoint`);
  const records = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, fileRecord(content)]),
  );
  const before = await readLatest(store);
  if (before && before.token > token) throw lost(store, before.token);
  const sequence = (before?.sequence ?? -1) + 1;
  const manifest: Manifest = { format: 2, step, token, sequence, time, files: records, meta };

  const old = await readManifest(store, manifest).catch(() => undefined);
  if (!old || !sameFiles(old.files, records)) await store.remove(fileKey(manifest, MANIFEST));
  for (const [name, content] of Object.entries(files)) await store.put(fileKey(manifest, name), content);
  await store.put(fileKey(manifest, MANIFEST), encodeManifest(manifest));
  await moveLatest(store, token, () => ({ token, sequence, step }));
  return manifest;
}

/**
 * Begins to write under a new lease: from now on no owner of an earlier one commits. A checkpoint that is whole, and of which a
 * kill kept it from being named the newest, is named so.
 */
export async function takeOver(store: Store, token: number, damaged: OnDamaged): Promise<void> {
  await moveLatest(store, token, async (before) => {
    const manifests = await readManifests(store, damaged);
    const newest = counted(manifests, (before?.sequence ?? Number.POSITIVE_INFINITY) + 1, before).at(-1);
    return { token, sequence: newest?.sequence ?? before?.sequence ?? -1, step: newest?.step ?? null };
  });
}

/** The manifests of all checkpoints that count, the newest last. */
export async function listCheckpoints(store: Store, damaged: OnDamaged): Promise<Manifest[]> {
  const manifests = await readManifests(store, damaged);
  const named = await newestNamed(store, damaged);
  return counted(manifests, named.sequence, named);
}

type Named = Pick<Latest, 'sequence' | 'step'>;

/** Up to which checkpoints count: none where nothing was named the newest yet, all where that cannot be read. */
async function newestNamed(store: Store, damaged: OnDamaged): Promise<Named> {
  try {
    return (await readLatest(store)) ?? { sequence: -1, step: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damaged(error);
    return { sequence: Number.POSITIVE_INFINITY, step: null };
  }
}

async function readManifests(store: Store, damaged: OnDamaged): Promise<Manifest[]> {
  const keys = (await store.list(ALL)).filter(({ key }) => key.endsWith(`/${MANIFEST}`));
  const manifests = keys.map(async ({ key }) => {
    try {
      return await readManifest(store, placeOf(key, ALL));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged(error);
      return undefined;
    }
  });
  return (await Promise.all(manifests)).filter((manifest) => manifest !== undefined);
}

/**
 * Up to a sequence, in its order. Of two leases with one sequence the later one's counts: the earlier one's owner was refused. Of
 * one lease's, all but the last were saved and could not be named the newest; no clock tells which is the last, but `named`.
 */
function counted(manifests: readonly Manifest[], upTo: number, named?: Named): Manifest[] {
  const tokens = new Map<number, number>();
  for (const { sequence, token } of manifests) {
    tokens.set(sequence, Math.max(token, tokens.get(sequence) ?? 0));
  }
  const isNamed = ({ sequence, step }: Manifest): boolean =>
    sequence === named?.sequence && step === named.step;
  return manifests
    .filter(({ sequence, token }) => sequence <= upTo && token === tokens.get(sequence))
    .sort((a, b) => a.sequence - b.sequence || +isNamed(a) - +isNamed(b) || a.time - b.time);
}

/** The newest complete checkpoint's manifest. */
export async function latestCheckpoint(store: Store, damaged: OnDamaged): Promise<Manifest | undefined> {
  return (await listCheckpoints(store, damaged)).at(-1);
}

/** Reads a checkpoint and verifies each file. Throws UserError naming the file, what was found and what was expected. */
export async function readCheckpoint(store: Store, step: number): Promise<Checkpoint> {
  const problems: UserError[] = [];
  const all = await listCheckpoints(store, (problem) => problems.push(problem));
  const manifest = all.findLast((one) => one.step === step);
  if (manifest) return readFiles(store, manifest);
  const damaged = problems.find(({ message }) => message.includes(stepName({ step, token: 1 })));
  if (damaged) throw damaged;
  const steps = all.map((other) => other.step).sort((a, b) => a - b);
  const found = steps.length > 0 ? `complete ones: ${steps.join(', ')}` : 'it has no complete one';
  throw new UserError(`${store.where} has no complete checkpoint of step ${step}; ${found}`);
}

async function readFiles(store: Store, manifest: Manifest): Promise<Checkpoint> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, expected] of Object.entries(manifest.files)) {
    const key = fileKey(manifest, name);
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
  for (const manifest of (await listCheckpoints(store, damaged)).reverse()) {
    try {
      return await readFiles(store, manifest);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged(error);
    }
  }
  return undefined;
}

const Best = z.object({ step: z.number().int().min(0), metric: z.string(), value: z.number() });
const BestOfLease = Best.extend({ token: z.number().int().min(1) });
/** The checkpoint that did best on validation, by which metric and with what value. */
export type Best = z.infer<typeof Best>;

/** Points "best" at a saved checkpoint. Throws a `LeaseLostError` where an owner of a later lease than `token` has done so. */
export async function markBest(store: Store, best: Best, token = 1): Promise<void> {
  for (;;) {
    const before = await storedBest(store);
    const latest = Math.max(before?.best.token ?? 0, (await readLatest(store))?.token ?? 0);
    if (latest > token) throw lost(store, latest);
    try {
      const condition = before ? { match: before.etag } : ({ absent: true } as const);
      return await store.put(BEST, encodeJson({ ...best, token }), condition);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

export async function bestCheckpoint(store: Store): Promise<Best | undefined> {
  const found = await storedBest(store);
  if (!found) return undefined;
  const { token: _, ...best } = found.best;
  return best;
}

async function storedBest(store: Store) {
  const stored = await store.get(BEST);
  if (!stored) return undefined;
  const where = `${store.where}/${BEST}`;
  const { success, data } = BestOfLease.safeParse(parseJson(stored.value, where));
  if (!success) throw new UserError(`${where} is damaged: it names no step, metric and value`);
  return { best: data, etag: stored.etag };
}

/** The manifest that lies there; undefined where there is none. */
async function readManifest(store: Store, place: Place): Promise<Manifest | undefined> {
  const key = fileKey(place, MANIFEST);
  const stored = await store.get(key);
  return stored && decodeManifest(stored.value, place, `${store.where}/${key}`);
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
