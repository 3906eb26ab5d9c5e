/** One sample: a face with an occluder drawn over it, the same wherever and in whatever order it is made. */
import { type AugmentConfig, augment } from './augment.ts';
import type { WeightedOccluder } from './config.ts';
import type { Blend, Face, Occluder, Rgb } from './face.ts';
import { random } from './random.ts';

export interface Sample {
  readonly key: string;
  readonly identity: string;
  /** The kind of occluder. */
  readonly occluder: string;
  readonly clean: Rgb;
  readonly occluded: Rgb;
  /** `width * height` values, 1 = occluded. */
  readonly mask: Uint8Array;
  /** 68 points of the clean face: x0, y0, x1, y1 … */
  readonly landmarks: Float32Array;
  /** How the occluder was drawn. */
  readonly blend?: Blend;
}

export interface Composing {
  /** The data section's seed. */
  readonly seed: number;
  readonly occluders: readonly WeightedOccluder[];
  /** Left out: faces as they are. */
  readonly augment?: AugmentConfig;
}

/**
 * The sample of a face in an epoch. Kind and shape of the occlusion hang on the seed, the face's key and the
 * epoch alone, so without augmentation epoch 0 is what `synthesise` stores.
 */
export function composeSample(
  face: Face,
  epoch: number,
  { seed, occluders, augment: how }: Composing,
): Sample {
  const seen = how ? augment(face, how, random(seed, 'augment', face.key, epoch)) : face;
  const occluder = weighted(occluders, random(seed, 'kind', face.key, epoch).next());
  return occludedBy(occluder, seen, seed, epoch);
}

/** The face with the given occluder over it, `variant` naming one of its many shapes; a pair as it is. */
export function occludedBy(occluder: Occluder, face: Face, seed: number, variant: string | number): Sample {
  const { key, identity, image: clean, landmarks, occlusion } = face;
  const name = occlusion ? (face.occluder ?? 'unknown') : occluder.name;
  const drawn = occlusion ?? occluder.occlude(face, random(seed, occluder.name, face.key, variant));
  return { key, identity, occluder: name, clean, landmarks, ...drawn };
}

/** The occluder at `place` (0 to 1) when all stand in a row, each as long as its weight. */
function weighted(occluders: readonly WeightedOccluder[], place: number): Occluder {
  let left = place * occluders.reduce((sum, { weight }) => sum + weight, 0);
  for (const { occluder, weight } of occluders) {
    left -= weight;
    if (left < 0) return occluder;
  }
  return (occluders.at(-1) as WeightedOccluder).occluder;
}
