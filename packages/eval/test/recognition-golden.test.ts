/** Agreement with the Python of golden/make_recognition.py. */
import { describe, expect, test } from 'vitest';
import {
  areaUnderCurve,
  auc,
  equalErrorRate,
  rocCurve,
  tarAtFar,
  verification,
  verificationAccuracy,
} from '../src/index.ts';
import { areaUnder, equalError, operatingPoint, rankPairs, rocOf } from '../src/recognition/roc.ts';
import { seededMean } from '../src/statistics/bootstrap.ts';
import { holm } from '../src/statistics/comparisons.ts';
import { bcaBend, ends } from '../src/statistics/ends.ts';
import golden from './golden/recognition.json' with { type: 'json' };
import { lcg, scoredPairs } from './golden.ts';

const { plain, weighted, fars } = golden.verification;
const { pairs, scores } = scoredPairs(11);
const same = pairs.map((pair) => pair.same);
const people = Array.from({ length: 60 }, (_, i) => `person ${i}`);

describe(`agreement with ${golden.origin}`, () => {
  test('area, equal error and operating points of the ROC curve, with equal scores', () => {
    expect(areaUnderCurve(scores, same)).toBeCloseTo(plain.auc, 12);
    const [genuine, impostor] = [true, false].map((kind) => scores.filter((_, i) => same[i] === kind));
    expect(auc(genuine as number[], impostor as number[])).toBeCloseTo(plain.auc, 12);
    expect(equalErrorRate(scores, same)).toBeCloseTo(plain.eer, 12);
    fars.forEach((far, i) => {
      const found = tarAtFar(scores, same, far);
      expect(found.tar).toBeCloseTo(plain.tar[i] as number, 12);
      expect(found.far).toBeCloseTo(plain.far[i] as number, 12);
      expect(found.threshold).toBe(plain.threshold[i]);
    });
  });

  test('the same with weights, some of them 0', () => {
    const byte = lcg(5);
    const index = new Map<number, number>();
    for (const { a, b } of pairs) for (const p of [a, b]) if (!index.has(p)) index.set(p, index.size);
    const drawn = Array.from(index, () => byte() % 4);
    const times = (picture: number): number => drawn[index.get(picture) as number] as number;
    const weights = Float64Array.from(pairs, (pair) => times(pair.a) * (pair.same ? 1 : times(pair.b)));
    const ranking = rankPairs(scores, same);
    const roc = rocOf(ranking, weights);
    expect(areaUnder(roc)).toBeCloseTo(weighted.auc, 12);
    expect(equalError(roc)).toBeCloseTo(weighted.eer, 12);
    fars.forEach((far, i) => {
      const found = operatingPoint(ranking, roc, far);
      expect(found.tar).toBeCloseTo(weighted.tar[i] as number, 12);
      expect(found.far).toBeCloseTo(weighted.far[i] as number, 12);
      expect(found.threshold).toBe(weighted.threshold[i]);
    });
  });

  test('accuracy by ten folds and its standard error', () => {
    const found = verificationAccuracy(scores, pairs);
    expect(found.mean).toBeCloseTo(golden.verification.accuracy, 12);
    expect(found.standardError).toBeCloseTo(golden.verification.standardError, 12);
    found.folds.forEach((value, f) => {
      expect(value).toBeCloseTo(golden.verification.folds[f] as number, 12);
    });
  });

  test('intervals from resamples whose pairs are copied in place of weighted', () => {
    const { intervals, resamples } = golden.verification;
    const found = verification({
      pairs,
      identities: people,
      conditions: [
        { name: 'this', scores: [scores] },
        { name: 'other', scores: [scoredPairs(12).scores] },
      ],
      bootstrap: { seed: 1, resamples },
      compare: { differences: [{ of: 'this', to: 'other' }], count: 1 },
    });
    const measures = found.conditions[0]?.measures;
    const expected = [
      [measures?.accuracy, intervals.accuracy],
      [measures?.['tar_at_far_1e-2'], intervals.tar],
      [measures?.eer, intervals.eer],
      [measures?.auc, intervals.auc],
      [found.differences[0]?.measures.auc, intervals.difference],
    ] as const;
    for (const [interval, [low, high]] of expected) {
      expect(interval?.low).toBeCloseTo(low as number, 10);
      expect(interval?.high).toBeCloseTo(high as number, 10);
      expect(interval?.clusters).toBe(golden.verification.people);
    }
  });

  const sample = (seed: number, n: number): number[] => {
    const byte = lcg(seed);
    return Array.from({ length: n }, () => -Math.log((byte() + 0.5) / 256));
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const without = (values: readonly number[]): number[] =>
    values.map((_, out) => mean(values.filter((_, i) => i !== out)));

  test("BCa from SciPy's own resamples, of one mean and of the difference of two", () => {
    const [one, two] = [sample(7, 25), sample(8, 12)];
    const cases = [
      { value: mean(one), left: [without(one)] },
      {
        value: mean(one) - mean(two),
        left: [without(one).map((v) => v - mean(two)), without(two).map((v) => mean(one) - v)],
      },
    ];
    cases.forEach(({ value, left }, i) => {
      const { distribution, low, high } = golden.bca[i] as (typeof golden.bca)[number];
      const sorted = Float64Array.from(distribution).sort();
      const bend = bcaBend(
        sorted,
        value,
        left.map((values) => Float64Array.from(values)),
      );
      const found = ends(sorted, 0.95, bend);
      expect(found.low).toBeCloseTo(low, 9);
      expect(found.high).toBeCloseTo(high, 9);
    });
  });

  test('a mean over seeds and people as crossed factors', () => {
    const byte = lcg(9);
    const values: number[] = [];
    const clusters: string[] = [];
    const seeds: string[] = [];
    for (let seed = 0; seed < 4; seed++) {
      for (let person = 0; person < 15; person++) {
        for (let copies = 1 + (byte() % 3); copies > 0; copies--) {
          values.push(byte() / 256 + seed / 8 + person / 20);
          clusters.push(`person ${person}`);
          seeds.push(String(seed));
        }
      }
    }
    const found = seededMean({ values, clusters, seeds }, { seed: 2, resamples: 500 });
    expect(found.value).toBeCloseTo(golden.crossed.value, 12);
    expect(found.low).toBeCloseTo(golden.crossed.low, 9);
    expect(found.high).toBeCloseTo(golden.crossed.high, 9);
    expect(found).toMatchObject({ seeds: 4, clusters: 15, marks: [] });
  });

  test("Holm's p-values", () => {
    holm(golden.holm.p).forEach((p, i) => {
      expect(p).toBeCloseTo(golden.holm.adjusted[i] as number, 12);
    });
  });
});

test('a thinned ROC curve has both ends and stays near the whole one', () => {
  const noisy = scores.map((score, i) => score + i / 1000);
  const whole = rocCurve(noisy, same, 1e9);
  const thin = rocCurve(noisy, same, 20);
  expect(whole.length).toBeGreaterThan(500);
  expect(thin.length).toBeLessThan(60);
  expect(thin[0]).toEqual({ far: 0, tar: 0, threshold: null });
  expect(thin.at(-1)).toMatchObject({ far: 1, tar: 1 });
  for (const { far, tar } of whole) {
    const before = thin.filter((point) => point.far <= far && point.tar <= tar).at(-1);
    expect(tar - (before?.tar as number)).toBeLessThan(1 / 20);
  }
});
