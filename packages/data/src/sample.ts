/** One sample: a face with an occluder drawn over it, the same wherever and in whatever order it is made. */
import { type AugmentConfig, augment } from './augment.ts';
import type { WeightedOccluder } from './config.ts';
import { type DegradeConfig, degrade } from './degrade/degrade.ts';
import type { Blend, Degradation, Face, Occluder, Rgb } from './face.ts';
import type { FaceMesh } from './mesh/mesh.ts';
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
  /** Of the clean face. */
  readonly mesh: FaceMesh;
  /** How the occluder was drawn; null where that is not known. */
  readonly blend: Blend | null;
  /** What was done to the pair after it was composed, and not to the mask; null where nothing was. */
  readonly degrade: Degradation | null;
}

/** Of the data section. */
interface Making {
  readonly seed: number;
  readonly degrade: DegradeConfig;
}

export interface Composing extends Making {
  readonly occluders: readonly WeightedOccluder[];
  /** Left out: faces as they are. */
  readonly augment?: AugmentConfig;
}

/**
 * The sample of a face in an epoch. All that is done to the face hangs on the seed, its key and the epoch alone, so without
 * augmentation epoch 0 is what `synthesise` stores.
 */
export function composeSample(
  face: Face,
  epoch: number,
  { occluders, augment: how, ...making }: Composing,
): Promise<Sample> {
  const { seed } = making;
  const seen = how ? augment(face, how, random(seed, 'augment', face.key, epoch)) : face;
  const occluder = weighted(occluders, random(seed, 'kind', face.key, epoch).next());
  return occludedBy(occluder, seen, epoch, making);
}

/** The face with the given occluder over it, `variant` naming one of its many shapes; a pair's occlusion is its own. */
export function occludedBy(
  occluder: Occluder,
  face: Face,
  variant: string | number,
  { seed, degrade: how }: Making,
): Promise<Sample> {
  const { key, identity, image: clean, landmarks, mesh, occlusion } = face;
  const name = occlusion ? (face.occluder ?? 'unknown') : occluder.name;
  const drawn = occlusion ?? occluder.occlude(face, random(seed, occluder.name, key, variant));
  const { occluded, mask, blend = null, degrade: before = null } = drawn;
  const pixels = { clean, occluded, mask };
  const sample = { key, identity, occluder: name, ...pixels, landmarks, mesh, blend, degrade: before };
  return degrade(sample, how, random(seed, 'degrade', key, variant));
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
