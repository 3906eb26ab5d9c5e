/** Measures methods on test samples, one batch at a time: only numbers are kept. */
import { createHash } from 'node:crypto';
import { anglesOf, type FaceMesh, headPose, type Rgb, regionsOf, type Sample } from '@fsg/data';
import type { Judge } from './judge.ts';
import type { FeatureExtractor, PerceptualDistance } from './metrics/perceptual.ts';
import { scoreIdentity, scoreLooks, scorePixels } from './metrics/score.ts';
import { pictureRegions } from './pictures/regions.ts';
import type { SampleInfo } from './results/results.ts';

/** What a method makes of a sample; a blind method that finds the hole by itself hands its mask in too. */
export interface Restoration {
  readonly image: Rgb;
  /** 1 = believed occluded. */
  readonly hole?: Uint8Array;
}

/** A row of the table. */
export interface Method {
  readonly key: string;
  readonly label: string;
  /** One line on what it does and what it is given. */
  readonly note: string;
  /** True where it is shown the true mask, which no one has outside a test. */
  readonly needsMask: boolean;
  restore(batch: readonly Sample[]): Promise<readonly Restoration[]>;
}

/** Values of one method on one sample, by metric. One without a value is null, its reason stands in `why`. */
export interface Scores {
  readonly values: Readonly<Record<string, number | null>>;
  readonly why: Readonly<Record<string, string>>;
}

/** A sample's results. */
export interface SampleRecord extends SampleInfo {
  /** By the method's key. */
  readonly scores: Readonly<Record<string, Scores>>;
}

/** Networks that measure pictures. */
export interface Instruments {
  /** Of identity; none: no similarity. */
  readonly judges: readonly Judge[];
  /** LPIPS, where a user supplies its weights. */
  readonly perceptual?: PerceptualDistance;
  /** What the Fréchet distance is taken from, where a user supplies its weights. */
  readonly inception?: FeatureExtractor;
  /** The mesh of the face in a picture, null where none is seen: for landmark errors. */
  readonly findMesh?: (picture: Rgb) => Promise<FaceMesh | null>;
}

export interface MeasureOptions {
  readonly samples: AsyncIterable<Sample> | Iterable<Sample>;
  readonly methods: readonly Method[];
  readonly instruments: Instruments;
  /** False where the samples have no clean pictures: then features are taken and nothing is scored. True unless told. */
  readonly paired?: boolean;
  readonly batchSize: number;
  /** Aborts between two batches, throwing its reason. */
  readonly signal?: AbortSignal;
}

export interface MeasuredBatch {
  readonly records: readonly SampleRecord[];
  /** By the name of judge or inception: for each sample in turn that of its clean image, then of each method's. */
  readonly features: Readonly<Record<string, readonly Float32Array[]>>;
}

/** Runs every method over every sample, a batch at a time and in the samples' order. */
export async function* measure({
  samples,
  methods,
  instruments,
  paired = true,
  batchSize,
  signal,
}: MeasureOptions): AsyncGenerator<MeasuredBatch> {
  for await (const batch of batches(samples, batchSize)) {
    signal?.throwIfAborted();
    yield measureBatch(batch, methods, instruments, paired);
  }
}

/** Items in lists of `size`, the last one perhaps shorter. */
export async function* batches<T>(
  items: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function measureBatch(
  batch: readonly Sample[],
  methods: readonly Method[],
  instruments: Instruments,
  paired: boolean,
): Promise<MeasuredBatch> {
  const restored = await restoreBatch(batch, methods);
  const clean = batch.map((sample) => sample.clean);
  const pictures = restored.map((images) => images.map(({ image }) => image));
  const { seen, judged } = await featuresOf([clean, ...pictures], batch, instruments);
  if (!paired) {
    const nothing = Object.fromEntries(methods.map(({ key }) => [key, { values: {}, why: {} }]));
    return { records: batch.map((sample) => ({ ...infoOf(sample), scores: nothing })), features: seen };
  }
  const looks: Scores[][] = [];
  for (const images of pictures) looks.push(await scoreLooks(images, batch, instruments));
  const records = batch.map((sample, i): SampleRecord => {
    const regions = regionsIn(sample);
    const at = i * (methods.length + 1);
    const scores = methods.map(({ key }, m) => {
      const parts = [
        scorePixels(restored[m]?.[i] as Restoration, sample, regions),
        looks[m]?.[i] as Scores,
        scoreIdentity(judged, at, at + m + 1),
      ];
      const values = Object.assign({}, ...parts.map((part) => part.values)) as Scores['values'];
      return [key, { values, why: Object.assign({}, ...parts.map(({ why }) => why)) as Scores['why'] }];
    });
    return { ...infoOf(sample), scores: Object.fromEntries(scores) };
  });
  return { records, features: seen };
}

/** Features of each column's pictures, a sample's side by side. `judged`: those of the judges alone. */
async function featuresOf(
  columns: readonly (readonly Rgb[])[],
  batch: readonly Sample[],
  { judges, inception }: Instruments,
): Promise<{ seen: MeasuredBatch['features']; judged: MeasuredBatch['features'] }> {
  const landmarks = batch.map((sample) => sample.landmarks);
  const over = async (embed: (images: readonly Rgb[]) => Promise<readonly Float32Array[]>) => {
    const byColumn: (readonly Float32Array[])[] = [];
    for (const images of columns) byColumn.push(await embed(images));
    return batch.flatMap((_, i) => byColumn.map((features) => features[i] as Float32Array));
  };
  const judged: Record<string, Float32Array[]> = {};
  for (const judge of judges) judged[judge.name] = await over((images) => judge.embed(images, landmarks));
  if (!inception) return { seen: judged, judged };
  return {
    seen: { ...judged, [inception.name]: await over((images) => inception.features(images)) },
    judged,
  };
}

async function restoreBatch(
  batch: readonly Sample[],
  methods: readonly Method[],
): Promise<(readonly Restoration[])[]> {
  const all: (readonly Restoration[])[] = [];
  for (const { key, restore } of methods) {
    const restored = await restore(batch);
    if (restored.length !== batch.length) {
      throw new Error(`method ${key} returned ${restored.length} images for ${batch.length} samples`);
    }
    all.push(restored);
  }
  return all;
}

const regionsIn = ({ clean: { width, height }, mask, mesh }: Sample) =>
  pictureRegions(mask, width, height, regionsOf(mesh, width, height));

function infoOf({ key, identity, occluder, clean, occluded, mask, mesh }: Sample): SampleInfo {
  const hash = createHash('sha256').update(clean.data).update(occluded.data).update(mask);
  return {
    key,
    identity,
    occluder,
    area: mask.reduce((sum, m) => sum + (m === 0 ? 0 : 1), 0) / mask.length,
    sha256: hash.digest('hex'),
    yaw: anglesOf(headPose(mesh)).yaw,
  };
}
