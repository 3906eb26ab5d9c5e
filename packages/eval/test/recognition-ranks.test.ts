/** Ranks in the gallery against scores of all with all, on each backend. */
import { random } from '@fsg/data';
import { tf } from '@fsg/engine';
import { on, testedBackends } from '@fsg/engine/testing';
import { describe, expect, test } from 'vitest';
import {
  flatFeatures,
  galleryAndProbes,
  identification,
  identificationRanks,
  identificationRate,
  scorePairs,
} from '../src/index.ts';

const DIMENSIONS = 12;
const PEOPLE = 4500;
/** More people than a block of the gallery holds; the first 400 have two pictures more. */
const identities = Array.from({ length: PEOPLE + 800 }, (_, i) => `p${i < PEOPLE ? i : i % 400}`);
const stream = random('features');
const traits = Float32Array.from({ length: PEOPLE * DIMENSIONS }, () => stream.normal());
const noisy = (noise: number) =>
  flatFeatures(
    Float32Array.from({ length: identities.length * DIMENSIONS }, (_, at) => {
      const person = Number((identities[Math.floor(at / DIMENSIONS)] as string).slice(1));
      return (traits[person * DIMENSIONS + (at % DIMENSIONS)] as number) + noise * stream.normal();
    }),
    DIMENSIONS,
  );
const clean = noisy(0.4);
const restored = noisy(0.6);
const split = galleryAndProbes(identities, 3);

/** The rank of each probe from the scores of all pairs. */
const expected = split.probes.map((probe) => {
  const score = (picture: number): number =>
    scorePairs([{ a: probe, b: picture, same: false, fold: 0 }], restored, clean)[0] as number;
  const own = split.gallery.find((picture) => identities[picture] === identities[probe]) as number;
  const least = score(own);
  return split.gallery.filter((picture) => picture === own || score(picture) >= least).length;
});

describe.each(testedBackends())('ranks on %s', (backend) => {
  test('are those of the sorted scores', async () => {
    await on(backend, () => {
      const before = tf.memory().numTensors;
      const ranks = identificationRanks(split, identities, { probes: restored, gallery: clean });
      expect([...ranks]).toEqual(expected);
      expect(tf.memory().numTensors).toBe(before);
      expect(identificationRate(ranks, 1)).toBeGreaterThan(0.2);
      expect(identificationRate(ranks, 1)).toBeLessThan(0.9);
    });
  });

  test('a recogniser to which all are equal identifies nobody', async () => {
    await on(backend, () => {
      const flat = flatFeatures(new Float32Array(6 * 3).fill(0.3), 3);
      const names = ['a', 'a', 'b', 'b', 'c', 'd'];
      const ranks = identificationRanks(galleryAndProbes(names, 1), names, { probes: flat, gallery: flat });
      expect([...ranks]).toEqual([4, 4]);
    });
  });
});

test('rates at ranks 1 and 5, their intervals over people, and a paired difference', () => {
  const names = Array.from({ length: 120 }, (_, i) => `p${i % 30}`);
  const small = galleryAndProbes(names, 1);
  const chance = random('ranks');
  const better = small.probes.map(() => Math.floor(1 + 6 * chance.next()));
  const worse = better.map((rank) => rank + Math.floor(3 * chance.next()));
  const found = identification({
    split: small,
    identities: names,
    conditions: [
      { name: 'restored', ranks: [better] },
      { name: 'occluded', ranks: [worse] },
    ],
    bootstrap: { seed: 1 },
    compare: { differences: [{ of: 'restored', to: 'occluded' }], count: 4 },
  });
  const rank5 = found.conditions[0]?.measures.rank_5;
  expect(rank5?.value).toBeCloseTo(identificationRate(better, 5), 12);
  expect(rank5).toMatchObject({ n: 90, clusters: 30, seeds: 0, marks: [] });
  expect(rank5?.low).toBeLessThan(rank5?.value as number);
  const difference = found.differences[0]?.measures.rank_1;
  expect(difference?.value).toBeCloseTo(identificationRate(better, 1) - identificationRate(worse, 1), 12);
  expect(difference?.level).toBeCloseTo(0.9875, 12);
  expect(difference?.low).toBeGreaterThan(0);
});

test('without probes there is a reason in place of a rate', () => {
  const names = ['a', 'b'];
  const found = identification({
    split: galleryAndProbes(names, 1),
    identities: names,
    conditions: [{ name: 'clean', ranks: [[]] }],
    bootstrap: { seed: 1 },
    compare: { differences: [{ of: 'clean', to: 'clean' }], count: 1 },
  });
  expect(found.conditions[0]?.measures.rank_1).toMatchObject({ value: null, low: null });
  expect(found.conditions[0]?.measures.rank_1.reason).toContain('not estimable: no probes');
  expect(found.differences[0]?.measures.rank_5).toMatchObject({ value: null, p: null });
  expect(() => identificationRate([], 1)).toThrow('no probes');
});
