import { describe, expect, test } from 'vitest';
import { meanSquaredError, psnr } from '../src/metrics/psnr.ts';
import { cosine, intersectionOverUnion } from '../src/metrics/similarity.ts';
import { meanInside, ssim, ssimMap, ssimMean } from '../src/metrics/ssim.ts';
import { boxMask, golden, picture } from './golden.ts';

describe(`agreement with ${golden.origin}`, () => {
  test.each(golden.pictures)('$name', (found) => {
    const { width, height } = found;
    const a = picture(found.a, width, height, 1);
    const b = picture(found.b, width, height, 2);
    const hole = boxMask(width, height, found.hole);
    const map = ssimMap(a, b, width, height);
    expect(psnr(a, b)).toBeCloseTo(found.psnr, 9);
    expect(psnr(a, b, hole)).toBeCloseTo(found.psnrHole, 9);
    expect(ssimMean(map, width, height)).toBeCloseTo(found.ssim, 9);
    expect(meanInside(map, hole)).toBeCloseTo(found.ssimHole, 9);
    const last = width * (height - 1);
    const centre = Math.floor(height / 2) * width + Math.floor(width / 2);
    [0, width - 1, last, last + width - 1, centre].forEach((at, i) => {
      expect(map[at]).toBeCloseTo(found.map[i] as number, 9);
    });
  });
});

describe('identical pictures and empty masks', () => {
  const a = picture('noise', 16, 16, 3);
  const nothing = new Uint8Array(256);

  test('PSNR has no value, SSIM is 1', () => {
    expect(psnr(a, a)).toBeNull();
    expect(meanSquaredError(a, a)).toBe(0);
    expect(ssim(a, a, 16, 16)).toBeCloseTo(1, 12);
  });

  test('a picture changed outside the mask is identical inside it', () => {
    const b = a.slice();
    b[0] = 255 - (b[0] as number);
    const hole = boxMask(16, 16, [4, 4, 8, 8]);
    expect(psnr(a, b, hole)).toBeNull();
    expect(psnr(a, b)).toBeGreaterThan(20);
  });

  test('an empty mask measures nothing', () => {
    expect(meanSquaredError(a, a, nothing)).toBeNull();
    expect(meanInside(ssimMap(a, a, 16, 16), nothing)).toBeNull();
  });

  test('sizes that do not fit are refused', () => {
    expect(() => psnr(a, a.subarray(3))).toThrow('768 and 765');
    expect(() => psnr(a, a, new Uint8Array(5))).toThrow('mask of 5');
    expect(() => ssimMap(a, a, 15, 16)).toThrow('15 x 16');
    expect(() => ssimMap(new Uint8Array(300), new Uint8Array(300), 10, 10)).toThrow('at least 11 x 11');
  });
});

test('similarity is the cosine, whatever the length of the features', () => {
  const x = Float32Array.from([3, 0, 4]);
  expect(
    cosine(
      x,
      x.map((v) => 10 * v),
    ),
  ).toBeCloseTo(1, 12);
  expect(
    cosine(
      x,
      x.map((v) => -v),
    ),
  ).toBeCloseTo(-1, 12);
  expect(cosine(x, Float32Array.from([0, 7, 0]))).toBe(0);
  expect(cosine(x, new Float32Array(3))).toBeNull();
});

test('intersection over union counts pixels', () => {
  expect(intersectionOverUnion(boxMask(8, 8, [0, 0, 4, 4]), boxMask(8, 8, [2, 0, 6, 4]))).toBeCloseTo(
    8 / 24,
    12,
  );
  expect(intersectionOverUnion(new Uint8Array(4), new Uint8Array(4))).toBeNull();
});
