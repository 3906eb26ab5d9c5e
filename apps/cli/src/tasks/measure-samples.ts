/** Measures methods on the test side of some data, into a file of per-sample results; a stopped measuring goes on where it was. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  evaluationSamples,
  type FaceSet,
  type LfwPair,
  type OpenData,
  plainSamples,
  type Sample,
} from '@fsg/data';
import {
  CLEAN,
  encodeRecognition,
  FeatureFile,
  FeatureStatistics,
  type FrechetDistance,
  featuresPath,
  frechetDistanceTo,
  galleryAndProbes,
  type Instruments,
  type Method,
  measure,
  pairsOfIdentities,
  pairsOfLfw,
  parseRecognition,
  type RecognitionScores,
  ResultJournal,
  type Results,
  readParquet,
  recognise,
  writeParquet,
} from '@fsg/eval';
import { acquireLease, FileStore, fileProblem, replaceFile } from '@fsg/runs';
import type { Context } from './context.ts';

/** Images that methods and judges take at once. */
export const BATCH = 16;
/** Batches between two waits for the disk. */
const FLUSHED = 20;
export const SAMPLES_FILE = 'samples.parquet';
export const RECOGNITION_FILE = 'recognition-scores.json';
const FID_FILE = 'fid.json';
const MEASURED_FILE = 'measured.json';
/** Another one where metrics or conventions change. */
const FORMAT = 1;
const UNFINISHED = '.measuring';
const LEASE_FOLDER = '.lease';
/** Of the pairs and of who is enrolled. */
const PROTOCOL_SEED = 0;

export interface MeasuringOptions {
  readonly folder: string;
  readonly data: OpenData;
  readonly faces: FaceSet;
  readonly count: number;
  readonly methods: readonly Method[];
  readonly instruments: Instruments;
  /** True where the pictures are occluded for real, without clean ones: recognition alone is measured. */
  readonly real: boolean;
  /** LFW's pairs, in place of pairs that are drawn. */
  readonly lfwPairs?: readonly (readonly LfwPair[])[];
  /** What the methods are: another fingerprint is another measuring. */
  readonly fingerprint: Readonly<Record<string, unknown>>;
}

export interface MeasuredSamples {
  readonly results: Results;
  readonly recognition: RecognitionScores;
  /** By method; undefined where inception's weights were not supplied. */
  readonly fid?: Readonly<Record<string, FrechetDistance>>;
}

/** Throws the signal's reason where it was asked to stop; what was measured is kept for the next time. */
export async function measureSamples(options: MeasuringOptions, context: Context): Promise<MeasuredSamples> {
  const { folder, faces } = options;
  const count = Math.min(options.count, faces.size);
  const fingerprint = fingerprintOf(options);
  const made = join(folder, MEASURED_FILE);
  const known = async (): Promise<boolean> => (await readFile(made, 'utf8').catch(() => '')) === fingerprint;
  const takeIt = (): Promise<MeasuredSamples> => {
    context.info(`${folder}: measured before, taken as it is`);
    return readMeasured(folder);
  };
  if (await known()) return takeIt();
  const lease = await acquireLease(new FileStore(join(folder, LEASE_FOLDER)), {
    waiting: context.warn,
    signal: context.signal,
  });
  try {
    // Another process may have done it in the meantime.
    if (await known()) return await takeIt();
    return await measureAnew(options, { made, fingerprint, count }, context);
  } finally {
    await lease.release();
    await rm(join(folder, LEASE_FOLDER), { recursive: true, force: true });
  }
}

interface Wanted {
  /** The file that says what was measured. */
  readonly made: string;
  readonly fingerprint: string;
  readonly count: number;
}

/** By this process alone, from where an earlier one was stopped. */
async function measureAnew(
  options: MeasuringOptions,
  { made, fingerprint, count }: Wanted,
  context: Context,
): Promise<MeasuredSamples> {
  const { folder, methods, instruments, real } = options;
  await rm(made, { force: true });
  const journal = await openJournal(options, fingerprint);
  const bar = context.progress('evaluation', count, 'images');
  try {
    const { done } = journal;
    if (done > 0) context.info(`${folder}: ${done} of ${count} images were measured before`);
    const samples = testSamples(options, count, done);
    let batches = 0;
    for await (const batch of measure({
      samples,
      methods,
      instruments,
      paired: !real,
      batchSize: BATCH,
      signal: context.signal,
    })) {
      await journal.append(batch);
      if (++batches % FLUSHED === 0) await journal.flush();
      bar.at(journal.done);
    }
    await journal.flush();
    const scores = recogniseSamples(await namesOf(journal), journal.folder, options, context);
    await replaceFile(join(folder, RECOGNITION_FILE), encodeRecognition(scores));
    const fid = distancesOf(journal, options);
    if (fid) await replaceFile(join(folder, FID_FILE), JSON.stringify(fid));
    await writeParquet(join(folder, SAMPLES_FILE), journal.records());
  } finally {
    bar.end();
    await journal.close();
  }
  // Last: where it stands the others are whole, and of this.
  await replaceFile(made, fingerprint);
  await rm(join(folder, UNFINISHED), { recursive: true });
  return readMeasured(folder);
}

