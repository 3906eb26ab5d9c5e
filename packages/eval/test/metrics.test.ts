import { syntheticFaces, toSigned } from '@fsg/data';
import { describe, expect, test } from 'vitest';
import { landmarkError, meshError } from '../src/metrics/landmarks.ts';
import { measurePair } from '../src/metrics/measure-pair.ts';
import { msSsim, scaleWeights } from '../src/metrics/ms-ssim.ts';
import { meanAbsoluteError, meanSquaredError, psnr } from '../src/metrics/psnr.ts';
import { measureRelease, stretched } from '../src/metrics/release.ts';
import { cosine, intersectionOverUnion } from '../src/metrics/similarity.ts';
import { meanInside, ssim, ssimMap } from '../src/metrics/ssim.ts';
import { BAND, edgeBand, pictureRegions } from '../src/pictures/regions.ts';
import { areaMask, boxMask, golden, lcg, pairOfCase, picture } from './golden.ts';

/** Same keys, same nulls, and each number within 1e-9 (MS-SSIM 1e-7: torchmetrics rounds its exponents to 32 bits). */
function agree(
  found: Readonly<Record<string, number | null>>,
  wanted: Readonly<Record<string, number | null>>,
): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [key, value] of Object.entries(wanted)) {
    if (value === null) expect(found[key], key).toBeNull();
    else expect(found[key], key).toBeCloseTo(value, key === 'ms_ssim' ? 7 : 9);
  }
}

describe(`agreement with ${golden.origin}`, () => {
  test.each(golden.pictures)('$name', (found) => {
    const { width, height } = found;
    const { restored, clean } = pairOfCase(found);
    const hole = areaMask(width, height, found.hole);
    const regions = pictureRegions(hole, width, height, { part: areaMask(width, height, found.part) });
    const { values, why } = measurePair(restored, clean, width, height, regions);
    agree(values, found.values);
    const missing = Object.keys(values).filter((key) => values[key] === null);
    expect(Object.keys(why).sort()).toEqual(missing.sort());
    agree(measureRelease(restored, clean, width, height).values, found.release);

    const map = ssimMap(restored, clean, width, height);
    const last = width * (height - 1);
    const centre = Math.floor(height / 2) * width + Math.floor(width / 2);
    [0, width - 1, last, last + width - 1, centre].forEach((at, i) => {
      expect(map[at]).toBeCloseTo(found.map[i] as number, 9);
    });
    agree(
      {
        psnr: psnr(restored, clean),
        psnr_hole: psnr(restored, clean, hole),
        l1: meanAbsoluteError(restored, clean),
        l1_hole: meanAbsoluteError(restored, clean, hole),
        ssim: ssim(restored, clean, width, height),
        ssim_hole: meanInside(map, hole),
        ms_ssim: msSsim(restored, clean, width, height),
      },
      Object.fromEntries(
        Object.entries(found.values).filter(([key]) => /^(psnr|l1|ssim|ms_ssim)(_hole)?$/.test(key)),
      ),
    );
  });

  test('the mean distance of 68 points in % of that of the outer corners of the eyes', () => {
    const byte = lcg(golden.landmarks.seed);
    const truth = Float32Array.from({ length: 136 }, () => byte() / 2);
    const found = truth.map((value) => value + byte() / 64 - 2);
    expect(landmarkError(found, truth)).toBeCloseTo(golden.landmarks.error, 9);
  });
});

describe('one entry for all pixel metrics', () => {
  const [width, height] = [40, 30];
  const clean = picture('hill', width, height, 1);
  const reasons = (restored: Uint8Array, mask: Uint8Array, part = mask): Readonly<Record<string, string>> =>
    measurePair(restored, clean, width, height, pictureRegions(mask, width, height, { mouth: part })).why;

  test('each missing value says why', () => {
    const restored = clean.map((level) => level + 3);
    const [nothing, all] = [new Uint8Array(width * height), new Uint8Array(width * height).fill(1)];
    const small = { ms_ssim: 'a side is shorter than 99 pixels' };
    const of = (region: string, reason: string): Record<string, string> =>
      Object.fromEntries(['psnr', 'ssim', 'l1'].map((metric) => [`${metric}_${region}`, reason]));
    expect(reasons(restored, boxMask(width, height, [9, 9, 20, 20]))).toEqual(small);
    expect(reasons(restored, nothing)).toEqual({
      ...small,
      ...of('hole', 'nothing is occluded'),
      ...of('band', 'the mask has no border'),
      ...of('hole_mouth', 'nothing of the mouth is occluded'),
    });
    expect(reasons(restored, all)).toEqual({
      ...small,
      ...of('visible', 'everything is occluded'),
      ...of('band', 'the mask has no border'),
    });
    const hole = boxMask(width, height, [30, 9, 40, 20]);
    const outside = restored.map((level, i) => (hole[Math.floor(i / 3)] ? (clean[i] as number) : level));
    expect(reasons(outside, hole)).toEqual({
      ...small,
      psnr_hole: 'identical',
      psnr_hole_mouth: 'identical',
    });
  });

  test('what does not fit is refused', () => {
    const mask = boxMask(width, height, [9, 9, 20, 20]);
    expect(() => pictureRegions(mask, width, 31)).toThrow('the occlusion mask has 1200 values, 40 x 31');
    expect(() => pictureRegions(mask, width, height, { nose: new Uint8Array(4) })).toThrow('the nose mask');
    const small = clean.subarray(0, 3 * 11 * 11);
    const regions = pictureRegions(mask, width, height);
    expect(() => measurePair(small, small, 11, 11, regions)).toThrow('a picture larger than 11 x 11');
    expect(() => measurePair(clean, clean, 31, 40, {})).toThrow('31 x 40 x 3');
    expect(() => measurePair(clean, clean, 10, 120, {})).toThrow('at least 11 x 11');
    expect(() => measureRelease(small, clean, 40, 30)).toThrow('363 and 3600');
  });
});

