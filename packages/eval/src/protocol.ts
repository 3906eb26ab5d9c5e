/** Measures methods on test samples, one batch at a time: only numbers are kept. */
import type { Rgb, Sample } from '@fsg/data';
import type { Judge } from './judge.ts';
import type { MetricKey } from './metrics/cards.ts';
import { psnr } from './metrics/psnr.ts';
import { cosine, intersectionOverUnion } from './metrics/similarity.ts';
import { meanInside, ssimMap, ssimMean } from './metrics/ssim.ts';

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

/** Values of one method on one sample. A metric without a value is null, its reason stands in `why`. */
export interface Scores {
  readonly values: Readonly<Record<MetricKey, number | null>>;
  readonly why: Readonly<Partial<Record<MetricKey, string>>>;
}

/** One line of the per-sample results. */
export interface SampleRecord {
  readonly key: string;
  readonly identity: string;
  readonly occluder: string;
  /** Share of the image's pixels that are occluded. */
  readonly area: number;
  /** By the method's key. */
  readonly scores: Readonly<Record<string, Scores>>;
}

export interface EvaluateOptions {
  readonly samples: AsyncIterable<Sample> | Iterable<Sample>;
  readonly methods: readonly Method[];
  /** Null leaves out the identity similarity. */
  readonly judge: Judge | null;
  readonly batchSize: number;
  /** Called in sample order, for example to append a line to a file. */
  readonly onRecord?: (record: SampleRecord) => void | Promise<void>;
  /** Called after each batch with the samples done so far. */
  readonly onProgress?: (done: number) => void;
  /** Aborts between two batches, throwing its reason. */
  readonly signal?: AbortSignal;
}

export const IDENTICAL = 'identical';

/** Runs every method over every sample and returns the records in sample order. */
export async function evaluate(options: EvaluateOptions): Promise<SampleRecord[]> {
  const records: SampleRecord[] = [];
  for await (const batch of batches(options.samples, options.batchSize)) {
    options.signal?.throwIfAborted();
    for (const record of await measureBatch(batch, options.methods, options.judge)) {
      records.push(record);
      await options.onRecord?.(record);
    }
    options.onProgress?.(records.length);
  }
  return records;
}

async function* batches<T>(
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
  judge: Judge | null,
): Promise<SampleRecord[]> {
  const landmarks = batch.map((sample) => sample.landmarks);
  const embed = async (images: readonly Rgb[]) => (judge ? judge.embed(images, landmarks) : null);
  const clean = await embed(batch.map((sample) => sample.clean));
  const scores = batch.map((): Record<string, Scores> => ({}));
  for (const method of methods) {
    const restored = await method.restore(batch);
    if (restored.length !== batch.length) {
      throw new Error(`method ${method.key} returned ${restored.length} images for ${batch.length} samples`);
    }
    const features = await embed(restored.map(({ image }) => image));
    batch.forEach((sample, i) => {
      const similarity =
        clean && features ? cosine(clean[i] as Float32Array, features[i] as Float32Array) : null;
      (scores[i] as Record<string, Scores>)[method.key] = score(
        sample,
        restored[i] as Restoration,
        similarity,
        judge,
      );
    });
  }
  return batch.map(({ key, identity, occluder, mask }, i) => {
    const area = mask.reduce((sum, m) => sum + (m === 0 ? 0 : 1), 0) / mask.length;
    return { key, identity, occluder, area, scores: scores[i] as Record<string, Scores> };
  });
}

/** All metrics of one restored image. */
function score(
  sample: Sample,
  restored: Restoration,
  similarity: number | null,
  judge: Judge | null,
): Scores {
  const { clean, mask } = sample;
  const { width, height } = clean;
  const map = ssimMap(restored.image.data, clean.data, width, height);
  const ssimHole = meanInside(map, mask);
  const values: Record<MetricKey, number | null> = {
    psnr_hole: psnr(restored.image.data, clean.data, mask),
    ssim_hole: ssimHole,
    psnr: psnr(restored.image.data, clean.data),
    ssim: ssimMean(map, width, height),
    similarity,
    hole_iou: restored.hole ? intersectionOverUnion(restored.hole, mask) : null,
  };
  const why: Partial<Record<MetricKey, string>> = {};
  if (ssimHole === null) why.ssim_hole = 'nothing is occluded';
  if (values.psnr_hole === null) why.psnr_hole = ssimHole === null ? 'nothing is occluded' : IDENTICAL;
  if (values.psnr === null) why.psnr = IDENTICAL;
  if (similarity === null) why.similarity = judge ? 'a feature vector of length 0' : 'no judge';
  if (values.hole_iou === null)
    why.hole_iou = restored.hole ? 'nothing occluded or predicted' : 'predicts no hole';
  return { values, why };
}
