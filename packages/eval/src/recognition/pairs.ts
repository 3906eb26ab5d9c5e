/** Pairs of pictures to be told one person's or not, and LFW's list of them. */
import type { LfwPair, LfwPicture } from '@fsg/data';

/** Two pictures by their index; `a` is the probe's side, `b` the reference's. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly same: boolean;
  /** From 0 on. Its threshold comes from the other folds. */
  readonly fold: number;
}

export interface LfwPairs {
  readonly pairs: readonly Pair[];
  /** Pairs left out, as a picture of theirs is missing. */
  readonly missing: number;
}

/** The key of LFW's picture: `Name_Surname_0001`. */
export const lfwKey = ({ name, number }: LfwPicture): string => `${name}_${String(number).padStart(4, '0')}`;

/** LFW's folds (`readPairs`) as pairs of the pictures with these keys. */
export function pairsOfLfw(folds: readonly (readonly LfwPair[])[], keys: readonly string[]): LfwPairs {
  const index = new Map(keys.map((key, i) => [key, i]));
  const pairs: Pair[] = [];
  let missing = 0;
  folds.forEach((fold, number) => {
    for (const { a, b, same } of fold) {
      const [first, second] = [index.get(lfwKey(a)), index.get(lfwKey(b))];
      if (first === undefined || second === undefined) missing++;
      else pairs.push({ a: first, b: second, same, fold: number });
    }
  });
  return { pairs, missing };
}
