/** What the intervals of recognition and of several seeds promise, on populations whose truth is known. */
import { random } from '@fsg/data';
import { describe, expect, test } from 'vitest';
import { pairsOfIdentities, recognitionCards, VERIFICATION_MEASURES, verification } from '../src/index.ts';
import { clusteredMean, meanDifference, seededMean } from '../src/statistics/bootstrap.ts';
import { correctedLevel, holm, resamplesFor } from '../src/statistics/comparisons.ts';
import type { Estimate } from '../src/statistics/estimate.ts';
import { normalCdf } from '../src/statistics/normal.ts';

const names = (people: number, pictures: number): string[] =>
  Array.from({ length: people * pictures }, (_, i) => `p${i % people}`);

/** Scores in which each person is easier or harder (`trait`) in all pairs; genuine ones lie `shift` above. */
function scored(seed: number, identities: readonly string[], shift: number, pairs = 30) {
  const made = pairsOfIdentities(identities, seed, { pairs });
  const people = new Set(identities).size;
  const r = random('population', seed);
  const traits = Array.from({ length: people }, () => TRAIT * r.normal());
  const score = (): Float64Array =>
    Float64Array.from(made.pairs, ({ a, b, same }) => {
      const [first, second] = [traits[a % people] as number, traits[b % people] as number];
      return (same ? shift + Math.SQRT2 * first : first + second) + r.normal();
    });
  return { pairs: made.pairs, score };
}
const TRAIT = 0.5;
const SHIFT = 2.5;
/** Of genuine and of impostor scores. */
const DEVIATION = Math.sqrt(2 * TRAIT ** 2 + 1);

const covers = (interval: Estimate, truth: number): number =>
  (interval.low as number) <= truth && truth <= (interval.high as number) ? 1 : 0;

