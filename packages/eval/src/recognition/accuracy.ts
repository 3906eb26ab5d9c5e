/** Accuracy by LFW's protocol (Huang et al., 2007): each fold with the threshold that is best on the other folds. */
import type { Pair } from './pairs.ts';
import { type Ranking, rankPairs } from './roc.ts';

/** Sums of weights that differ by less are equally good. */
const ROUNDING = 1e-9;

export interface FoldAccuracy {
  /** Mean over the folds. */
  readonly mean: number;
  /** Of that mean, as LFW reports it: the folds' standard deviation (n - 1) by the root of their number. */
  readonly standardError: number;
  /** Share of each fold's pairs told rightly. */
  readonly folds: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * The accuracy of scored pairs in at least two folds. Accepted is score >= threshold. Where several thresholds are equally
 * good on the other folds the highest counts, put halfway between the two neighbouring scores of those folds.
 */
export function verificationAccuracy(scores: ArrayLike<number>, pairs: readonly Pair[]): FoldAccuracy {
  const ranking = rankPairs(
    scores,
    pairs.map(({ same }) => same),
  );
  const { folds, count } = foldsOf(pairs);
  if (count < 2) throw new RangeError(`accuracy by folds needs two of them, not ${count}`);
  const thresholds = new Float64Array(count);
  const found = foldAccuracies(ranking, folds, count, new Float64Array(pairs.length).fill(1), thresholds);
  return { ...summary(found), thresholds: [...thresholds] };
}

/** Mean of the folds and its standard error. */
export function summary(folds: ArrayLike<number>): Omit<FoldAccuracy, 'thresholds'> {
  const values = Array.from(folds);
  const mean = meanOfKnown(values);
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length), folds: values };
}

/** Mean of the values that are not NaN. */
export function meanOfKnown(values: ArrayLike<number>): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i] as number;
    n++;
  }
  return sum / n;
}

/** The folds that have pairs, numbered from 0 on: of each pair, and how many. */
export function foldsOf(pairs: readonly Pair[]): { readonly folds: Int32Array; readonly count: number } {
  const numbers = new Map<number, number>();
  const folds = Int32Array.from(pairs, ({ fold }) => {
    if (!numbers.has(fold)) numbers.set(fold, numbers.size);
    return numbers.get(fold) as number;
  });
  return { folds, count: numbers.size };
}

/**
 * Share of each fold's weight told rightly, NaN where it has none or no other fold has any.
 *
 * @param folds of the pairs in the order of the list, 0 … count - 1
 * @param weights in the same order
 * @param thresholds is written: of each fold
 */
export function foldAccuracies(
  ranking: Ranking,
  folds: Int32Array,
  count: number,
  weights: Float64Array,
  thresholds: Float64Array,
): Float64Array {
  const { order, scores, same } = ranking;
  const cuts = bestCuts(ranking, folds, count, weights);
  for (let fold = 0; fold < count; fold++) {
    thresholds[fold] = thresholdAt(ranking, folds, weights, fold, cuts[fold] as number);
  }
  const right = new Float64Array(count);
  const all = new Float64Array(count);
  for (let k = 0; k < order.length; k++) {
    const pair = order[k] as number;
    const fold = folds[pair] as number;
    const weight = weights[pair] as number;
    const accepted = (scores[k] as number) >= (thresholds[fold] as number);
    all[fold] = (all[fold] as number) + weight;
    if (accepted === (same[k] === 1)) right[fold] = (right[fold] as number) + weight;
  }
  const full = all.reduce((sum, weight) => sum + weight, 0);
  return right.map((weight, fold) => {
    const own = all[fold] as number;
    return own > 0 && full > own ? weight / own : Number.NaN;
  });
}

/** For each fold how many pairs of the ranking to accept so that most of the other folds' weight is told rightly. */
function bestCuts(
  { order, scores, same }: Ranking,
  folds: Int32Array,
  count: number,
  weights: Float64Array,
): Int32Array {
  const cuts = new Int32Array(count);
  const best = new Float64Array(count);
  // Genuine less impostor weight accepted so far: in each fold, in all. What accepting none tells rightly is left out.
  const own = new Float64Array(count);
  let all = 0;
  let rose = false;
  for (let k = 0; k < order.length; k++) {
    const pair = order[k] as number;
    const weight = weights[pair] as number;
    const gain = same[k] === 1 ? weight : -weight;
    own[folds[pair] as number] = (own[folds[pair] as number] as number) + gain;
    all += gain;
    rose ||= gain > 0;
    if (!rose || scores[k] === scores[k + 1]) continue;
    rose = false;
    for (let fold = 0; fold < count; fold++) {
      const others = all - (own[fold] as number);
      if (others <= (best[fold] as number) + ROUNDING) continue;
      best[fold] = others;
      cuts[fold] = k + 1;
    }
  }
  return cuts;
}

/** Halfway between the scores of the other folds on both sides of a cut; infinite where there is none on one side. */
function thresholdAt(
  { order, scores }: Ranking,
  folds: Int32Array,
  weights: Float64Array,
  fold: number,
  cut: number,
): number {
  const counts = (k: number): boolean => {
    const pair = order[k] as number;
    return folds[pair] !== fold && (weights[pair] as number) > 0;
  };
  if (cut === 0) return Number.POSITIVE_INFINITY;
  let below = cut;
  while (below < order.length && !counts(below)) below++;
  if (below === order.length) return Number.NEGATIVE_INFINITY;
  return ((scores[cut - 1] as number) + (scores[below] as number)) / 2;
}
