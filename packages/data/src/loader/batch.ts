/** Samples as the arrays that networks take. */
import type { Sample } from '../sample.ts';

/** NHWC, rows in the order of `keys`. */
export interface Batch {
  /** [B, height, width, 3] in [-1, 1]. */
  readonly clean: Float32Array;
  /** [B, height, width, 3] in [-1, 1]. */
  readonly occluded: Float32Array;
  /** [B, height, width, 1], 1 = occluded. */
  readonly mask: Float32Array;
  readonly keys: readonly string[];
  readonly identities: readonly string[];
  /** [B]: the number of each identity among those of the faces, in their order. */
  readonly labels: Int32Array;
  /** The kind of occluder by sample. */
  readonly occluders: readonly string[];
  /** [B, 68, 2], pixels. */
  readonly landmarks: Float32Array;
}

const SIGNED = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** Throws where a sample has another size than the first. */
export function toBatch(samples: readonly Sample[], numberOf: ReadonlyMap<string, number>): Batch {
  const first = samples[0];
  if (!first) throw new RangeError('a batch of no samples');
  const pixels = first.mask.length;
  const batch = {
    clean: new Float32Array(samples.length * pixels * 3),
    occluded: new Float32Array(samples.length * pixels * 3),
    mask: new Float32Array(samples.length * pixels),
    keys: samples.map(({ key }) => key),
    identities: samples.map(({ identity }) => identity),
    labels: Int32Array.from(samples, ({ identity }) => numberOf.get(identity) as number),
    occluders: samples.map(({ occluder }) => occluder),
    landmarks: new Float32Array(samples.length * first.landmarks.length),
  };
  samples.forEach((sample, n) => {
    if (sample.mask.length !== pixels)
      throw new RangeError(`sample ${sample.key} has another size than ${first.key}`);
    convert(sample.clean.data, batch.clean, n * pixels * 3);
    convert(sample.occluded.data, batch.occluded, n * pixels * 3);
    batch.mask.set(sample.mask, n * pixels);
    batch.landmarks.set(sample.landmarks, n * sample.landmarks.length);
  });
  return batch;
}

function convert(data: Uint8Array, out: Float32Array, start: number): void {
  for (let i = 0; i < data.length; i++) out[start + i] = SIGNED[data[i] as number] as number;
}
