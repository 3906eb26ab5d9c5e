/** Measures both stages on people they never saw; table, gallery and per-sample results go into one folder. */
import { join } from 'node:path';
import { evaluationSamples, type FaceSet, type Rgb, type Sample } from '@fsg/data';
import { startEngine } from '@fsg/engine';
import {
  buildTable,
  type Case,
  evaluate,
  gallery,
  harmonicInpainting,
  judgeBy,
  type Method,
  meanImage,
  networkMethods,
  occludedInput,
  pastedMeanFace,
  renderCsv,
  renderHtml,
  renderMarkdown,
  type SampleRecord,
  selectCases,
  type Table,
} from '@fsg/eval';
import { openRecogniser } from '@fsg/models';
import { prepareFolder, replaceFile } from '@fsg/runs';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';
import type { NetworkSource } from './network-source.ts';
import { openNoted } from './open-data.ts';
import { labelOf, nameOf, openRestorer, openSubject, type Subject, type SubjectOptions } from './subject.ts';

/** The networks that may judge, best first; the one of the loss never does. */
const JUDGES = ['faceres', 'dlib-resnet'];
const BATCH = 16;
const BOOTSTRAP = { seed: 0, resamples: 2000, level: 0.95 };
const REFERENCES = ['occluded', 'mean-face', 'stage-one'];

export interface EvaluateOptions extends SubjectOptions {
  /** Test images. */
  readonly count: number;
}

export interface Evaluation {
  readonly table: Table;
  /** Folder that holds table, gallery and records. */
  readonly folder: string;
}

export async function evaluateTask(options: EvaluateOptions, context: Context): Promise<Evaluation> {
  await startEngine();
  const subject = await openSubject(options, context);
  const { name, generator, structure, folder } = subject;
  await prepareFolder(folder);
  const data = await openNoted(subject.data, context);
  const tested = await facesOf(data, 'test', context, options.count);
  const samples = await evaluationSamples(data, tested, options.count);
  const mean = await meanImage(imagesOf(await facesOf(data, 'train', context)));
  const methods = [
    occludedInput,
    pastedMeanFace(mean),
    harmonicInpainting,
    ...networkMethods(openRestorer(subject), structure !== undefined, labelOf(generator)),
  ];
  const recogniser = await openRecogniser(judgeFor(generator));

  const bar = context.progress('evaluation', samples.length, 'images');
  const records = await evaluate({
    samples,
    methods,
    judge: judgeBy(recogniser),
    batchSize: BATCH,
    onProgress: (done) => bar.at(done),
    signal: context.signal,
  });
  bar.end();
  const table = buildTable({
    title: `${name}: ${samples.length} test images`,
    created: new Date(context.clock()).toISOString(),
    synthetic: data.source.synthetic,
    data: { name: data.source.name, split: 'test', contentHash: null },
    judge: recogniser.name,
    records,
    rows: methods.map((method) => ({ ...method, ...origin(method, subject) })),
    references: REFERENCES.filter((key) => methods.some((method) => method.key === key)),
    sources: [sourceOf(generator, 'generator'), ...(structure ? [sourceOf(structure, 'vae')] : [])],
    bootstrap: BOOTSTRAP,
  });
  const picture = await drawGallery(name, samples, records, methods, data.source.synthetic);
  await writeResults(folder, table, records, picture);
  return { table, folder };
}

function* imagesOf(faces: FaceSet): Iterable<Rgb> {
  for (let i = 0; i < faces.size; i++) yield faces.face(i).image;
}

/** Which runs and seeds stand behind a row. */
function origin({ key }: Method, { generator, structure, testSelected }: Subject) {
  if (['occluded', 'mean-face', 'inpainting'].includes(key)) return {};
  const used = [...(structure ? [structure] : []), ...(key === 'stage-one' ? [] : [generator])];
  return {
    runs: used.map(nameOf),
    seeds: generator.recipe ? [generator.recipe.seed] : [],
    testSelected: testSelected && key !== 'stage-one',
  };
}

/** The first judge that the generator was not trained to please. */
const judgeFor = ({ recipe }: NetworkSource): string =>
  JUDGES.find((judge) => recipe?.stage !== 'stage2' || judge !== recipe.recogniser) as string;

const sourceOf = (source: NetworkSource, network: 'generator' | 'vae') => ({
  run: nameOf(source),
  what: network,
  checkpoint: source.step === null ? null : `step ${source.step}`,
  sha256: source.networks[network]?.sha256 ?? null,
});

function drawGallery(
  name: string,
  samples: readonly Sample[],
  records: readonly SampleRecord[],
  methods: readonly Method[],
  synthetic: boolean,
): Promise<Buffer> {
  const byKey = new Map(samples.map((sample) => [sample.key, sample]));
  const chosen = selectCases(records, { method: 'composite', metric: 'psnr_hole', each: 3 });
  const cases = chosen.map(
    ({ tag, record }): Case => ({ tag, record, sample: byKey.get(record.key) as Sample }),
  );
  const shown = methods.filter(({ key }) => ['stage-one', 'network', 'composite'].includes(key));
  const title = `${name}: best, median and worst`;
  return gallery({ title, synthetic, cases, methods: shown, judged: 'composite' });
}

async function writeResults(
  folder: string,
  table: Table,
  records: readonly SampleRecord[],
  picture: Buffer,
): Promise<void> {
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    replaceFile(join(folder, name), content);
  await write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await write('gallery.png', picture);
  await write('table.md', renderMarkdown(table));
  await write('table.csv', renderCsv(table));
  await write('table.html', renderHtml(table));
  // Last: whoever finds it finds the others.
  await write('table.json', `${JSON.stringify(table, null, 2)}\n`);
}