test('the band is where a pixel of the other kind lies within four columns and rows', () => {
  const [width, height] = [23, 17];
  const byte = lcg(5);
  for (const share of [2, 20, 128, 250]) {
    const mask = new Uint8Array(width * height).map(() => (byte() < share ? 1 : 0));
    const found = edgeBand(mask, width, height);
    mask.forEach((kind, p) => {
      const other = mask.some((there, q) => {
        const across = Math.abs((p % width) - (q % width));
        const down = Math.abs(Math.floor(p / width) - Math.floor(q / width));
        return there !== kind && Math.max(across, down) <= BAND;
      });
      expect(found[p]).toBe(other ? 1 : 0);
    });
  }
});

test('the weights of the scales add up to 1, in the proportions of the first ones', () => {
  expect(scaleWeights(176, 300)).toEqual([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]);
  const four = scaleWeights(128, 128);
  expect(four).toHaveLength(4);
  expect(four.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect((four[3] as number) / (four[0] as number)).toBeCloseTo(0.2363 / 0.0448, 12);
  expect(scaleWeights(98, 300)).toEqual([]);
});

describe('as the release measures', () => {
  test('a peak of 1 costs data in [-1, 1] 6.02 dB', () => {
    const [width, height] = [64, 48];
    const clean = picture('hill', width, height, 1);
    const restored = picture('faded hill', width, height, 2);
    const { values } = measureRelease(restored, clean, width, height);
    const signed = toSigned([restored, clean].map((data) => ({ width, height, data }))).data;
    const half = signed.length / 2;
    let sum = 0;
    for (let i = 0; i < half; i++) sum += ((signed[i] as number) - (signed[i + half] as number)) ** 2;
    expect(values.psnr_release).toBeCloseTo(10 * Math.log10(half / sum), 4);
    expect((psnr(restored, clean) as number) - (values.psnr_release as number)).toBeCloseTo(6.0206, 4);
  });

  test('a stretched picture goes from 0 to 255 in proportion, all channels together', () => {
    expect([...stretched(Uint8Array.of(50, 60, 100, 150, 54, 50))]).toEqual([0, 26, 128, 255, 10, 0]);
    expect([...stretched(Uint8Array.of(7, 7, 7))]).toEqual([0, 0, 0]);
    const whole = Uint8Array.of(0, 3, 255);
    expect(stretched(whole)).toEqual(whole);
  });
});

describe('landmarks', () => {
  test('a mesh moved by 3 and 4 pixels is 5 pixels off, whatever its depth', async () => {
    const { mesh, landmarks } = await syntheticFaces({
      seed: 1,
      identities: 1,
      imagesPerIdentity: 1,
      size: 128,
    }).load(0);
    const moved = mesh.map((value, i) => value + ([3, 4, 90][i % 3] as number));
    const [left, right] = [landmarks.subarray(72, 74), landmarks.subarray(90, 92)];
    const apart = Math.hypot(
      (left[0] as number) - (right[0] as number),
      (left[1] as number) - (right[1] as number),
    );
    expect(meshError(moved, mesh)).toBeCloseTo(500 / apart, 3);
    expect(
      landmarkError(
        landmarks.map((value, i) => value + (i % 2 ? 4 : 3)),
        landmarks,
      ),
    ).toBeCloseTo(500 / apart, 3);
  });

  test('without a distance of the eyes there is no value, and numbers of points must agree', () => {
    const points = new Float32Array(136);
    expect(landmarkError(points, points)).toBeNull();
    expect(() => landmarkError(points.subarray(2), points)).toThrow('134 values');
    expect(() => landmarkError(points.subarray(2), points.subarray(2))).toThrow('68 points');
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
