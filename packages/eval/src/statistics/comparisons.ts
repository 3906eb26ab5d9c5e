/** What has to change where several differences are looked at: the level of their intervals, their p-values. */

/**
 * Level at which each of `comparisons` intervals is made so that all of them hold together at `level`: 1 - (1 - level) / m
 * (Bonferroni).
 */
export function correctedLevel(level: number, comparisons: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`a level between 0 and 1 was expected, not ${level}`);
  if (!Number.isInteger(comparisons) || comparisons < 1) {
    throw new RangeError(`a number of comparisons from 1 on was expected, not ${comparisons}`);
  }
  return 1 - (1 - level) / comparisons;
}

/** Resamples that leave 20 beyond each end of an interval at `level`, and no fewer than 2,000. */
export const resamplesFor = (level: number): number => Math.max(2000, Math.round(40 / (1 - level)));

/** Holm's adjusted p-values (1979), in the order of the given ones: as R's `p.adjust(p, "holm")`. */
export function holm(pValues: readonly number[]): number[] {
  const rising = pValues.map((_, i) => i).sort((i, j) => (pValues[i] as number) - (pValues[j] as number));
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  rising.forEach((at, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[at] as number)));
    adjusted[at] = highest;
  });
  return adjusted;
}
