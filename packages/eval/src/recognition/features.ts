/** A recogniser's features of many pictures, wherever they lie, and the scores of pairs of them. */
import { cosine } from '../metrics/similarity.ts';
import type { Pair } from './pairs.ts';

/** Feature vectors by picture. `at` may read a file; the array it returns stays as it is. */
export interface Features {
  readonly count: number;
  readonly dimensions: number;
  at(index: number): Float32Array;
}

/** Features that lie one after the other: `count x dimensions` values. */
export function flatFeatures(data: Float32Array, dimensions: number): Features {
  if (data.length % dimensions !== 0) {
    throw new RangeError(`${data.length} values are no whole number of features of ${dimensions}`);
  }
  return {
    count: data.length / dimensions,
    dimensions,
    at: (index) => data.subarray(index * dimensions, (index + 1) * dimensions),
  };
}

/**
 * The cosine of each pair, picture `a` by the features of the one side (of the probe: clean, occluded or restored), picture
 * `b` by those of the other (always clean). A feature of length 0 resembles nothing: 0. Throws where a feature is missing
 * or not finite.
 */
export function scorePairs(pairs: readonly Pair[], a: Features, b: Features): Float64Array {
  return Float64Array.from(pairs, (pair) => cosine(rowAt(a, pair.a), rowAt(b, pair.b)) ?? 0);
}

/** The feature of a picture, looked at before use. */
export function rowAt(features: Features, index: number): Float32Array {
  if (!(index >= 0 && index < features.count)) {
    throw new RangeError(`picture ${index} has no feature: there are ${features.count}`);
  }
  const row = features.at(index);
  if (row.length !== features.dimensions) {
    throw new RangeError(
      `the feature of picture ${index} has ${row.length} values, not ${features.dimensions}`,
    );
  }
  for (const value of row) {
    if (!Number.isFinite(value))
      throw new RangeError(`the feature of picture ${index} is not finite: ${value}`);
  }
  return row;
}
