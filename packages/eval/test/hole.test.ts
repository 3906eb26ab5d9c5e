import { describe, expect, test } from 'vitest';
import { blend, feather, predictHole } from '../src/hole.ts';
import { intersectionOverUnion } from '../src/metrics/similarity.ts';
import { guess, OCCLUDERS, paint, SIZE, sample } from './samples.ts';

const share = (mask: Uint8Array): number => mask.reduce((sum, m) => sum + m, 0) / mask.length;

describe('predictHole', () => {
  test.each(OCCLUDERS)('finds %s from a blurred guess with a ghost', (occluder) => {
    for (const seed of [1, 2, 3]) {
      const shown = sample(seed, occluder);
      const hole = predictHole(shown.occluded, guess(shown, { blur: 2, ghost: 0.2 }));
      expect(intersectionOverUnion(hole, shown.mask), `seed ${seed}`).toBeGreaterThan(0.8);
    }
  });

  test('finds next to nothing where nothing is occluded, though the guess is blurred', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { clean } = sample(seed, 'block');
      const bare = { ...sample(seed, 'block'), occluded: clean };
      for (const blur of [1, 2]) {
        expect(
          share(predictHole(clean, guess(bare, { blur, ghost: 0 }))),
          `seed ${seed}, blur ${blur}`,
        ).toBeLessThan(0.03);
      }
    }
  });

  test('leaves out what stands beside the face', () => {
    const shown = sample(5, 'block');
    const beside = { ...shown.occluded, data: shown.occluded.data.slice() };
    for (let y = 0; y < 20; y++) beside.data.fill(255, 3 * y * SIZE, 3 * (y * SIZE + 20));
    const hole = predictHole(beside, guess(shown, { blur: 2, ghost: 0 }));
    expect(hole[5 * SIZE + 5]).toBe(0);
    expect(intersectionOverUnion(hole, shown.mask)).toBeGreaterThan(0.8);
  });

  test('identical images have no hole', () => {
    const { occluded } = sample(1, 'noise');
    expect(share(predictHole(occluded, occluded))).toBe(0);
  });
});

describe('compositing', () => {
  const black = paint(() => [0, 0, 0]);
  const white = paint(() => [255, 255, 255]);
  const mask = sample(1, 'block').mask;

  test('a mask takes one image inside and the other outside', () => {
    const mixed = blend(black, white, mask);
    mask.forEach((m, p) => {
      expect(mixed.data[3 * p]).toBe(m === 1 ? 255 : 0);
    });
  });

  test('a feathered seam is whole inside, fades outside and is gone after five pixels', () => {
    const weights = feather(mask, SIZE, SIZE);
    const line = Array.from({ length: 10 }, (_, d) => weights[80 * SIZE + 84 + d] as number);
    expect(weights[80 * SIZE + 83]).toBe(1);
    for (let d = 1; d < line.length; d++) expect(line[d]).toBeLessThanOrEqual(line[d - 1] as number);
    expect(line[0]).toBeGreaterThan(0.2);
    expect(line[5]).toBeLessThan(0.001);
  });
});
