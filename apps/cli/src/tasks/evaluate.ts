/** Measures a stage-II run on people it never saw; table, gallery and per-sample results go into the run's artifacts. */
import { evaluationSamples, type FaceSet, openData, type Rgb, type Sample } from '@fsg/data';
import { startEngine, type Tensor4D, tf } from '@fsg/engine';
import {
  buildTable,
  type Case,
  evaluate,
  gallery,
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
import { generate, openRecogniser, TensorNet, UserError } from '@fsg/models';
import { artifactsPath, type Run, writeArtifact } from '@fsg/runs';
import { predictStructure, readSmoothed, type Stage2Recipe } from '@fsg/trainer';
import { checkpointOf, type RunCheckpoint } from './checkpoint-ref.ts';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';

/** The network that judges; never the one of the loss. */
const JUDGE = 'faceres';
const BATCH = 16;
const BOOTSTRAP = { seed: 0, resamples: 2000, level: 0.95 };
const REFERENCES = ['occluded', 'mean-face', 'stage-one'];

export interface Evaluation {
  readonly run: Run;
  readonly table: Table;
  /** Folder that holds table, gallery and records. */
  readonly folder: string;
}

/** Evaluates the best checkpoint of the run that `reference` means on `count` test images. */
export async function evaluateTask(reference: string, count: number, context: Context): Promise<Evaluation> {
  await startEngine();
  const checkpoint = await checkpointOf(reference, context.runs);
  const { run, recipe } = checkpoint;
  if (recipe.stage !== 'stage2') {
    throw new UserError(
      `${run.id} is of ${recipe.stage}; fsg eval measures runs of stage2, which hold both stages`,
    );
  }
  const data = await openData(recipe.data);
  const samples = evaluationSamples(data, await facesOf(data, 'test', context, count), count);
  const mean = await meanImage(imagesOf(await facesOf(data, 'train', context)));
  const structure = await checkpointOf(recipe.structure, context.runs);
  const methods = [
    occludedInput,
    pastedMeanFace(mean),
    ...networkMethods(openRestorer(checkpoint, structure, recipe)),
  ];
  const recogniser = await openRecogniser(JUDGE);

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
    title: `${run.record.recipe}: ${samples.length} test images`,
    created: new Date(context.clock()).toISOString(),
    synthetic: data.source.synthetic,
    data: { name: data.source.name, split: 'test', contentHash: null },
    judge: recogniser.name,
    records,
    rows: methods.map((method) => ({ ...method, ...origin(method, run, structure.run, recipe) })),
    references: REFERENCES,
    sources: [sourceOf(checkpoint, 'generator'), sourceOf(structure, 'vae')],
    bootstrap: BOOTSTRAP,
  });
  const picture = await drawGallery(run, samples, records, methods, data.source.synthetic);
  await writeResults(run, table, records, picture);
  return { run, table, folder: artifactsPath(run) };
}

function* imagesOf(faces: FaceSet): Iterable<Rgb> {
  for (let i = 0; i < faces.size; i++) yield faces.face(i).image;
}

/** Both stages in evaluation mode, with averaged weights where the checkpoints have such. */
function openRestorer(generator: RunCheckpoint, structure: RunCheckpoint, { model }: Stage2Recipe): Restorer {
  const size = structure.recipe.model;
  const vae = readSmoothed(structure.files, 'vae', size, structure.where);
  const weights = readSmoothed(generator.files, 'generator', model, generator.where);
  const net = new TensorNet(weights, { training: false, spectral: true });
  const run = (
    shape: Parameters<Restorer['structure']>[1],
    make: (image: (data: Float32Array) => Tensor4D) => Tensor4D,
  ) => {
    const result = tf.tidy(() => make((data) => tf.tensor4d(data, [...shape])));
    const values = result.dataSync() as Float32Array;
    result.dispose();
    return Promise.resolve(values);
  };
  return {
    structure: (occluded, shape) => run(shape, (image) => predictStructure(vae, image(occluded), size)),
    restore: (guide, occluded, shape) =>
      run(shape, (image) => generate(net, image(guide), image(occluded), model)),
  };
}

/** Which runs and seeds stand behind a row. */
function origin({ key }: Method, run: Run, structure: Run, recipe: Stage2Recipe) {
  if (key === 'occluded' || key === 'mean-face') return {};
  const seeds = [recipe.seed];
  return key === 'stage-one' ? { runs: [structure.id], seeds } : { runs: [structure.id, run.id], seeds };
}

const sourceOf = ({ run, manifest }: RunCheckpoint, network: string) => ({
  run: run.id,
  what: network,
  checkpoint: `step ${manifest.step}`,
  sha256: manifest.files[`${network}.safetensors`]?.sha256 ?? null,
});

function drawGallery(
  run: Run,
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
  const title = `${run.record.recipe}: best, median and worst`;
  return gallery({ title, synthetic, cases, methods: shown, judged: 'composite' });
}

async function writeResults(
  run: Run,
  table: Table,
  records: readonly SampleRecord[],
  picture: Buffer,
): Promise<void> {
  await writeArtifact(run, 'records.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await writeArtifact(run, 'gallery.png', picture);
  await writeArtifact(run, 'table.md', renderMarkdown(table));
  await writeArtifact(run, 'table.csv', renderCsv(table));
  await writeArtifact(run, 'table.html', renderHtml(table));
  // Last: whoever finds it finds the others.
  await writeArtifact(run, 'table.json', `${JSON.stringify(table, null, 2)}\n`);
}
