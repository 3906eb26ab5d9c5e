/** Alignment and resampling against code of their own, in floating point. */
import { expect, test } from 'vitest';
import { alignTo, FIVE_POINTS, movedPoints, templateIn } from '../src/align.ts';
import type { Rgb } from '../src/face.ts';
import { random } from '../src/random.ts';
import { warp } from '../src/warp.ts';
import { drawnFaces, meanDifference, moved, movedFive } from './face-files.ts';

const UNMOVED = { a: 1, b: 0, e: 0, f: 0 };
/** Turned by 20 degrees and `scale` times as large. */
const turned = (scale: number) => ({
  a: scale * Math.cos(Math.PI / 9),
  b: scale * Math.sin(Math.PI / 9),
  e: 60 * scale,
  f: 10,
});

function noise(width: number, height: number): Rgb {
  const stream = random('noise', width, height);
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => stream.next() * 256) };
}

test('points of the template under a similarity are carried back onto it', () => {
  const template = FIVE_POINTS.flatMap(([x, y]) => [x * 200 - 0.5, y * 200 - 0.5]);
  const elsewhere = movedFive(Float32Array.from(template), turned(0.7));
  movedPoints(elsewhere, alignTo(elsewhere, 200)).forEach((value, i) => {
    expect(value).toBeCloseTo(template[i]!, 3);
  });
  templateIn(200, 260).forEach((value, i) => {
    expect(value).toBeCloseTo(template[i]! + (i % 2 === 1 ? 30 : 0), 3);
  });
});

test('no other similarity carries five points nearer to the template', () => {
  const stream = random('five');
  const five = movedFive(templateIn(100, 100), turned(2)).map((value) => value + stream.uniform(-9, 9));
  const best = alignTo(five, 128);
  const miss = (similarity: typeof best): number =>
    movedPoints(five, similarity).reduce((sum, value, i) => {
      const wanted = FIVE_POINTS[i >> 1]![i % 2]! * 128 - 0.5;
      return sum + (value - wanted) ** 2;
    }, 0);
  for (const key of ['a', 'b', 'e', 'f'] as const) {
    const step = key === 'a' || key === 'b' ? 1e-3 : 0.1;
    for (const sign of [-step, step])
      expect(miss({ ...best, [key]: best[key] + sign })).toBeGreaterThan(miss(best));
  }
});

test('unmoved, and moved by whole pixels, a picture keeps its pixels; beyond its edge they go on', () => {
  const image = noise(40, 30);
  const at = (picture: Rgb, x: number, y: number): number[] => {
    const i = 3 * (y * picture.width + x);
    return [...picture.data.subarray(i, i + 3)];
  };
  for (const [e, f] of [
    [0, 0],
    [7, -4],
    [-50, 3],
  ] as const) {
    const out = warp(image, { ...UNMOVED, e, f }, 44);
    for (let y = 0; y < 44; y++) {
      for (let x = 0; x < 44; x++) {
        const [sx, sy] = [Math.min(39, Math.max(0, x - e)), Math.min(29, Math.max(0, y - f))];
        expect(at(out, x, y)).toEqual(at(image, sx, sy));
      }
    }
  }
});

test('enlarged and turned, it is what bilinear interpolation in floating point gives', () => {
  const image = noise(60, 50);
  for (const similarity of [turned(1), turned(2.3), { a: -1.2, b: 0.4, e: 90, f: 80 }]) {
    const [ours, theirs] = [warp(image, similarity, 96), moved(image, similarity, 96, 96)];
    const worst = ours.data.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.data[i]!)), 0);
    expect(worst).toBeLessThan(4);
  }
});

/** Scale, and how far noise of 74 levels may spread then; a single bilinear sample leaves 50. */
test.each([
  [0.8, 42],
  [0.55, 36],
  [0.3, 20],
  [0.11, 8],
])('shrunk to %d, noise becomes grey, and an edge stays where it is', (scale, most) => {
  const size = Math.floor(200 * scale);
  const image = noise(200, 200);
  const { data } = warp(image, { ...UNMOVED, a: scale }, size);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  expect(Math.sqrt(variance)).toBeLessThan(most);
  // Black up to 99.5.
  const edge = { ...image, data: image.data.map((_, i) => (Math.floor(i / 3) % 200 < 100 ? 0 : 255)) };
  const out = warp(edge, { ...UNMOVED, a: scale }, size);
  const white = Array.from({ length: size }, (_, x) => out.data[3 * x]! / 255).reduce((a, b) => a + b);
  expect(size - white).toBeCloseTo(99.5 * scale + 0.5, 1);
});

test('a face in a larger picture comes back: its five points to a pixel, its pixels to a few grey levels', async () => {
  for (const { image, five } of await drawnFaces(6)) {
    for (const scale of [0.9, 1.4, 3]) {
      const into = turned(scale);
      const side = Math.ceil(220 * scale);
      const picture = moved(image, into, side, side);
      const found = movedFive(five, into);
      const back = alignTo(found, 128);
      // Straight from the face to the template, without the larger picture between.
      const straight = alignTo(five, 128);
      movedPoints(found, back).forEach((value, i) => {
        expect(Math.abs(value - movedFive(five, straight)[i]!)).toBeLessThan(0.01);
      });
      // A pixel beside its place it would be three to five.
      const difference = meanDifference(warp(picture, back, 128), moved(image, straight, 128, 128), 8);
      expect(difference).toBeLessThan(1.3);
    }
  }
});