describe('the bootstrap over people', () => {
  test('covers the truth and paired differences as often as it says', () => {
    const identities = names(100, 4);
    const eer = normalCdf(-SHIFT / (2 * DEVIATION));
    const truth = { accuracy: 1 - eer, eer, auc: normalCdf(SHIFT / (Math.SQRT2 * DEVIATION)) };
    const trials = 120;
    let values = 0;
    let differences = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { pairs, score } = scored(trial, identities, SHIFT);
      const found = verification({
        pairs,
        identities,
        conditions: [
          { name: 'a', scores: [score()] },
          { name: 'b', scores: [score()] },
        ],
        bootstrap: { seed: trial, resamples: 400 },
        compare: { differences: [{ of: 'a', to: 'b' }], count: 1 },
      });
      for (const key of ['accuracy', 'eer', 'auc'] as const) {
        values += covers(found.conditions[0]?.measures[key] as Estimate, truth[key]) / (3 * trials);
        differences += covers(found.differences[0]?.measures[key] as Estimate, 0) / (3 * trials);
      }
    }
    expect(values).toBeGreaterThan(0.92);
    expect(values).toBeLessThan(0.97);
    expect(differences).toBeGreaterThan(0.92);
    expect(differences).toBeLessThan(0.98);
  });

  const identities = names(60, 4);
  const { pairs, score } = scored(1, identities, SHIFT, 120);
  const [scores, others] = [score(), score()];

  test('compares in the same resamples, at the corrected level', () => {
    const compare = (count: number) =>
      verification({
        pairs,
        identities,
        conditions: [
          { name: 'restored', scores: [scores] },
          { name: 'same', scores: [scores] },
          { name: 'worse', scores: [scores.map((v, i) => (pairs[i]?.same ? v - 0.2 : v))] },
        ],
        bootstrap: { seed: 1, resamples: 2000 },
        compare: {
          count,
          differences: [
            { of: 'same', to: 'restored' },
            { of: 'worse', to: 'restored' },
          ],
        },
      });
    const one = compare(1).differences;
    expect(one[0]?.measures.auc).toMatchObject({ value: 0, low: 0, high: 0, marks: ['no spread'] });
    expect(one[0]?.measures.auc.p).toBeCloseTo(1, 12);
    const worse = one[1]?.measures.auc;
    expect(worse?.high).toBeLessThan(0);
    expect(worse?.p).toBeCloseTo(2 / 2001, 6);
    const ten = compare(10).differences[1]?.measures.auc;
    expect(ten?.level).toBeCloseTo(0.995, 12);
    expect(ten?.low).toBeLessThan(worse?.low as number);
    expect(ten?.high).toBeGreaterThan(worse?.high as number);
  });

  test('marks few impostors, and does not estimate where fewer than one would pass', () => {
    const identities = names(200, 4);
    const { pairs, score } = scored(1, identities, SHIFT, 120);
    const scores = score();
    const measured = (count: number) => {
      const genuine = pairs.filter(({ same }) => same);
      const impostor = pairs.filter(({ same }) => !same).slice(0, count);
      const few = [...genuine, ...impostor];
      const lists = few.map((pair) => scores[pairs.indexOf(pair)] as number);
      const options = { pairs: few, identities, bootstrap: { seed: 1, resamples: 50 } };
      return verification({ ...options, conditions: [{ name: 'clean', scores: [lists] }] }).conditions[0];
    };
    const many = measured(1000)?.measures;
    expect(many?.['tar_at_far_1e-2'].marks).toEqual([]);
    expect(many?.['tar_at_far_1e-3']).toMatchObject({ marks: ['few impostors'] });
    expect(many?.['tar_at_far_1e-3'].value).not.toBeNull();
    const few = measured(999)?.measures;
    expect(few?.['tar_at_far_1e-2'].marks).toEqual(['few impostors']);
    expect(few?.['tar_at_far_1e-3'].value).toBeNull();
    expect(few?.['tar_at_far_1e-3'].reason).toContain('not estimable: 999 impostor pairs');
    const none = measured(0);
    expect(none?.measures.auc.reason).toContain('1200 genuine and 0 impostor pairs');
    expect(none).toMatchObject({ folds: [], standardError: null });
  });

  test('several seeds are averaged; the same scores from each seed have the interval of one', () => {
    const bootstrap = { seed: 1, resamples: 300 };
    const measure = (lists: Float64Array[], seeds?: string[]) =>
      verification({
        pairs,
        identities,
        conditions: [{ name: 'x', scores: lists, ...(seeds && { seeds }) }],
        bootstrap,
      }).conditions[0];
    const alone = measure([scores])?.measures;
    const thrice = measure([scores, scores, scores], ['3', '1', '2'])?.measures;
    const mixed = measure([scores, others], ['1', '2'])?.measures;
    const other = measure([others])?.measures;
    for (const key of VERIFICATION_MEASURES) {
      expect(thrice?.[key].low).toBeCloseTo(alone?.[key].low as number, 12);
      expect(thrice?.[key].high).toBeCloseTo(alone?.[key].high as number, 12);
      const mean = ((alone?.[key].value as number) + (other?.[key].value as number)) / 2;
      expect(mixed?.[key].value).toBeCloseTo(mean, 12);
    }
    expect(thrice?.auc).toMatchObject({ seeds: 3, marks: [] });
    expect(mixed?.auc).toMatchObject({ seeds: 2, marks: ['few seeds'] });
    expect(alone?.auc).toMatchObject({ seeds: 0, marks: [] });
    expect(() => measure([scores, others], ['1', '1'])).toThrow('2 lists of scores by the seeds 1, 1');
  });

  test('pairs that contradict the identities, and unknown conditions, are refused', () => {
    const condition = { name: 'x', scores: [[0.5]] };
    const options = { identities: ['a', 'b'], conditions: [condition], bootstrap: { seed: 1 } };
    const pair = { a: 0, b: 1, same: true, fold: 0 };
    expect(() => verification({ ...options, pairs: [pair] })).toThrow(
      'pictures of a and b as a genuine pair',
    );
    const compare = { differences: [{ of: 'x', to: 'y' }], count: 1 };
    expect(() => verification({ ...options, pairs: [{ ...pair, same: false }], compare })).toThrow(
      'no condition y',
    );
  });
});

