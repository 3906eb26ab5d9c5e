/** A measure with its interval, and the difference of two. */
import { type Bend, ends, PERCENTILE, pOfNone } from './ends.ts';

/**
 * What a reader must know beside the number:
 * - `few impostors`: fewer than 10 impostor pairs are expected to pass at this FAR, so that value and interval hang on a handful
 *   of scores: the value is likely too high, the interval too narrow;
 * - `few seeds`: one or two training seeds cannot show how much training varies. (Nor do few more say it well: where seeds
 *   vary more than people, a 95 % interval covers about 81 % with three, 88 % with five, 92 % with ten.)
 * - `no spread`: every resample gave the same, as where no error was seen: the interval is no bound.
 */
export type Mark = 'few impostors' | 'few seeds' | 'no spread';

export interface Estimate {
  /** Null where it cannot be estimated, with the reason. */
  readonly value: number | null;
  /** Null, with the reason, where nothing is left to resample. */
  readonly low: number | null;
  readonly high: number | null;
  /** Pictures, pairs or probes measured (of one seed). */
  readonly n: number;
  /** Identities among them. */
  readonly clusters: number;
  /** Training seeds behind it, 0 where none was named. */
  readonly seeds: number;
  readonly marks: readonly Mark[];
  readonly reason?: string;
}

/** `of` minus `to`, over the same people in the same resamples. */
export interface Difference extends Estimate {
  readonly of: string;
  readonly to: string;
  /** Level of this interval: with others it is corrected, so that all of them hold together. */
  readonly level: number;
  /** Two-sided p-value of no difference, for itself alone (`holm` adjusts several). */
  readonly p: number | null;
}

/** What was measured, whatever came out. */
export type Basis = Pick<Estimate, 'n' | 'clusters' | 'seeds' | 'marks'>;

export const NOT_ESTIMABLE = 'not estimable';

export const unknown = (basis: Basis, reason: string): Estimate => ({
  value: null,
  low: null,
  high: null,
  ...basis,
  reason,
});

/** Fewer of the resamples than this share must have lost what is measured (NaN) for an interval to be given. */
const LOST = 0.05;

/** Values of a statistic in the resamples, sorted; null where too few resamples have one. */
export function sortedResamples(values: Float64Array): Float64Array | null {
  const found = values.filter((value) => !Number.isNaN(value));
  return found.length < (1 - LOST) * values.length ? null : found.sort();
}

/** The estimate from the data's value and from the resamples'. */
export function estimate(
  value: number,
  resamples: Float64Array,
  level: number,
  basis: Basis,
  bend: (sorted: Float64Array) => Bend = () => PERCENTILE,
): Estimate & { readonly p: number | null } {
  const few = basis.seeds === 1 || basis.seeds === 2;
  const marks: readonly Mark[] = few ? [...basis.marks, 'few seeds'] : basis.marks;
  const alone = { value, low: null, high: null, p: null, ...basis, marks };
  if (basis.clusters < 2) return { ...alone, reason: 'no interval from one identity' };
  const sorted = sortedResamples(resamples);
  if (!sorted) return { ...alone, reason: 'no interval: too many resamples lack one kind of pairs' };
  const bent = bend(sorted);
  const { low, high } = ends(sorted, level, bent);
  return {
    ...alone,
    low,
    high,
    p: pOfNone(sorted, bent),
    ...(sorted[0] === sorted.at(-1) && { marks: [...marks, 'no spread'] }),
  };
}
