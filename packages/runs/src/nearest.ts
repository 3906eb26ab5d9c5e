import { UserError } from './errors.ts';

/** The one of `names` that a mistyped `name` most likely meant; undefined only where there are no names. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  return byDistance(names, (other) => editDistance(name, other))[0];
}

/** `name` as one of `all`. Throws a UserError where it is none: `none`, as in "there is no table", the nearest and all. */
export function known<T extends string>(name: string, all: readonly T[], none: string): T {
  const found = all.find((one) => one === name);
  if (found !== undefined) return found;
  const near = nearest(name, all);
  throw new UserError(`${none} ${name}${near ? `; nearest: ${near}` : ''}; choose of ${all.join(', ')}`, 2);
}

/** `names` in order of `distance`, smallest first. */
export function byDistance(names: Iterable<string>, distance: (name: string) => number): string[] {
  return [...names]
    .map((name) => ({ name, d: distance(name) }))
    .sort((a, b) => a.d - b.d)
    .map(({ name }) => name);
}

/**
 * Letters to insert, delete, replace or swap with their neighbour so that `a` becomes `b`, whatever their case
 * (optimal string alignment, Boytsov 2011).
 */
export function editDistance(a: string, b: string): number {
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  let before: number[] = [];
  let previous = Array.from({ length: y.length + 1 }, (_, j) => j);
  for (let i = 1; i <= x.length; i++) {
    const row = [i];
    for (let j = 1; j <= y.length; j++) {
      const replaced = (previous[j - 1] as number) + (x[i - 1] === y[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (previous[j] as number) + 1, (row[j - 1] as number) + 1);
      const swapped = i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1];
      if (swapped) best = Math.min(best, (before[j - 2] as number) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[y.length] as number;
}