/** What is measured: occluded here, or as they are where they are occluded for real; `count` of them from `from` on. */
export const testSamples = (
  { data, faces, real }: Pick<MeasuringOptions, 'data' | 'faces' | 'real'>,
  count: number,
  from = 0,
): AsyncIterable<Sample> | Iterable<Sample> =>
  real ? plainSamples(faces, count, from) : evaluationSamples(data, faces, count, from);

/** What an evaluation has left in a folder. Throws a UserError where there is none. */
export async function readMeasured(folder: string): Promise<MeasuredSamples> {
  const file = join(folder, RECOGNITION_FILE);
  const results = await readParquet(join(folder, SAMPLES_FILE));
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fileProblem(error, `cannot read ${file}`);
  });
  const fid = await readFile(join(folder, FID_FILE), 'utf8').catch(() => undefined);
  return {
    results,
    recognition: parseRecognition(text, file),
    ...(fid !== undefined && { fid: JSON.parse(fid) as Record<string, FrechetDistance> }),
  };
}

interface Names {
  readonly keys: readonly string[];
  readonly identities: readonly string[];
}

async function namesOf(journal: ResultJournal): Promise<Names> {
  const names = { keys: [] as string[], identities: [] as string[] };
  for await (const { key, identity } of journal.records()) {
    names.keys.push(key);
    names.identities.push(identity);
  }
  return names;
}

/** Pairs are LFW's or drawn among the samples, probes are drawn; each method's pictures are set against the clean ones. */
function recogniseSamples(
  { keys, identities }: Names,
  folder: string,
  { methods, instruments: { judges }, lfwPairs }: MeasuringOptions,
  { warn }: Pick<Context, 'warn'>,
): RecognitionScores {
  const lfw = lfwPairs && pairsOfLfw(lfwPairs, keys);
  if (lfw && lfw.missing > 0) {
    warn(
      `${lfw.missing} of LFW's ${lfw.missing + lfw.pairs.length} pairs are left out: a picture of theirs is not among those measured`,
    );
  }
  const { pairs, reason } = lfw
    ? { pairs: lfw.pairs, reason: null }
    : pairsOfIdentities(identities, PROTOCOL_SEED);
  const conditions = methods.map(({ key }) => key);
  const files = new Map(
    judges.map(({ name, dimensions }) => [
      name,
      new FeatureFile(featuresPath(folder, name), dimensions, methods.length + 1),
    ]),
  );
  const scores = recognise({
    identities,
    pairs,
    reason,
    split: galleryAndProbes(identities, PROTOCOL_SEED),
    conditions,
    judges: judges.map(({ name }) => name),
    features(judge, condition) {
      const file = files.get(judge) as FeatureFile;
      const row = condition === CLEAN ? 0 : conditions.indexOf(condition) + 1;
      return { count: identities.length, dimensions: file.dimensions, at: (index) => file.at(index, row) };
    },
  });
  for (const file of files.values()) file.close();
  return scores;
}

/** The Fréchet distance of each method's pictures from the clean ones. */
function distancesOf(
  { folder, done }: ResultJournal,
  { methods, instruments: { inception } }: MeasuringOptions,
): Record<string, FrechetDistance> | undefined {
  if (!inception) return undefined;
  const { name, dimensions } = inception;
  const file = new FeatureFile(featuresPath(folder, name), dimensions, methods.length + 1);
  const statistics = (row: number): FeatureStatistics => {
    const all = new FeatureStatistics(dimensions);
    for (let i = 0; i < done; i++) all.add([file.at(i, row)]);
    return all;
  };
  const distance = frechetDistanceTo(statistics(0));
  const found = methods.map(({ key }, m) => [key, distance(statistics(m + 1))]);
  file.close();
  return Object.fromEntries(found) as Record<string, FrechetDistance>;
}

const openJournal = (
  { folder, methods, instruments: { judges, inception } }: MeasuringOptions,
  fingerprint: string,
): Promise<ResultJournal> =>
  ResultJournal.open(
    join(folder, UNFINISHED),
    fingerprint,
    methods.length,
    Object.fromEntries(
      [...judges, ...(inception ? [inception] : [])].map(({ name, dimensions }) => [name, dimensions]),
    ),
  );

/** All that decides the figures. */
function fingerprintOf({
  data,
  faces,
  count,
  methods,
  real,
  lfwPairs,
  fingerprint,
}: MeasuringOptions): string {
  const all = {
    format: FORMAT,
    ...fingerprint,
    data: data.config,
    inputs: data.inputs,
    files: data.source.fingerprint,
    count,
    faces: faces.size,
    methods: methods.map(({ key }) => key),
    real,
    lfwPairs: lfwPairs && createHash('sha256').update(JSON.stringify(lfwPairs)).digest('hex'),
  };
  return `${JSON.stringify(all)}\n`;
}