describe('means over seeds and people', () => {
  const SEEDS = 10;
  /** Values in which seeds and people differ and each picture has its own noise. */
  function observed(trial: number, seeds: number, spread: number, level = 0) {
    const r = random('seeds', trial, level);
    const shared = random('people', trial);
    const people = Array.from({ length: 40 }, () => shared.normal());
    const bySeed = Array.from({ length: seeds }, () => spread * r.normal());
    const rows = bySeed.flatMap((own, seed) =>
      people.flatMap((trait, person) =>
        [0, 1].map(() => ({
          seed: String(seed),
          person: `p${person}`,
          value: level + own + trait + r.normal(),
        })),
      ),
    );
    return {
      values: rows.map(({ value }) => value),
      clusters: rows.map(({ person }) => person),
      seeds: rows.map(({ seed }) => seed),
    };
  }

  test('one seed has the interval of the plain mean, marked', () => {
    const one = observed(1, 1, 0.3);
    const plain = clusteredMean(one.values, one.clusters, { seed: 5 });
    expect(seededMean(one, { seed: 5 })).toEqual({ ...plain, seeds: 1, marks: ['few seeds'] });
    const { seeds: _, ...without } = one;
    expect(seededMean(without, { seed: 5 })).toEqual({ ...plain, seeds: 0, marks: [] });
  });

  test('cover the truth about as often as they say, though seeds differ; ignoring seeds does not', () => {
    const trials = 200;
    let seeded = 0;
    let ignoring = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { seeds, ...rest } = observed(trial, SEEDS, 0.4);
      const options = { seed: trial, resamples: 500 };
      seeded += covers(seededMean({ ...rest, seeds }, options), 0) / trials;
      ignoring += covers(seededMean(rest, options), 0) / trials;
    }
    expect(seeded).toBeGreaterThan(0.92);
    expect(seeded).toBeLessThan(0.98);
    expect(ignoring).toBeLessThan(0.9);
  });

  test('differences of networks trained apart cover theirs, though their people are the same', () => {
    const trials = 200;
    let hits = 0;
    for (let trial = 0; trial < trials; trial++) {
      const a = observed(trial, SEEDS, 0.4, 1);
      const b = observed(trial, SEEDS, 0.4, 0.25);
      const apart = { ...b, seeds: b.seeds.map((seed) => `other ${seed}`) };
      const options = { seed: trial, resamples: 500, comparisons: 1 };
      hits += covers(meanDifference({ name: 'a', ...a }, { name: 'b', ...apart }, options), 0.75) / trials;
    }
    expect(hits).toBeGreaterThan(0.92);
    expect(hits).toBeLessThan(0.985);
  });

  test('a shift that all pictures share has no spread, whatever the seeds', () => {
    const a = observed(1, 3, 1);
    const b = { ...a, values: a.values.map((value) => value - 0.5) };
    const found = meanDifference({ name: 'a', ...a }, { name: 'b', ...b }, { seed: 1, comparisons: 3 });
    expect(found).toMatchObject({ of: 'a', to: 'b', seeds: 3, n: 240, clusters: 40 });
    expect(found.value).toBeCloseTo(0.5, 12);
    expect(found.low).toBeCloseTo(0.5, 9);
    expect(found.high).toBeCloseTo(0.5, 9);
    expect(found.level).toBeCloseTo(1 - 0.05 / 3, 12);
  });
});

test('levels and resamples for several comparisons', () => {
  expect(correctedLevel(0.95, 1)).toBeCloseTo(0.95, 12);
  expect(correctedLevel(0.95, 5)).toBeCloseTo(0.99, 12);
  expect(() => correctedLevel(0.95, 0)).toThrow('from 1 on');
  expect(() => correctedLevel(95, 2)).toThrow('between 0 and 1');
  expect(resamplesFor(0.95)).toBe(2000);
  expect(resamplesFor(0.995)).toBe(8000);
  expect(holm([])).toEqual([]);
});

test('every measure has a card that names the judge', () => {
  const cards = recognitionCards('dlib');
  const keys = cards.map(({ key }) => key);
  expect(keys).toEqual([...VERIFICATION_MEASURES, 'rank_1', 'rank_5']);
  expect(cards.every(({ convention }) => convention.includes('dlib'))).toBe(true);
});
