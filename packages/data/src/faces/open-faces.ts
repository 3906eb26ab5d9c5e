/** Loads one side's faces into memory, rendering or decoding them in worker threads; a cache folder keeps them. */
import type { OpenData } from '../config.ts';
import { UserError } from '../error.ts';
import type { Face } from '../face.ts';
import type { SourceConfig } from '../source.ts';
import type { Split } from '../split.ts';
import { inOrder, startPool } from '../workers/pool.ts';
import { readCache, writeCache } from './cache.ts';
import { type FaceSet, faceSet, putFace, reserve, type SharedFaces } from './face-set.ts';
import { spread } from './spread.ts';

export interface OpenFacesOptions {
  readonly split: Split;
  /** Only so many faces, spread over the identities; left out: all. Either way in the source's order. */
  readonly count?: number;
  /** Worker threads; 0 loads in this thread. */
  readonly workers: number;
  /** Folder that keeps the decoded faces for the next time. */
  readonly cache?: string;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What a rendering thread is started with: it writes into `shared` what it loads. */
export interface LoadData {
  readonly source: SourceConfig;
  readonly shared: SharedFaces;
  /** The source's index of each face of the set. */
  readonly indices: readonly number[];
}

export interface LoadTask {
  readonly from: number;
  readonly to: number;
}

const FACES_A_TASK = 16;

/** Throws a `UserError` where the side has no face, and `signal.reason` where it was aborted. */
export async function openFaces(data: OpenData, options: OpenFacesOptions): Promise<FaceSet> {
  const { split, count, signal } = options;
  const { source, config } = data;
  const ofSplit = sidesOf(data)[split];
  const indices = count === undefined ? ofSplit : spreadOver(data, ofSplit, count);
  const first = await source.load(firstOf(indices, data, split));
  const shared = reserve(
    indices.map((index) => refAt(data, index)),
    first.image.width,
    first.image.height,
  );
  putFace(shared, 0, first);
  const last = await source.load(indices.at(-1) as number);
  const probes = [
    { at: 0, face: first },
    { at: indices.length - 1, face: last },
  ];
  const name = [config.source, config.split, split, count ?? 'all'];
  if (options.cache !== undefined && (await readCache(options.cache, name, shared, probes))) {
    options.progress?.(indices.length, indices.length);
    return faceSet(split, source.synthetic, shared);
  }
  if (options.workers === 0) await loadHere(data, indices, shared, options);
  else await loadInThreads({ source: config.source, shared, indices }, options);
  signal?.throwIfAborted();
  if (options.cache !== undefined) await writeCache(options.cache, name, shared);
  return faceSet(split, source.synthetic, shared);
}

const refAt = ({ source }: OpenData, index: number): { key: string; identity: string } =>
  source.faces[index] as { key: string; identity: string };

/** `count` of the source's indices in rising order, as `evaluationSamples` takes them. */
const spreadOver = (data: OpenData, indices: readonly number[], count: number): number[] =>
  spread(
    indices.map((index) => refAt(data, index)),
    count,
  )
    .map((i) => indices[i] as number)
    .sort((a, b) => a - b);

/** The source's indices by side. */
function sidesOf({ source, split }: OpenData): Record<Split, number[]> {
  const sides: Record<Split, number[]> = { train: [], validation: [], test: [] };
  source.faces.forEach(({ identity }, index) => {
    sides[split(identity)].push(index);
  });
  return sides;
}

function firstOf(indices: readonly number[], { source }: OpenData, split: Split): number {
  const first = indices[0];
  if (first !== undefined) return first;
  const identities = new Set(source.faces.map(({ identity }) => identity)).size;
  throw new UserError(
    `none of the ${identities} identities of ${source.name} is on the ${split} side: ` +
      `raise data.source.identities or data.split.${split === 'train' ? 'seed' : split}`,
    { exitCode: 2 },
  );
}

async function loadHere(
  { source }: OpenData,
  indices: readonly number[],
  shared: SharedFaces,
  { progress, signal }: OpenFacesOptions,
): Promise<void> {
  for (const [at, index] of indices.entries()) {
    signal?.throwIfAborted();
    putFace(shared, at, await source.load(index));
    progress?.(at + 1, indices.length);
  }
}

async function loadInThreads(data: LoadData, { workers, progress, signal }: OpenFacesOptions): Promise<void> {
  const pool = startPool<LoadTask, number>(new URL('./worker.ts', import.meta.url), data, workers);
  const stop = (): void => void pool.close();
  signal?.addEventListener('abort', stop);
  const total = data.indices.length;
  const tasks = Array.from({ length: Math.ceil(total / FACES_A_TASK) }, (_, i) => ({
    from: i * FACES_A_TASK,
    to: Math.min(total, (i + 1) * FACES_A_TASK),
  }));
  try {
    for await (const done of inOrder(pool, tasks, 4 * workers)) progress?.(done, total);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** Loads the faces of a task into the shared memory; gives the number of faces up to its end. */
export async function loadTask(
  load: (index: number) => Promise<Face>,
  { shared, indices }: LoadData,
  { from, to }: LoadTask,
): Promise<number> {
  for (let at = from; at < to; at++) putFace(shared, at, await load(indices[at] as number));
  return to;
}
