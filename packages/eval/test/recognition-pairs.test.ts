/** Which pairs, galleries and probes are made from whose pictures. */
import { random } from '@fsg/data';
import { describe, expect, test } from 'vitest';
import { flatFeatures, galleryAndProbes, pairsOfIdentities, pairsOfLfw, scorePairs } from '../src/index.ts';

/** 80 people with 1 to 7 pictures each, in mixed order. */
const people = Array.from({ length: 80 }, (_, i) =>
  Array.from({ length: 1 + (i % 7) }, () => `p${i}`),
).flat();
const stream = random('order of pictures');
const identities = people
  .map((name) => ({ name, at: stream.next() }))
  .sort((a, b) => a.at - b.at)
  .map(({ name }) => name);
const occluded = identities.map((_, i) => i % 3 === 0);

test("LFW's pairs find their pictures by key, and those that miss one are counted", () => {
  const picture = (name: string, number: number) => ({ name, number });
  const folds = [
    [{ same: true, a: picture('Ann_Lee', 1), b: picture('Ann_Lee', 12) }],
    [
      { same: false, a: picture('Bo', 3), b: picture('Ann_Lee', 1) },
      { same: true, a: picture('Bo', 3), b: picture('Bo', 4) },
    ],
  ];
  expect(pairsOfLfw(folds, ['Bo_0003', 'Ann_Lee_0001', 'Ann_Lee_0012'])).toEqual({
    pairs: [
      { a: 1, b: 2, same: true, fold: 0 },
      { a: 0, b: 1, same: false, fold: 1 },
    ],
    missing: 1,
  });
});

