/** Measures subjects beside what needs no training, on the test side of some data. */
import { createHash } from 'node:crypto';
import { allSamples, type DataConfig, type FaceSet, type OpenData, type Rgb, readPairs } from '@fsg/data';
import { startEngine } from '@fsg/engine';
import {
  type Cost,
  costOf,
  FID,
  type FrechetDistance,
  harmonicInpainting,
  MEMORY,
  type Method,
  meanImage,
  networkMethods,
  occludedInput,
  pastedMeanFace,
  type Results,
  type SingleValue,
  type TableSource,
  TIME,
} from '@fsg/eval';
import { prepareFolder } from '@fsg/runs';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';
import { type InstrumentsConfig, type OpenInstruments, openInstruments } from './instruments.ts';
import { type OpenPictures, openPictures, type PictureFolder } from './made-pictures.ts';
import { BATCH, type MeasuredSamples, measureSamples, testSamples } from './measure-samples.ts';
import { openNoted } from './open-data.ts';
import { labelOf, nameOf, openRestorer, type Subject } from './subject.ts';
import { refuseTrainedOn } from './trained-on.ts';

/** Training faces whose mean is pasted as a baseline. */
const MEAN_OF = 5000;

/** Key of the network's row on sampled structures. */
export const SAMPLED = 'sampled';

export interface MeasureOptions {
  readonly subjects: readonly Subject[];
  /** Whose test side is measured. */
  readonly data: DataConfig;
  readonly folder: string;
  /** What other programs have made of the test images. */
  readonly pictures?: readonly PictureFolder[];
  /** Test images. */
  readonly count: number;
  /** Whether what needs no training is measured as well. */
  readonly baselines: boolean;
  /** Whether the network is measured on sampled structures as well (the release's defect I). */
  readonly sampled?: boolean;
  readonly instruments: InstrumentsConfig;
  /** Whether time and memory of each method are measured. */
  readonly costs?: boolean;
  /** True where the pictures are occluded for real: then only what is blind is measured, by recognition. */
  readonly real?: boolean;
  /** LFW's list of pairs. */
  readonly lfwPairs?: string;
}

/** A method with the runs and seeds behind it, and the judges that their training was to please. */
export interface MeasuredRow {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  readonly needsMask: boolean;
  readonly runs: readonly string[];
  readonly seeds: readonly number[];
  readonly testSelected: boolean;
  readonly pleased: readonly string[];
  /** Figures of all images together. */
  readonly single: Readonly<Record<string, SingleValue>>;
}

export interface Measured extends MeasuredSamples {
  readonly rows: readonly MeasuredRow[];
  readonly judges: readonly string[];
  readonly sources: readonly TableSource[];
  /** Over the samples in order: the same where the same pixels were measured. */
  readonly contentHash: string;
  readonly data: OpenData;
  readonly faces: FaceSet;
  readonly methods: readonly Method[];
}

/** A row to be, and the method behind it. */
interface Row {
  readonly method: Method;
  /** Undefined for what needs no training. */
  readonly subject?: Subject;
  /** Of pictures that others have made, whose cost is not known here. */
  readonly source?: TableSource;
}

export async function measureSubjects(options: MeasureOptions, context: Context): Promise<Measured> {
  const { subjects, data: config, folder, count, baselines, sampled = false, real = false } = options;
  const pictures: OpenPictures[] = [];
  for (const made of options.pictures ?? []) pictures.push(await openPictures(made));
  await startEngine();
  const { instruments, judges, hashes, dispose } = await openInstruments(options.instruments, context.runs);
  await prepareFolder(folder);
  const data = await openNoted(config, context);
  for (const subject of subjects) await refuseTrainedOn(subject, data, context);
  const faces = await facesOf(data, 'test', context, count);
  const all: Row[] = [
    ...(baselines && !real ? await baselineRows(subjects[0]?.data ?? config, context) : []),
    ...subjects.flatMap(rowsOfSubject),
    ...(sampled ? subjects.flatMap(sampledRows) : []),
    ...pictures.map(({ method, source }) => ({ method, source })),
  ];
  const rows = real ? all.filter(({ method }) => !method.needsMask) : all;
  const lfwPairs = options.lfwPairs === undefined ? undefined : (await readPairs(options.lfwPairs)).folds;
  const methods = rows.map(({ method }) => method);
  const fingerprint = {
    subjects: subjects.map(fingerprintOf),
    instruments: hashes,
    ...(pictures.length > 0 && { pictures: pictures.map(({ source }) => source.sha256) }),
  };
  const measured = await measureSamples(
    { folder, data, faces, count, methods, instruments, fingerprint, real, ...(lfwPairs && { lfwPairs }) },
    context,
  );
  dispose();
  const batch = options.costs
    ? await allSamples(testSamples({ data, faces, real }, Math.min(BATCH, count)))
    : undefined;
  const infos: MeasuredRow[] = [];
  for (const row of rows) {
    const cost = batch && !row.source ? await costOf(row.method, batch) : undefined;
    infos.push(rowInfo(row, measured, cost, judges));
  }
  return {
    ...measured,
    rows: infos,
    judges: judges.map(({ name }) => name),
    sources: [...subjects.flatMap(sourcesOf), ...pictures.map(({ source }) => source)],
    contentHash: hashOf(measured.results),
    data,
    faces,
    methods,
  };
}

