/** Single measures of scored pairs. All throw where one kind of pairs is missing, a score is not finite, or counts differ. */
import {
  areaUnder,
  equalError,
  type OperatingPoint,
  operatingPoint,
  type Ranking,
  rankPairs,
  rocOf,
} from './roc.ts';

/** Ranks pairs of both kinds for a measure of that name. */
export function rankedFor(measure: string, scores: ArrayLike<number>, same: ArrayLike<boolean>): Ranking {
  const ranking = rankPairs(scores, same);
  const genuine = ranking.same.reduce((sum, one) => sum + one, 0);
  const impostor = ranking.same.length - genuine;
  if (genuine === 0 || impostor === 0) {
    throw new RangeError(`${measure} needs both kinds of pairs: ${genuine} genuine, ${impostor} impostor`);
  }
  return ranking;
}

/** Share of genuine pairs accepted at the smallest threshold that accepts at most `far` of the impostor pairs. */
export function tarAtFar(scores: ArrayLike<number>, same: ArrayLike<boolean>, far: number): OperatingPoint {
  const ranking = rankedFor(`TAR at FAR ${far}`, scores, same);
  return operatingPoint(ranking, rocOf(ranking), far);
}

/** Where false accepts and false rejects are equally frequent, in [0, 1]: linear between the points of the ROC curve. */
export const equalErrorRate = (scores: ArrayLike<number>, same: ArrayLike<boolean>): number =>
  equalError(rocOf(rankedFor('the equal error rate', scores, same)));

/** Area under the ROC curve: the chance that a genuine pair scores above an impostor pair, ties counted half. */
export const areaUnderCurve = (scores: ArrayLike<number>, same: ArrayLike<boolean>): number =>
  areaUnder(rocOf(rankedFor('AUC', scores, same)));
