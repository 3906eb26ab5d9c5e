/** Measures both stages on people they never saw; table, gallery and per-sample results go into one folder. */
import { basename, join } from 'node:path';
import {
  type DataConfig,
  evaluationSamples,
  type FaceSet,
  openData,
  type Rgb,
  type Sample,
  type Shape,
} from '@fsg/data';
import { startEngine, statelessNormal, type Tensor4D, tf } from '@fsg/engine';
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
  type Restorer,
  renderCsv,
  renderHtml,
  renderMarkdown,
  type SampleRecord,
  selectCases,
  type Table,
} from '@fsg/eval';
import { generate, isGuided, openNet, openRecogniser, UserError } from '@fsg/models';
import { artifactsPath, replaceFile } from '@fsg/runs';
import { predictStructure, type StructureDraw } from '@fsg/trainer';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';
import { type NetworkSource, networkOf, openNetworks, type SourcedNetwork } from './network-source.ts';

/** The networks that may judge, best first; the one of the loss never does. */
const JUDGES = ['faceres', 'dlib-resnet'];
const BATCH = 16;
const BOOTSTRAP = { seed: 0, resamples: 2000, level: 0.95 };
const REFERENCES = ['occluded', 'mean-face', 'stage-one'];

export interface EvaluateOptions {
  /** A stage-II run, or the weight file of a generator. */
  readonly generator: string;
  /** The structure network, a run or a weight file; left out: the one that the generator's run was trained with. */
  readonly structure?: string;
  /** Test images. */
  readonly count: number;
  /** Left out: the data of the generator's run. */
  readonly data?: DataConfig;
  /** Folder for the results; left out: the artifacts of the generator's run. */
  readonly out?: string;
}

export interface Evaluation {
  readonly table: Table;
  /** Folder that holds table, gallery and records. */
  readonly folder: string;
}

interface Subject {
  readonly name: string;
  readonly generator: NetworkSource;
  /** Left out where the generator is not guided. */
  readonly structure?: NetworkSource;
  readonly networks: {
    readonly generator: SourcedNetwork<'generator'>;
    readonly vae?: SourcedNetwork<'vae'>;
  };
  readonly draw: StructureDraw;
  /** The generator's checkpoint was chosen on test images. */
  readonly testSelected: boolean;
  readonly data: DataConfig;
  readonly folder: string;
}

export async function evaluateTask(options: EvaluateOptions, context: Context): Promise<Evaluation> {
  await startEngine();
  const subject = await openSubject(options, context);
  const { name, generator, structure, folder } = subject;
  const data = await openData(subject.data);
  const samples = evaluationSamples(data, await facesOf(data, 'test', context, options.count), options.count);
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

async function openSubject(options: EvaluateOptions, context: Context): Promise<Subject> {
  const generator = await openNetworks(options.generator, context.runs);
  const { run, recipe, where } = generator;
  if (recipe && recipe.stage !== 'stage2') {
    throw new UserError(
      `${run?.id} is of ${recipe.stage}; fsg eval measures runs of stage2, which hold both stages`,
    );
  }
  const structure = options.structure ?? recipe?.structure;
  const data = options.data ?? recipe?.data;
  const folder = options.out ?? (run ? artifactsPath(run) : undefined);
  if (structure === undefined && (!recipe || isGuided(recipe.model))) {
    throw new UserError(`${where} is a generator alone; name the structure network after it`, 2);
  }
  if (data === undefined || folder === undefined) {
    throw new UserError(`${where} belongs to no run; say where the results go: -o FOLDER`, 2);
  }
  const first = structure === undefined ? undefined : await openNetworks(structure, context.runs);
  return {
    name: run?.record.recipe ?? basename(where),
    generator,
    ...(first && { structure: first }),
    networks: {
      generator: networkOf(generator, 'generator', 'a stage-II run or the weight file of a generator'),
      ...(first && { vae: networkOf(first, 'vae', "a stage-I run or a file of a vae's weights") }),
    },
    draw: recipe?.structureDraw ?? 'mean',
    testSelected: recipe?.defects.testSelection ?? false,
    data,
    folder,
  };
}

const labelOf = ({ recipe }: NetworkSource): string =>
  recipe?.stage === 'stage2' && recipe.model.generator === 'unet' ? 'U-Net' : 'FSG-GAN';

function* imagesOf(faces: FaceSet): Iterable<Rgb> {
  for (let i = 0; i < faces.size; i++) yield faces.face(i).image;
}

/** Both stages in evaluation mode. Where the structure is a sample, batch after batch has noise of its own. */
function openRestorer({ networks: { generator, vae }, draw }: Subject): Restorer {
  const { options } = generator;
  const net = openNet('generator', options, generator.read());
  const tensors = vae?.read();
  let batches = 0;
  const noise = ([n]: Shape, zDim: number): Tensor4D | undefined =>
    draw === 'sample'
      ? (statelessNormal([n, 1, 1, zDim], 0, 'evaluation', batches++) as Tensor4D)
      : undefined;
  return async (data, shape) => {
    const made = tf.tidy(() => {
      const occluded = tf.tensor4d(data, [...shape]);
      const guide =
        tensors && vae && predictStructure(tensors, occluded, vae.options, noise(shape, vae.options.zDim));
      const restored = generate(net, guide, occluded, options);
      return { ...(guide && { structure: guide }), restored };
    }) as { structure?: Tensor4D; restored: Tensor4D };
    const values = {
      restored: made.restored.dataSync() as Float32Array,
      ...(made.structure && { structure: made.structure.dataSync() as Float32Array }),
    };
    tf.dispose(made as tf.TensorContainerObject);
    return values;
  };
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

const nameOf = ({ run, where }: NetworkSource): string => run?.id ?? basename(where);

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
    replaceFile(join(folder, name), typeof content === 'string' ? Buffer.from(content) : content);
  await write('records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await write('gallery.png', picture);
  await write('table.md', renderMarkdown(table));
  await write('table.csv', renderCsv(table));
  await write('table.html', renderHtml(table));
  // Last: whoever finds it finds the others.
  await write('table.json', `${JSON.stringify(table, null, 2)}\n`);
}