async function baselineRows(config: DataConfig, context: Context): Promise<Row[]> {
  const mean = await meanFace(config, context);
  const methods = [occludedInput, ...(mean ? [pastedMeanFace(mean)] : []), harmonicInpainting];
  return methods.map((method) => ({ method }));
}

/** The rows of one subject share a run of its networks; those of a second one are told apart by its name. */
function rowsOfSubject(subject: Subject, i: number): Row[] {
  const restorer = openRestorer(subject);
  const methods = networkMethods(restorer, subject.structure !== undefined, labelOf(subject.generator));
  return methods.map((method) => ({ subject, method: i === 0 ? method : renamed(method, subject.name) }));
}

/** The network on structures drawn from their distribution; none where there is no structure. */
function sampledRows(subject: Subject): Row[] {
  if (!subject.structure) return [];
  const drawn = { ...subject, draw: 'sample' as const };
  const methods = networkMethods(openRestorer(drawn), true, labelOf(subject.generator));
  const network = methods.find(({ key }) => key === 'network') as Method;
  return [{ subject, method: { ...network, key: SAMPLED, label: `${network.label}, structure sampled` } }];
}

const renamed = (method: Method, name: string): Method => ({
  ...method,
  key: `${method.key}@${name}`,
  label: `${method.label} (${name})`,
});

/** Of the training side; undefined where there is none, or it is not at hand. */
async function meanFace(config: DataConfig, context: Context): Promise<Rgb | undefined> {
  try {
    return await meanImage(
      imagesOf(await facesOf(await openNoted(config, context), 'train', context, MEAN_OF)),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UserError')) throw error;
    context.warn(`the row “mean face” is left out: ${error.message}`);
    return undefined;
  }
}

function* imagesOf(faces: FaceSet): Iterable<Rgb> {
  for (let i = 0; i < faces.size; i++) yield faces.face(i).image;
}

function rowInfo(
  { method, subject, source }: Row,
  { fid }: MeasuredSamples,
  cost: Cost | undefined,
  judges: OpenInstruments['judges'],
): MeasuredRow {
  const { key, label, note, needsMask } = method;
  const single = singleValues(cost, fid?.[key]);
  const runs = source ? [source.run] : [];
  const row = { key, label, note, needsMask, single, runs, seeds: [], testSelected: false, pleased: [] };
  if (!subject) return row;
  const { generator, structure, testSelected, trainings } = subject;
  const ofStructure = key.startsWith('stage-one');
  const used = [...(structure ? [structure] : []), ...(ofStructure ? [] : [generator])];
  const { recipe } = generator;
  const pleased = new Set(trainings.map(({ recogniser }) => recogniser));
  return {
    ...row,
    runs: used.map(nameOf),
    seeds: recipe ? [recipe.seed] : [],
    testSelected: testSelected && !ofStructure,
    pleased: ofStructure ? [] : judges.filter(({ hash }) => pleased.has(hash)).map(({ name }) => name),
  };
}

function singleValues(cost: Cost | undefined, fid: FrechetDistance | undefined) {
  const few = fid && fid.warning !== null;
  return {
    ...(cost && { [TIME]: { value: cost.milliseconds, n: BATCH } }),
    ...(cost && cost.bytes > 0 && { [MEMORY]: { value: cost.bytes / 1e6, n: BATCH } }),
    ...(fid && { [FID]: { value: fid.value, n: fid.count, ...(few && { mark: 'few images' as const }) } }),
  };
}

const sourcesOf = ({ generator, structure, networks }: Subject): TableSource[] =>
  [
    { source: generator, what: 'generator', sha256: networks.generator.sha256 },
    ...(structure ? [{ source: structure, what: 'vae', sha256: networks.vae?.sha256 ?? null }] : []),
  ].map(({ source, what, sha256 }) => ({
    run: nameOf(source),
    what,
    checkpoint: source.step === null ? null : `step ${source.step}`,
    sha256,
  }));

/** What decides a subject's pictures. */
const fingerprintOf = ({ name, networks, draw }: Subject) => [
  name,
  networks.generator.sha256,
  networks.vae?.sha256 ?? null,
  draw,
];

function hashOf({ samples }: Results): string {
  const hash = createHash('sha256');
  for (const { key, sha256 } of samples) hash.update(`${key} ${sha256}\n`);
  return hash.digest('hex');
}
