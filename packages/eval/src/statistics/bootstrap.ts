import { random } from '@fsg/data';
import { normalCdf, normalQuantile } from './normal.ts';

/** A mean with its interval. `low` and `high` are null where fewer than two clusters leave nothing to resample. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Values averaged. */
  readonly n: number;
  /** Independent groups among them: identities, as pictures of one person resemble each other. */
  readonly clusters: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** 2,000 unless told. */
  readonly resamples?: number;
  /** Coverage aimed at, 0.95 unless told. */
  readonly level?: number;
}

/** Sum and count of the values of each cluster, in order of first appearance. */
interface Clusters {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/**
 * The mean of values that come in clusters, with its bias-corrected and accelerated bootstrap interval (BCa;
 * Efron, 1987): whole clusters are drawn with replacement, the acceleration is the jackknife's over clusters.
 * For a paired comparison hand in the differences. The same values, clusters and seed give the same interval.
 *
 * @param values at least one finite number
 * @param clusters the name of each value's cluster
 */
export function clusteredMean(
  values: readonly number[],
  clusters: readonly string[],
  { seed, resamples = 2000, level = 0.95 }: BootstrapOptions,
): Interval {
  if (values.length === 0) throw new RangeError('a mean of no values was asked for');
  if (values.length !== clusters.length) {
    throw new RangeError(`${values.length} values with the clusters of ${clusters.length}`);
  }
  const groups = group(values, clusters);
  const count = groups.sums.length;
  const value = sum(groups.sums) / sum(groups.counts);
  const plain = { value, n: values.length, clusters: count };
  if (count < 2) return { ...plain, low: null, high: null };
  const means = resampledMeans(groups, resamples, seed);
  const bias = normalQuantile(shareBelow(means, value));
  const acceleration = jackknifeAcceleration(groups);
  const end = (p: number): number => {
    const z = bias + normalQuantile(p);
    return quantile(means, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return { ...plain, low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

const sum = (values: Float64Array): number => values.reduce((total, v) => total + v, 0);

function group(values: readonly number[], clusters: readonly string[]): Clusters {
  const index = new Map<string, number>();
  for (const name of clusters) if (!index.has(name)) index.set(name, index.size);
  const sums = new Float64Array(index.size);
  const counts = new Float64Array(index.size);
  values.forEach((value, i) => {
    const k = index.get(clusters[i] as string) as number;
    sums[k] = (sums[k] as number) + value;
    counts[k] = (counts[k] as number) + 1;
  });
  return { sums, counts };
}

/** Means of `resamples` draws of as many clusters as there are, sorted. */
function resampledMeans({ sums, counts }: Clusters, resamples: number, seed: number): Float64Array {
  const stream = random(seed, 'bootstrap', sums.length);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let total = 0;
    let n = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const k = Math.floor(stream.next() * sums.length);
      total += sums[k] as number;
      n += counts[k] as number;
    }
    means[r] = total / n;
  }
  return means.sort();
}

/** Share of the sorted resamples below the estimate, ties counting half, kept off 0 and 1. */
function shareBelow(means: Float64Array, value: number): number {
  let below = 0;
  for (const mean of means) below += mean < value ? 1 : mean === value ? 0.5 : 0;
  return Math.min(Math.max(below, 0.5), means.length - 0.5) / means.length;
}

/** Skewness of the estimate seen by leaving out one cluster at a time; 0 where all leave the same mean. */
function jackknifeAcceleration({ sums, counts }: Clusters): number {
  const total = sum(sums);
  const n = sum(counts);
  const left = sums.map((s, k) => (total - s) / (n - (counts[k] as number)));
  const middle = sum(left) / left.length;
  let squares = 0;
  let cubes = 0;
  for (const mean of left) {
    squares += (middle - mean) ** 2;
    cubes += (middle - mean) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float64Array, p: number): number {
  const at = Math.min(Math.max(p, 0), 1) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
