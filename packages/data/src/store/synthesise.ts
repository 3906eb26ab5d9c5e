/** Writes a data set: the same content whatever the number of workers or interruptions, whole or not at all. */
import { access, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '@fsg/engine/runtime';
import { type DataConfig, type OpenData, openData } from '../config.ts';
import { UserError } from '../error.ts';
import { refuseTooMany, type Unusable } from '../unusable.ts';
import { inThreads } from '../workers/threads.ts';
import { DATASET_FILE, type DatasetInfo, MANIFEST_FILE } from './format.ts';
import { type MadeSample, makeSample } from './make-sample.ts';
import { SET_ASIDE_FILE, SetWriter } from './set-writer.ts';

export interface SynthesiseOptions {
  /** What `dataset.json` records as the recipe, where that is not the prepared section itself. */
  readonly recipe?: DataConfig;
  /** Samples; beyond the source's faces these come again with other occlusions. */
  readonly count: number;
  /** The folder to make. */
  readonly out: string;
  /** Worker threads. */
  readonly workers: number;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Candidates to make, and memory for the samples' pixels and tar pieces, if there is some to spare. */
export interface MakeTask {
  readonly candidates: readonly number[];
  readonly memory: SharedArrayBuffer | undefined;
}

/** What a thread gives. Memory goes to and fro: V8 would collect garbage for every 7 MB of pictures that were handed over. */
export interface MakeAnswer {
  /** Those of the task. */
  readonly candidates: readonly number[];
  /** What became of each. */
  readonly made: readonly (MadeSample | Unusable)[];
  /** In which pixels and pieces stand. */
  readonly memory: SharedArrayBuffer;
}

const SAMPLES_A_TASK = 4;

/**
 * Makes the folder and gives the content of its `dataset.json`. An interruption, a kill included, leaves `<out>.partial`, which the
 * same call goes on with. Throws a `UserError` where the folder exists or cannot be made, where another process is making it, or
 * where more inputs are unusable than the recipe allows; and `signal.reason` where it was aborted.
 */
export async function synthesise(config: DataConfig, options: SynthesiseOptions): Promise<DatasetInfo> {
  const { count, progress, signal } = options;
  const out = resolve(options.out);
  const data = await openData(config);
  const aside = await takeAside(out, data);
  const writer = await openWriter(aside, data, options);
  try {
    await fill(writer, data, options);
    progress?.(count, count);
    const info = writer.finish(data, options.recipe ?? config);
    await writeDurably(aside, info);
    await rm(join(aside, OWNER_FILE));
    await rm(join(aside, PLAN_FILE));
    await refuseExisting(out);
    await rename(aside, out);
    return info;
  } catch (error) {
    writer.abandon();
    await rm(join(aside, OWNER_FILE), { force: true });
    signal?.throwIfAborted();
    throw error;
  }
}

/** What stands there is kept where today's code still makes the same samples; else it is begun anew. */
async function openWriter(
  aside: string,
  data: OpenData,
  { count, progress }: SynthesiseOptions,
): Promise<SetWriter> {
  const writer = await SetWriter.open(aside, (done) => progress?.(Math.min(done, count), count));
  const probes = [writer.first, writer.last].filter((sample) => sample !== undefined);
  for (const sample of probes) {
    const again = await makeSample(data, candidateOf(data, sample));
    if ('tar' in again && again.description === sample.description) continue;
    return startAnew(aside);
  }
  return writer.size > count ? startAnew(aside) : writer;
}

async function startAnew(aside: string): Promise<SetWriter> {
  await rm(join(aside, MANIFEST_FILE), { force: true });
  await rm(join(aside, SET_ASIDE_FILE), { force: true });
  return SetWriter.open(aside);
}

/** The place of a sample among the candidates: the source's faces in order, pass after pass. */
function candidateOf({ source }: OpenData, { key, face }: { key: string; face: string }): number {
  const pass = key === face ? 0 : Number(key.slice(face.length + 1));
  return pass * source.faces.length + source.faces.findIndex((ref) => ref.key === face);
}

/** Makes samples until there are enough, in the order of the candidates. */
async function fill(writer: SetWriter, data: OpenData, options: SynthesiseOptions): Promise<void> {
  const { count, progress } = options;
  const { source, config } = data;
  options.signal?.throwIfAborted();
  if (writer.size >= count) return;
  const faces = source.faces.length;
  const begin = writer.last ? candidateOf(data, writer.last) + 1 : 0;
  writer.forgetFrom(begin);
  const lost = new Set(writer.setAside.map(({ candidate }) => candidate % faces));
  const worker = new URL('./worker.ts', import.meta.url);
  const spare: SharedArrayBuffer[] = [];
  const plan = tasks(begin, faces, lost, spare);
  for await (const { candidates, made, memory } of inThreads<MakeTask, MakeAnswer>(
    worker,
    config,
    plan,
    options,
  )) {
    for (const [i, sample] of made.entries()) {
      const candidate = candidates[i] as number;
      if (writer.size >= count) return;
      if ('tar' in sample) writer.add(sample);
      // In a later pass the face may be known already.
      else if (!lost.has(candidate % faces)) {
        lost.add(candidate % faces);
        writer.skip({ ...sample, candidate });
        const tried = Math.min(faces, count + lost.size);
        refuseTooMany(writer.setAside, tried, config.mostUnusable, source.name);
      }
    }
    spare.push(memory);
    progress?.(writer.size, count);
  }
}

/** Candidates from `begin` on without those known to be unusable, a few a task, without end. */
function* tasks(
  begin: number,
  faces: number,
  lost: ReadonlySet<number>,
  spare: SharedArrayBuffer[],
): Generator<MakeTask> {
  let candidates: number[] = [];
  for (let candidate = begin; lost.size < faces; candidate++) {
    if (lost.has(candidate % faces)) continue;
    candidates.push(candidate);
    if (candidates.length < SAMPLES_A_TASK) continue;
    yield { candidates, memory: spare.pop() };
    candidates = [];
  }
}

async function writeDurably(folder: string, info: DatasetInfo): Promise<void> {
  const path = join(folder, DATASET_FILE);
  await writeFile(path, `${JSON.stringify(info, null, 2)}\n`);
  for (const name of [path, join(folder, MANIFEST_FILE)]) {
    const file = await open(name, 'r+');
    await file.sync();
    await file.close();
  }
}

const PLAN_FILE = 'plan.json';
const OWNER_FILE = 'owner';

/** The folder aside, which is this process's alone; what stands there for another recipe or other inputs is removed. */
async function takeAside(out: string, { config, source, inputs }: OpenData): Promise<string> {
  await refuseExisting(out);
  const aside = `${out}.partial`;
  const plan = JSON.stringify({ config, source: source.fingerprint, inputs });
  try {
    await makeFolder(aside);
    const owner = Number(await readFile(join(aside, OWNER_FILE), 'utf8').catch(() => '0'));
    if (owner !== process.pid && isRunning(owner)) {
      throw new UserError(`${out}: process ${owner} is making it; wait for it or name another folder`);
    }
    await writeFile(join(aside, OWNER_FILE), `${process.pid}`);
    const known = await readFile(join(aside, PLAN_FILE), 'utf8').catch(() => '');
    if (known !== plan) {
      await rm(aside, { recursive: true });
      await makeFolder(aside);
      await writeFile(join(aside, OWNER_FILE), `${process.pid}`);
      await writeFile(join(aside, PLAN_FILE), plan);
    }
    return aside;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${out}: the folder cannot be made: ${(error as Error).message}`);
  }
}

async function refuseExisting(out: string): Promise<void> {
  const exists = await access(out).then(
    () => true,
    () => false,
  );
  if (exists) throw new UserError(`${out}: exists already; name another folder or remove it first`);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
