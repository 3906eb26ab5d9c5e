/** All measures of verification under weights that change: what a bootstrap runs through thousands of times. */
import { foldAccuracies, foldsOf, meanOfKnown } from './accuracy.ts';
import type { Pair } from './pairs.ts';
import { areaUnder, emptyRoc, equalError, operatingPoint, type Ranking, rankPairs, rocOf } from './roc.ts';

/** NaN where the weights leave too little to measure. */
export interface Measurement {
  readonly accuracy: number;
  readonly folds: Float64Array;
  /** At each FAR. */
  readonly tars: readonly number[];
  readonly eer: number;
  readonly auc: number;
}

export interface Measures {
  /** How many measures there are. */
  readonly count: number;
  /** How many folds have pairs. */
  readonly folds: number;
  rank(scores: ArrayLike<number>): Ranking;
  /** Takes the pairs' weights, to which `of` then keeps. */
  weigh(weights: Float64Array): void;
  of(ranking: Ranking): Measurement;
}

export function measuring(pairs: readonly Pair[], fars: readonly number[]): Measures {
  const same = pairs.map((pair) => pair.same);
  const { folds, count } = foldsOf(pairs);
  const balance = balancing(pairs, folds, count);
  const roc = emptyRoc(pairs.length);
  const thresholds = new Float64Array(count);
  let weights: Float64Array = new Float64Array(pairs.length).fill(1);
  let balanced = weights;
  return {
    count: 3 + fars.length,
    folds: count,
    rank: (scores) => rankPairs(scores, same),
    weigh(given) {
      weights = given;
      balanced = balance(given);
    },
    of(ranking) {
      rocOf(ranking, weights, roc);
      const accuracies = foldAccuracies(ranking, folds, count, balanced, thresholds);
      return {
        accuracy: meanOfKnown(accuracies),
        folds: accuracies,
        tars: fars.map((far) => operatingPoint(ranking, roc, far).tar),
        eer: equalError(roc),
        auc: areaUnder(roc),
      };
    },
  };
}

/**
 * Weights whose sums over the genuine and over the impostor pairs of each fold are those pairs' numbers, as the protocol fixes
 * these: a resample must not shift accuracy by having more of one kind. A fold that has lost a kind altogether has weight 0.
 */
function balancing(
  pairs: readonly Pair[],
  folds: Int32Array,
  count: number,
): (weights: Float64Array) => Float64Array {
  const kinds = Int32Array.from(pairs, ({ same }, i) => 2 * (folds[i] as number) + (same ? 1 : 0));
  const fixed = new Float64Array(2 * count);
  for (const kind of kinds) fixed[kind] = (fixed[kind] as number) + 1;
  const sums = new Float64Array(2 * count);
  const out = new Float64Array(pairs.length);
  return (weights) => {
    sums.fill(0);
    kinds.forEach((kind, i) => {
      sums[kind] = (sums[kind] as number) + (weights[i] as number);
    });
    const factors = fixed.map((number, kind) => {
      const lost = [kind, kind ^ 1].some((k) => (fixed[k] as number) > 0 && sums[k] === 0);
      return lost || number === 0 ? 0 : number / (sums[kind] as number);
    });
    kinds.forEach((kind, i) => {
      out[i] = (weights[i] as number) * (factors[kind] as number);
    });
    return out;
  };
}
