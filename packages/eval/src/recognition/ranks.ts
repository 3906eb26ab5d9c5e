/** Where in the gallery a probe's own person comes. */
import { tf } from '@fsg/engine';
import { type Features, rowAt } from './features.ts';
import type { Identification } from './probes.ts';

/** Features multiplied at once: 2 million scores. */
const GALLERY_BLOCK = 4096;
const PROBE_BLOCK = 512;
/**
 * How far a product of unit vectors by the backend may be off: float32, or TensorFloat-32 on GPUs, which rounds to 11 bits.
 * Nearer to the own person's score than this it is computed again in double precision, so that ranks are the same everywhere.
 */
const MARGIN = 2e-3;

/**
 * The rank of each probe's own person in the gallery by cosine, from 1 on: 1 and as many as score at least as well. So a
 * recogniser to which all faces are equal identifies nobody. Scores are made block by block: memory does not grow with their
 * number.
 *
 * @param probes features of the condition's side (clean, occluded, restored), by picture
 * @param gallery features of the clean side, by picture
 */
export function identificationRanks(
  split: Pick<Identification, 'gallery' | 'probes'>,
  identities: readonly string[],
  { probes: asked, gallery: enrolled }: { readonly probes: Features; readonly gallery: Features },
): Int32Array {
  const { dimensions } = asked;
  if (dimensions !== enrolled.dimensions) {
    throw new RangeError(`features of ${dimensions} and ${enrolled.dimensions} values cannot be compared`);
  }
  const mates = matesOf(split, identities);
  const own = Float64Array.from(split.probes, (picture, p) => {
    const pair = unitRows(asked, [picture]);
    return dot(pair, 0, unitRows(enrolled, [split.gallery[mates[p] as number] as number]), 0, dimensions);
  });
  const ranks = new Int32Array(split.probes.length).fill(1);
  for (let g = 0; g < split.gallery.length; g += GALLERY_BLOCK) {
    const gallery = unitRows(enrolled, split.gallery.slice(g, g + GALLERY_BLOCK));
    const rows = gallery.length / dimensions;
    for (let p = 0; p < ranks.length; p += PROBE_BLOCK) {
      const probes = unitRows(asked, split.probes.slice(p, p + PROBE_BLOCK));
      products(probes, gallery, dimensions).forEach((score, i) => {
        const [probe, row] = [Math.floor(i / rows), i % rows];
        const mine = own[p + probe] as number;
        if (g + row === mates[p + probe] || score < mine - MARGIN) return;
        const beats = score > mine + MARGIN || dot(probes, probe, gallery, row, dimensions) >= mine;
        if (beats) ranks[p + probe] = (ranks[p + probe] as number) + 1;
      });
    }
  }
  return ranks;
}

/** Share of the probes whose person is among the first `rank`. Throws where there are none. */
export function identificationRate(ranks: ArrayLike<number>, rank: number): number {
  if (ranks.length === 0) throw new RangeError('the identification rate of no probes was asked for');
  return Array.from(ranks).filter((own) => own <= rank).length / ranks.length;
}

/** Which row of the gallery is each probe's own person. */
function matesOf(
  { gallery, probes }: Pick<Identification, 'gallery' | 'probes'>,
  identities: readonly string[],
) {
  const rows = new Map(gallery.map((picture, row) => [identities[picture], row]));
  return Int32Array.from(probes, (picture) => {
    const row = rows.get(identities[picture]);
    if (row === undefined) throw new RangeError(`${identities[picture]} is not in the gallery`);
    return row;
  });
}

/** Features of these pictures brought to length 1, row after row; one of length 0 stays. */
function unitRows(features: Features, pictures: readonly number[]): Float32Array {
  const rows = new Float32Array(pictures.length * features.dimensions);
  pictures.forEach((picture, i) => {
    const row = rowAt(features, picture);
    let squares = 0;
    for (const value of row) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    const offset = i * row.length;
    for (let k = 0; k < row.length; k++) rows[offset + k] = (row[k] as number) * scale;
  });
  return rows;
}

/** Every row of the one with every row of the other: `[a, dimensions] x [b, dimensions] → [a, b]`. */
function products(a: Float32Array, b: Float32Array, dimensions: number): Float32Array {
  const made = tf.tidy(() => {
    const [x, y] = [a, b].map((rows) => tf.tensor2d(rows, [rows.length / dimensions, dimensions]));
    return tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, true);
  });
  // Read outside: tidy would look for tensors in every number that is returned from it.
  const scores = made.dataSync<'float32'>();
  made.dispose();
  return scores;
}

function dot(a: Float32Array, rowOfA: number, b: Float32Array, rowOfB: number, dimensions: number): number {
  const [fromA, fromB] = [rowOfA * dimensions, rowOfB * dimensions];
  let sum = 0;
  for (let i = 0; i < dimensions; i++) sum += (a[fromA + i] as number) * (b[fromB + i] as number);
  return sum;
}
