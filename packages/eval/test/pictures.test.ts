import type { Rgb } from '@fsg/data';
import { decode, ink, locate } from '@fsg/plots/testing';
import { describe, expect, test } from 'vitest';
import { curves } from '../src/curves.ts';
import { gallery, pictureCases } from '../src/gallery.ts';
import { occludedInput } from '../src/methods.ts';
import { ERROR_LIMIT, errorMap, errorScale } from '../src/pictures/error-map.ts';
import { close, components, dilate, erode, fillHoles, open } from '../src/pictures/morphology.ts';
import { sample } from './samples.ts';

test('the error map grows in brightness with the error and stops at its limit', () => {
  const grey = (v: number): Rgb => ({ width: 1, height: 1, data: Uint8Array.from([v, v, v]) });
  const brightness = (d: number): number => {
    const [r, g, b] = errorMap(grey(100), grey(100 + d)).data as unknown as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (let d = 5; d <= ERROR_LIMIT; d += 5) expect(brightness(d)).toBeGreaterThan(brightness(d - 5));
  expect(brightness(ERROR_LIMIT + 40)).toBe(brightness(ERROR_LIMIT));
  expect(errorScale(3, 1).data.subarray(6)).toEqual(errorMap(grey(0), grey(255)).data);
});

describe('gallery', () => {
  const samples = Array.from({ length: 9 }, (_, i) => sample(i, i % 2 === 0 ? 'block' : 'glasses'));

  test('shows occluded, restored, clean and error of each case', async () => {
    const cases = samples
      .slice(0, 3)
      .map((shown) => ({ tag: 'best', sample: shown, figures: ['PSNR 20.0 dB'] }));
    const pictured = await pictureCases(cases, [occludedInput], 'occluded');
    const grid = await decode(await gallery(pictured, { title: 'Cases', synthetic: true }));
    for (const { sample: shown } of cases) {
      expect(locate(grid, shown.occluded)).not.toBeNull();
      expect(locate(grid, shown.clean)).not.toBeNull();
      expect(locate(grid, errorMap(shown.occluded, shown.clean))).not.toBeNull();
    }
    await expect(pictureCases(cases, [occludedInput], 'network')).rejects.toThrow('no method network');
  });
});

describe('curves', () => {
  const points = (count: number, value: (i: number) => number, stride = 1) =>
    Array.from({ length: count / stride }, (_, i) => ({ step: 10 * stride * i, value: value(stride * i) }));
  const history = (count: number) =>
    new Map([
      ['train/reconstruction', points(count, (i) => 500 / (1 + i))],
      ['train/kl', points(count, (i) => (i === 50 ? Number.NaN : 2))],
      ['train/gradient/vae', points(count, () => 3)],
      ['validation/psnr_hole', points(count, (i) => 12 + i / 50, 20)],
    ]);

  test('draws losses and validation for each run, what is not finite left out', async () => {
    const { svg, png } = curves({
      title: 'Training <b>',
      synthetic: true,
      runs: [
        { label: 'Stage I', history: history(200) },
        { label: 'Stage II', history: history(100) },
      ],
    });
    for (const text of [
      'Stage I: training losses',
      'Stage II: validation PSNR',
      'reconstruction',
      'psnr_hole',
      'SYNTHETIC',
      '&lt;b&gt;',
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg).not.toContain('NaN');
    expect(svg).not.toContain('gradient');
    const image = await decode(png);
    expect(image.width).toBe(2 * 2 * 560);
    expect(ink(image, 0, 0, image.width, 80)).toBeGreaterThan(300);
  });

  test('runs without curves are refused', () => {
    expect(() =>
      curves({ title: 't', synthetic: false, runs: [{ label: 'a', history: new Map() }] }),
    ).toThrow('no run has a curve');
  });
});

describe('morphology', () => {
  const [w, h] = [16, 12];
  const from = (inside: (x: number, y: number) => boolean) =>
    Uint8Array.from({ length: w * h }, (_, p) => (inside(p % w, Math.floor(p / w)) ? 1 : 0));
  const box = from((x, y) => x >= 3 && x < 11 && y >= 3 && y < 9);

  test('dilation adds the disc, erosion takes it away again', () => {
    const grown = dilate(box, w, h, 2);
    expect(grown[6 * w + 1]).toBe(1);
    expect(grown[6 * w]).toBe(0);
    expect(erode(grown, w, h, 2)).toEqual(box);
  });

  test('opening removes lines, closing fills them, neither moves a box', () => {
    const withLine = from((x, y) => box[y * w + x] === 1 || x === 13);
    const withGap = from((x, y) => box[y * w + x] === 1 && x !== 7);
    expect(open(withLine, w, h, 1).filter((_, p) => p % w > 11)).not.toContain(1);
    expect(close(withGap, w, h, 1)).toEqual(box);
  });

  test('components part what touches only at corners; small enclosed holes are filled', () => {
    const corners = from((x, y) => (x < 2 && y < 2) || (x >= 2 && x < 4 && y >= 2 && y < 4));
    expect(components(corners, w, h).map((part) => part.length)).toEqual([4, 4]);
    const ring = from((x, y) => box[y * w + x] === 1 && !(x >= 5 && x < 8 && y >= 5 && y < 7));
    expect(fillHoles(ring, w, h, 6)).toEqual(box);
    expect(fillHoles(ring, w, h, 5)).toEqual(ring);
  });
});
