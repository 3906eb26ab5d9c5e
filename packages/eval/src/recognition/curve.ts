/** The ROC curve as points to draw. */
import { rankedFor } from './measures.ts';
import { type Roc, rocOf } from './roc.ts';

export interface RocPoint {
  readonly far: number;
  readonly tar: number;
  /** Lowest score accepted, null at (0, 0). */
  readonly threshold: number | null;
}

/**
 * The curve with few enough points to draw, its ends always among them: a point left out lies less than 1 / `steps` of either
 * axis from the one before it that was kept, the axis of FAR being logarithmic from one impostor pair on.
 */
export function rocCurve(scores: ArrayLike<number>, same: ArrayLike<boolean>, steps = 100): RocPoint[] {
  const ranking = rankedFor('a ROC curve', scores, same);
  const roc = rocOf(ranking);
  const impostor = roc.falseAccepts[roc.points - 1] as number;
  const genuine = roc.trueAccepts[roc.points - 1] as number;
  return keptPoints(roc, steps).map((k) => ({
    far: (roc.falseAccepts[k] as number) / impostor,
    tar: (roc.trueAccepts[k] as number) / genuine,
    threshold: k === 0 ? null : (ranking.scores[(roc.accepted[k] as number) - 1] as number),
  }));
}

function keptPoints({ falseAccepts, trueAccepts, points }: Roc, steps: number): number[] {
  const last = points - 1;
  const decades = Math.max(1, Math.log10(falseAccepts[last] as number));
  const across = (k: number): number => Math.log10(Math.max(falseAccepts[k] as number, 0.1)) / decades;
  const up = (k: number): number => (trueAccepts[k] as number) / (trueAccepts[last] as number);
  const kept = [0];
  for (let k = 1; k < points; k++) {
    const from = kept.at(-1) as number;
    const far = Math.max(across(k) - across(from), up(k) - up(from)) >= 1 / steps;
    if (far || k === last) kept.push(k);
  }
  return kept;
}
