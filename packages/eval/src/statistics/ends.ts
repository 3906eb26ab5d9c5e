/** From the statistic's values in the resamples to the ends of an interval and a p-value. */
import { normalCdf, normalQuantile } from './normal.ts';

/** How the bias-corrected and accelerated bootstrap (BCa; Efron, 1987) bends the percentiles; both 0: it takes them as they are. */
export interface Bend {
  readonly bias: number;
  readonly acceleration: number;
}

export const PERCENTILE: Bend = { bias: 0, acceleration: 0 };

/**
 * The bend for a statistic whose value is `value`. `left` holds for each factor that is drawn (people, seeds) the
 * statistic without one of its members after the other, NaN where nothing is left; as SciPy's bootstrap of several samples.
 */
export function bcaBend(sorted: Float64Array, value: number, left: readonly Float64Array[]): Bend {
  return { bias: normalQuantile(shareBelow(sorted, value)), acceleration: acceleration(left) };
}

/** Ends of the interval at `level`; `sorted` are the resamples' values in rising order. */
export function ends(
  sorted: Float64Array,
  level: number,
  { bias, acceleration: a }: Bend = PERCENTILE,
): { readonly low: number; readonly high: number } {
  const end = (p: number): number => {
    const z = bias + normalQuantile(p);
    return quantile(sorted, normalCdf(bias + z / (1 - a * z)));
  };
  return { low: end((1 - level) / 2), high: end((1 + level) / 2) };
}

/**
 * Two-sided p-value of "the difference is 0": 1 - level of the interval that just reaches 0. It is never below
 * 2 / (resamples + 1), as fewer cannot be seen.
 */
export function pOfNone(sorted: Float64Array, { bias, acceleration: a }: Bend = PERCENTILE): number {
  const w = normalQuantile(shareBelow(sorted, 0)) - bias;
  const tail = normalCdf(w / (1 + a * w) - bias);
  return Math.min(1, Math.max(2 * Math.min(tail, 1 - tail), 2 / (sorted.length + 1)));
}

/** Share of the sorted resamples below the value, ties counting half, kept off 0 and 1. */
function shareBelow(sorted: Float64Array, value: number): number {
  let below = 0;
  for (const one of sorted) below += one < value ? 1 : one === value ? 0.5 : 0;
  return Math.min(Math.max(below, 0.5), sorted.length - 0.5) / sorted.length;
}

/** Skewness of the estimate seen by the jackknife; 0 where leaving out changes nothing. */
function acceleration(left: readonly Float64Array[]): number {
  let squares = 0;
  let cubes = 0;
  for (const all of left) {
    const values = all.filter((value) => !Number.isNaN(value));
    const count = values.length;
    const middle = values.reduce((total, v) => total + v, 0) / count;
    for (const value of values) {
      const influence = ((count - 1) / count) * (middle - value);
      squares += influence ** 2;
      cubes += influence ** 3;
    }
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
