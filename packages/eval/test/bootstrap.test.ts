import { random } from '@fsg/data';
import { describe, expect, test } from 'vitest';
import { clusteredMean } from '../src/statistics/bootstrap.ts';
import { normalCdf, normalQuantile } from '../src/statistics/normal.ts';
import { golden, lcg } from './golden.ts';

const own = (values: readonly number[]): string[] => values.map((_, i) => String(i));

test('the normal distribution agrees with SciPy', () => {
  golden.normal.points.forEach((z, i) => {
    expect(normalCdf(z)).toBeCloseTo(golden.normal.cdf[i] as number, 12);
  });
  golden.normal.probabilities.forEach((p, i) => {
    expect(normalQuantile(p)).toBeCloseTo(golden.normal.quantiles[i] as number, 9);
  });
});

describe('clusteredMean', () => {
  test("agrees with SciPy's BCa interval where each value is a cluster", () => {
    const { seed, n, mean, low, high } = golden.bca;
    const byte = lcg(seed);
    const values = Array.from({ length: n }, () => -Math.log((byte() + 0.5) / 256));
    const found = clusteredMean(values, own(values), { seed: 1, resamples: 40_000 });
    expect(found.value).toBeCloseTo(mean, 12);
    // Monte Carlo error of an end with 40,000 resamples: about 0.5 % of the interval's width.
    expect(Math.abs((found.low as number) - low)).toBeLessThan(0.02 * (high - low));
    expect(Math.abs((found.high as number) - high)).toBeLessThan(0.02 * (high - low));
  });

  /** Share of intervals that hold the true mean 0: `people` with a normal trait and `pictures` each. */
  function coverage(people: number, pictures: number, clustered: boolean): number {
    const trials = 400;
    let hits = 0;
    for (let trial = 0; trial < trials; trial++) {
      const r = random('coverage', trial);
      const traits = Array.from({ length: people }, () => r.normal());
      const values = traits.flatMap((trait) =>
        Array.from({ length: pictures }, () => trait + 0.5 * r.normal()),
      );
      const names = values.map((_, i) => String(clustered ? Math.floor(i / pictures) : i));
      const { low, high } = clusteredMean(values, names, { seed: trial, resamples: 1000 });
      if ((low as number) <= 0 && (high as number) >= 0) hits++;
    }
    return hits / trials;
  }

  test('covers the true mean about as often as it says, but not where identities are ignored', () => {
    const right = coverage(40, 5, true);
    expect(right).toBeGreaterThan(0.915);
    expect(right).toBeLessThan(0.98);
    expect(coverage(40, 5, false)).toBeLessThan(0.8);
  });

  test('is the same for the same seed, and another for another', () => {
    const values = [1, 5, 2, 8, 3, 1, 4].map(Math.sqrt);
    const first = clusteredMean(values, own(values), { seed: 3 });
    expect(clusteredMean(values, own(values), { seed: 3 })).toEqual(first);
    expect(clusteredMean(values, own(values), { seed: 4 }).low).not.toBe(first.low);
  });

  test('weighs pictures, not people, in the mean', () => {
    expect(clusteredMean([1, 1, 1, 5], ['a', 'a', 'a', 'b'], { seed: 1 })).toMatchObject({
      value: 2,
      n: 4,
      clusters: 2,
    });
  });

  test('constant values have an interval of no width', () => {
    expect(clusteredMean([2, 2, 2], ['a', 'b', 'c'], { seed: 1 })).toMatchObject({
      value: 2,
      low: 2,
      high: 2,
    });
  });

  test('one identity has a mean but no interval', () => {
    expect(clusteredMean([1, 3], ['a', 'a'], { seed: 1 })).toEqual({
      value: 2,
      low: null,
      high: null,
      n: 2,
      clusters: 1,
    });
  });

  test('no values are refused', () => {
    expect(() => clusteredMean([], [], { seed: 1 })).toThrow('no values');
  });
});
