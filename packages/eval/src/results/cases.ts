/** Single samples worth looking at, and their figures. */
import { random } from '@fsg/data';
import type { Results } from './results.ts';

export type Tag = 'best' | 'median' | 'worst' | 'random';

export interface ChosenCase {
  readonly tag: Tag;
  /** Place among the samples. */
  readonly index: number;
}

export interface CaseChoice {
  readonly method: string;
  readonly metric: string;
  /** Cases of each tag. */
  readonly each: number;
}

/** Those with the highest, middle and lowest value of a metric, then some drawn among the others: none twice. */
export async function selectCases(
  results: Results,
  { method, metric, each }: CaseChoice,
): Promise<ChosenCase[]> {
  const values = (await results.values(metric))[method] ?? new Float64Array();
  const sorted = [...values.keys()]
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => (values[a] as number) - (values[b] as number));
  const count = Math.min(each, Math.floor(sorted.length / 4));
  if (count === 0) return sorted.map((index) => ({ tag: 'random', index }));
  const middle = Math.floor((sorted.length - count) / 2);
  const take = (tag: Tag, part: readonly number[]): ChosenCase[] => part.map((index) => ({ tag, index }));
  const extremes = [
    ...take('best', sorted.slice(-count).reverse()),
    ...take('median', sorted.slice(middle, middle + count)),
    ...take('worst', sorted.slice(0, count)),
  ];
  const shown = new Set(extremes.map(({ index }) => index));
  const left = sorted.filter((index) => !shown.has(index)).sort((a, b) => a - b);
  const stream = random('cases', values.length);
  const drawn = Array.from(
    { length: count },
    () => left.splice(Math.floor(stream.next() * left.length), 1)[0] as number,
  );
  return [...extremes, ...take('random', drawn)];
}

/** Shown under a case: name, metric, decimals, unit. */
const FIGURES = [
  ['hole PSNR', /^psnr_hole$/, 1, ' dB'],
  ['hole SSIM', /^ssim_hole$/, 2, ''],
  ['PSNR', /^psnr$/, 1, ' dB'],
  ['identity', /^similarity_/, 2, ''],
] as const;

/** Lines such as "hole PSNR 21.3 dB" for each of these samples, as far as there are values. */
export async function figuresOf(
  results: Results,
  method: string,
  indices: readonly number[],
): Promise<string[][]> {
  const lines = indices.map((): string[] => []);
  for (const [name, pattern, digits, unit] of FIGURES) {
    const metric = results.metrics.find((key) => pattern.test(key));
    const values = metric && (await results.values(metric))[method];
    for (const [n, index] of indices.entries()) {
      const value = values ? (values[index] as number) : Number.NaN;
      if (!Number.isNaN(value)) lines[n]?.push(`${name} ${value.toFixed(digits)}${unit}`);
    }
  }
  return lines;
}
