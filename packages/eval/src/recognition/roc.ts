/** The receiver operating characteristic of scored pairs, weighted where they are resampled. Accepted is score >= threshold. */

/** Pairs in falling order of score: sorted once, then measured under any weights. */
export interface Ranking {
  /** Position of each in the list of pairs. */
  readonly order: Int32Array;
  readonly scores: Float64Array;
  /** 1 = genuine. */
  readonly same: Uint8Array;
}

/** Throws where a score is not finite or their count is another. */
export function rankPairs(scores: ArrayLike<number>, same: ArrayLike<boolean>): Ranking {
  if (scores.length !== same.length) {
    throw new RangeError(`${scores.length} scores of ${same.length} pairs`);
  }
  const order = Int32Array.from({ length: scores.length }, (_, i) => i);
  for (const i of order) {
    if (!Number.isFinite(scores[i]))
      throw new RangeError(`the score of pair ${i} is not finite: ${scores[i]}`);
  }
  order.sort((i, j) => (scores[j] as number) - (scores[i] as number));
  return {
    order,
    scores: Float64Array.from(order, (i) => scores[i] as number),
    same: Uint8Array.from(order, (i) => (same[i] ? 1 : 0)),
  };
}

/** What is accepted at each threshold from none to all, a point for each distinct score: as scikit-learn's `roc_curve`. */
export interface Roc {
  /** Weight of the impostor pairs accepted, rising. */
  readonly falseAccepts: Float64Array;
  readonly trueAccepts: Float64Array;
  /** How many pairs of the ranking are accepted. */
  readonly accepted: Int32Array;
  /** Points in use; the first is (0, 0). */
  points: number;
}

export const emptyRoc = (pairs: number): Roc => ({
  falseAccepts: new Float64Array(pairs + 1),
  trueAccepts: new Float64Array(pairs + 1),
  accepted: new Int32Array(pairs + 1),
  points: 0,
});

/**
 * @param weights of the pairs in the order of the list, 1 each where left out
 * @param roc is written and returned; a new one where left out
 */
export function rocOf(
  { order, scores, same }: Ranking,
  weights?: Float64Array,
  roc = emptyRoc(order.length),
): Roc {
  const { falseAccepts, trueAccepts, accepted } = roc;
  let impostor = 0;
  let genuine = 0;
  let point = 0;
  for (let k = 0; k < order.length; k++) {
    const weight = weights ? (weights[order[k] as number] as number) : 1;
    if (same[k] === 1) genuine += weight;
    else impostor += weight;
    if (scores[k] === scores[k + 1]) continue;
    point++;
    falseAccepts[point] = impostor;
    trueAccepts[point] = genuine;
    accepted[point] = k + 1;
  }
  roc.points = point + 1;
  return roc;
}

const total = (counts: Float64Array, { points }: Roc): number => counts[points - 1] as number;

/** Area under it, NaN where one kind of pairs is missing: the chance that a genuine pair scores above an impostor pair, ties half. */
export function areaUnder(roc: Roc): number {
  const { falseAccepts, trueAccepts, points } = roc;
  let twice = 0;
  for (let k = 1; k < points; k++) {
    const step = (falseAccepts[k] as number) - (falseAccepts[k - 1] as number);
    twice += step * ((trueAccepts[k] as number) + (trueAccepts[k - 1] as number));
  }
  return twice / 2 / (total(falseAccepts, roc) * total(trueAccepts, roc));
}

export interface OperatingPoint {
  /** Share of genuine pairs accepted. */
  readonly tar: number;
  /** Share of impostor pairs accepted, at most what was asked for. */
  readonly far: number;
  /** Infinity where even the best score would accept too many. */
  readonly threshold: number;
}

/** The smallest threshold whose FAR is at most `far`, nothing interpolated; NaN where one kind of pairs is missing. */
export function operatingPoint(ranking: Ranking, roc: Roc, far: number): OperatingPoint {
  const all = total(roc.falseAccepts, roc);
  const point = lastWhere(roc.points, (k) => (roc.falseAccepts[k] as number) / all <= far);
  const accepted = roc.accepted[point] as number;
  return {
    tar: all > 0 ? (roc.trueAccepts[point] as number) / total(roc.trueAccepts, roc) : Number.NaN,
    far: (roc.falseAccepts[point] as number) / all,
    threshold: accepted > 0 ? (ranking.scores[accepted - 1] as number) : Number.POSITIVE_INFINITY,
  };
}

/** Where FAR = 1 - TAR on the curve, linear between its points; NaN where one kind of pairs is missing. */
export function equalError(roc: Roc): number {
  const far = (k: number): number => (roc.falseAccepts[k] as number) / total(roc.falseAccepts, roc);
  const excess = (k: number): number =>
    far(k) + (roc.trueAccepts[k] as number) / total(roc.trueAccepts, roc) - 1;
  if (Number.isNaN(excess(0))) return Number.NaN;
  const below = lastWhere(roc.points - 1, (k) => excess(k) < 0);
  const share = -excess(below) / (excess(below + 1) - excess(below));
  return far(below) + share * (far(below + 1) - far(below));
}

/** The last of 0 … count - 1 for which it holds, where it holds for a first part of them, 0 at least. */
function lastWhere(count: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