describe.each([
  { kind: 'any pictures', marks: undefined },
  { kind: 'real occlusions', marks: occluded },
])('pairs of $kind', ({ marks }) => {
  const options = { folds: 8, pairs: 25, ...(marks && { occluded: marks }) };
  const made = pairsOfIdentities(identities, 4, options);

  test('say rightly who is the same, as many genuine as impostor in each fold', () => {
    expect(made).toMatchObject({ folds: 8, reason: null });
    for (const { a, b, same } of made.pairs) expect(identities[a] === identities[b]).toBe(same);
    for (let fold = 0; fold < 8; fold++) {
      const own = made.pairs.filter((pair) => pair.fold === fold);
      const genuine = own.filter(({ same }) => same).length;
      expect(genuine).toBeGreaterThan(4);
      expect(genuine).toBeLessThanOrEqual(25);
      expect(own.length).toBe(2 * genuine);
    }
  });

  test('share no person between folds, and no pair comes twice', () => {
    const folds = new Map<string, number>();
    for (const { a, b, fold } of made.pairs) {
      for (const picture of [a, b]) {
        const name = identities[picture] as string;
        expect(folds.get(name) ?? fold).toBe(fold);
        folds.set(name, fold);
      }
    }
    const keys = made.pairs.map(({ a, b }) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(made.pairs.every(({ a, b }) => a !== b)).toBe(true);
  });

  test('are the same for the same seed alone', () => {
    expect(pairsOfIdentities(identities, 4, options)).toEqual(made);
    expect(pairsOfIdentities(identities, 5, options).pairs).not.toEqual(made.pairs);
  });

  test('ask with occluded pictures about unoccluded ones where they are marked', () => {
    if (marks) {
      for (const { a, b } of made.pairs) expect([marks[a], marks[b]]).toEqual([true, false]);
    } else expect(new Set(made.pairs.map(({ a }) => occluded[a])).size).toBe(2);
  });
});

test('a person with many pictures does not fill a fold', () => {
  const crowd = [
    ...Array.from({ length: 300 }, () => 'star'),
    ...Array.from({ length: 80 }, (_, i) => `p${i >> 1}`),
  ];
  const { pairs } = pairsOfIdentities(crowd, 1, { folds: 1, pairs: 41 });
  const genuine = pairs.filter(({ same }) => same);
  expect(genuine.length).toBe(41);
  expect(genuine.filter(({ a }) => crowd[a] === 'star').length).toBe(1);
  const more = pairsOfIdentities(crowd, 1, { folds: 1, pairs: 1000 }).pairs;
  expect(more.length).toBe(2000);
});

test('few people make fewer folds, or none, and say why', () => {
  const few = pairsOfIdentities(['a', 'a', 'b', 'b', 'c'], 1);
  expect(few.folds).toBe(1);
  expect(few.reason).toContain('2 identities with pairs of their own make 1 of 10 folds');
  expect(few.pairs.filter(({ same }) => same).length).toBe(2);
  expect(few.pairs.length).toBe(4);
  const none = pairsOfIdentities(['a', 'a', 'b', 'c'], 1);
  expect(none).toMatchObject({ pairs: [], folds: 0 });
  expect(none.reason).toContain('1 of 3 identities have two pictures');
  expect(
    pairsOfIdentities(['a', 'a', 'b', 'b'], 1, { occluded: [true, true, true, false] }).reason,
  ).toContain('1 of 2 identities have an occluded picture and an unoccluded one');
  expect(() => pairsOfIdentities(['a'], 1, { occluded: [] })).toThrow('1 pictures, of 0');
});

describe('gallery and probes', () => {
  test('one picture an identity is enrolled, the others ask', () => {
    const { gallery, probes, distractors, unenrolled, reason } = galleryAndProbes(identities, 2);
    expect(reason).toBeNull();
    expect(new Set(gallery.map((i) => identities[i])).size).toBe(80);
    expect(gallery.length).toBe(80);
    expect(new Set([...gallery, ...probes]).size).toBe(identities.length);
    expect(distractors).toBe(12);
    expect(unenrolled).toBe(0);
  });

  test('who is enrolled does not depend on the other people', () => {
    const some = identities.filter((name) => name < 'p4');
    const nth = (names: readonly string[], i: number) =>
      `${names[i]} ${names.slice(0, i).filter((name) => name === names[i]).length}`;
    const all = new Set(galleryAndProbes(identities, 2).gallery.map((i) => nth(identities, i)));
    for (const i of galleryAndProbes(some, 2).gallery) expect(all).toContain(nth(some, i));
  });

  test('of real occlusions unoccluded pictures are enrolled, and a person without one cannot be asked for', () => {
    const names = ['a', 'a', 'a', 'b', 'c', 'd'];
    const found = galleryAndProbes(names, 1, [true, false, true, true, false, false]);
    expect(found).toEqual({
      gallery: [1, 4, 5],
      probes: [0, 2],
      distractors: 2,
      unenrolled: 1,
      reason: null,
    });
    expect(galleryAndProbes(['a', 'b'], 1).reason).toContain('no probes');
    expect(galleryAndProbes(['a', 'a'], 1).reason).toContain('one identity alone');
  });
});

describe('scores of pairs', () => {
  const clean = flatFeatures(Float32Array.from([3, 4, 0, 2, -1, 0, 0, 0]), 2);
  const pairs = [
    { a: 0, b: 1, same: true, fold: 0 },
    { a: 1, b: 2, same: false, fold: 0 },
    { a: 3, b: 0, same: false, fold: 0 },
  ];

  test('take each side from its own features; a feature of length 0 resembles nothing', () => {
    expect([...scorePairs(pairs, clean, clean)]).toEqual([0.8, 0, 0]);
    const restored = flatFeatures(Float32Array.from([0, 5, -7, 0, 1, 1, 1, 0]), 2);
    expect([...scorePairs(pairs, restored, clean)]).toEqual([1, 1, 0.6]);
  });

  test('name a picture without a feature, or with a broken one', () => {
    const broken = flatFeatures(Float32Array.from([1, 0, Number.NaN, 1]), 2);
    expect(() => scorePairs(pairs, broken, clean)).toThrow('picture 1 is not finite: NaN');
    expect(() => scorePairs(pairs, clean, broken)).toThrow('picture 1 is not finite: NaN');
    expect(() => scorePairs([{ a: 0, b: 9, same: true, fold: 0 }], clean, clean)).toThrow(
      'picture 9 has no feature: there are 4',
    );
    expect(() => flatFeatures(new Float32Array(5), 2)).toThrow('5 values');
  });
});
