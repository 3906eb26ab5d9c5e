/** One side's faces, rendered or decoded once by worker threads into a file of the cache, and read from there ever after. */
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@fsg/engine/runtime';
import type { OpenData } from '../config.ts';
import { UserError } from '../error.ts';
import type { Face, FaceRef } from '../face.ts';
import type { SourceConfig } from '../source.ts';
import type { Split } from '../split.ts';
import { refuseTooMany, type Unusable } from '../unusable.ts';
import { inThreads } from '../workers/threads.ts';
import { type FaceFile, FaceReader, FaceWriter, recordBytes } from './face-file.ts';
import { type Failed, type LoadTask, loadRecords } from './load.ts';
import { spread } from './spread.ts';

export interface OpenFacesOptions {
  readonly split: Split;
  /** Only so many faces, spread over the identities; left out: all. Either way in the source's order. */
  readonly count?: number;
  /** Worker threads; 0 loads in this thread. */
  readonly workers: number;
  /** Folder that keeps the decoded faces for the next time. */
  readonly cache: string;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface FaceSet {
  readonly split: Split;
  /** True where no real person is shown. */
  readonly synthetic: boolean;
  readonly file: FaceFile;
  readonly size: number;
  /** Inputs that show no usable face. */
  readonly setAside: readonly Unusable[];
  /** A face with its pixels, landmarks and mesh; without its pose. */
  face(index: number): Face;
  close(): void;
}

/** What a loading thread is started with. */
export interface LoadData {
  readonly source: SourceConfig;
  readonly path: string;
  readonly layout: Pick<FaceFile, 'width' | 'height' | 'composed'>;
  /** The source's index of each record. */
  readonly indices: readonly number[];
}

const FACES_A_TASK = 16;

/**
 * Throws a `UserError` where the side has no face or more of its inputs are unusable than the recipe allows, and
 * `signal.reason` where it was aborted.
 */
export async function openFaces(data: OpenData, options: OpenFacesOptions): Promise<FaceSet> {
  const { split, count, cache } = options;
  const { source, config } = data;
  const ofSplit = sidesOf(data)[split];
  const indices = count === undefined ? ofSplit : spreadOver(data, ofSplit, count);
  if (indices.length === 0) throw emptySide(data, split);
  const refs = indices.map((index) => source.faces[index] as FaceRef);
  const layout = { ...source.size, composed: source.composed };
  const name = createHash('sha256')
    .update(JSON.stringify([config.source, source.fingerprint, config.split, split, layout, refs]))
    .digest('hex')
    .slice(0, 16);
  const path = join(cache, `faces-${name}.raw`);
  const load: LoadData = { source: config.source, path, layout, indices };
  const known = await readKnown(path);
  const failed = known && (await holds(data, load, refs, known)) ? known : await make(data, load, options);
  options.progress?.(indices.length, indices.length);
  const setAside = failed.map(({ file, reason }) => ({ file, reason }));
  refuseTooMany(setAside, indices.length, config.mostUnusable, source.name);
  return faceSet(split, source.synthetic, { path, ...layout, ...usable(refs, failed) }, setAside);
}

export function faceSet(
  split: Split,
  synthetic: boolean,
  file: FaceFile,
  setAside: readonly Unusable[] = [],
): FaceSet {
  const reader = new FaceReader(file);
  return {
    split,
    synthetic,
    file,
    setAside,
    size: file.refs.length,
    face: (index) => reader.face(index),
    close: () => reader.close(),
  };
}

function usable(all: readonly FaceRef[], failed: Failed): Pick<FaceFile, 'refs' | 'records'> {
  const lost = new Set(failed.map(({ record }) => record));
  const records = all.map((_, record) => record).filter((record) => !lost.has(record));
  return { records, refs: records.map((record) => all[record] as FaceRef) };
}

/** What was found unusable when the file was made; null where there is none, or not a whole one. */
async function readKnown(path: string): Promise<Failed | null> {
  const text = await readFile(describing(path), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Failed);
}

/** Written after the faces: where it stands they are whole. */
const describing = (path: string): string => `${path}.json`;

/** True where the first and the last face are what the source gives today. */
async function holds(
  { source }: OpenData,
  { path, layout, indices }: LoadData,
  refs: readonly FaceRef[],
  failed: Failed,
): Promise<boolean> {
  const file = { path, ...layout, ...usable(refs, failed) };
  try {
    const reader = new FaceReader(file);
    try {
      for (const at of new Set([0, file.refs.length - 1])) {
        const now = await source.load(indices[file.records[at] as number] as number);
        if (!same(now, reader.face(at))) return false;
      }
      return true;
    } finally {
      reader.close();
    }
  } catch {
    return false;
  }
}

const same = (a: Face, b: Face): boolean =>
  Buffer.from(a.image.data).equals(b.image.data) &&
  a.landmarks.every((value, i) => value === b.landmarks[i]) &&
  a.mesh.every((value, i) => value === b.mesh[i]);

/** Makes the file aside; it has its name when it is whole. */
async function make({ source }: OpenData, data: LoadData, options: OpenFacesOptions): Promise<Failed> {
  const { cache, workers, signal } = options;
  await makeFolder(cache);
  const aside = `${data.path}.${process.pid}.partial`;
  try {
    const file = await open(aside, 'w');
    await file.truncate(data.indices.length * recordBytes(data.layout));
    await file.close();
    const load = { ...data, path: aside };
    const failed = workers === 0 ? await loadHere(source, load, options) : await loadInThreads(load, options);
    signal?.throwIfAborted();
    await rm(describing(data.path), { force: true });
    await flush(aside);
    await rename(aside, data.path);
    const description = await open(`${aside}.json`, 'w');
    await description.writeFile(JSON.stringify(failed));
    await description.sync();
    await description.close();
    await rename(`${aside}.json`, describing(data.path));
    return failed;
  } finally {
    await rm(aside, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
}

/** `count` of the source's indices in rising order, as `evaluationSamples` takes them. */
const spreadOver = ({ source }: OpenData, indices: readonly number[], count: number): number[] =>
  spread(
    indices.map((index) => source.faces[index] as FaceRef),
    count,
  )
    .map((i) => indices[i] as number)
    .sort((a, b) => a - b);

/** The source's indices by side. */
function sidesOf({ source, split }: OpenData): Record<Split, number[]> {
  const sides: Record<Split, number[]> = { train: [], validation: [], test: [] };
  source.faces.forEach((ref, index) => {
    sides[split(ref)].push(index);
  });
  return sides;
}

function emptySide({ source }: OpenData, split: Split): UserError {
  const identities = new Set(source.faces.map(({ identity }) => identity)).size;
  return new UserError(
    `none of the ${identities} identities of ${source.name} is on the ${split} side: ` +
      `take more of them, or change data.split.${split === 'train' ? 'seed' : split}`,
    { exitCode: 2 },
  );
}

const tasksOf = ({ indices }: LoadData): LoadTask[] =>
  Array.from({ length: Math.ceil(indices.length / FACES_A_TASK) }, (_, i) => ({
    from: i * FACES_A_TASK,
    to: Math.min(indices.length, (i + 1) * FACES_A_TASK),
  }));

async function loadHere(
  source: OpenData['source'],
  data: LoadData,
  { progress, signal }: OpenFacesOptions,
): Promise<Failed> {
  const writer = new FaceWriter(data.path, data.layout);
  try {
    const failed: Failed[number][] = [];
    for (const task of tasksOf(data)) {
      signal?.throwIfAborted();
      failed.push(...(await loadRecords(source, data.indices, writer, task)));
      progress?.(task.to, data.indices.length);
    }
    return failed;
  } finally {
    writer.close();
  }
}

async function loadInThreads(data: LoadData, options: OpenFacesOptions): Promise<Failed> {
  const tasks = tasksOf(data);
  const failed: Failed[number][] = [];
  let done = 0;
  const worker = new URL('./worker.ts', import.meta.url);
  for await (const lost of inThreads<LoadTask, Failed>(worker, data, tasks, options)) {
    failed.push(...lost);
    options.progress?.((tasks[done++] as LoadTask).to, data.indices.length);
  }
  return failed;
}
