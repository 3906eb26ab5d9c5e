import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Canvas, plain } from '../src/draw/canvas.ts';
import { convexHull, type Point } from '../src/draw/point.ts';
import { coverPolygon } from '../src/draw/polygon.ts';
import { coverLine } from '../src/draw/stroke.ts';

const SIZE = 24;
const point = fc.record({
  x: fc.double({ min: -8, max: 32, noNaN: true }),
  y: fc.double({ min: -8, max: 32, noNaN: true }),
});

/** Share of the pixel inside a convex polygon, by 16 x 16 points. */
function sampled(corners: readonly Point[], x: number, y: number): number {
  let inside = 0;
  for (let i = 0; i < 256; i++) {
    const px = x - 0.5 + ((i % 16) + 0.5) / 16;
    const py = y - 0.5 + (Math.floor(i / 16) + 0.5) / 16;
    let [left, right] = [0, 0];
    corners.forEach((a, k) => {
      const b = corners[(k + 1) % corners.length] as Point;
      if ((b.x - a.x) * (py - a.y) - (b.y - a.y) * (px - a.x) > 0) left++;
      else right++;
    });
    if (left === 0 || right === 0) inside++;
  }
  return inside / 256;
}

test('coverage of a convex polygon is what 256 points a pixel say', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 3, maxLength: 7 }), (points) => {
      const corners = convexHull(points);
      fc.pre(corners.length > 2);
      const cover = coverPolygon(corners, SIZE, SIZE);
      let worst = 0;
      for (let i = 0; i < SIZE * SIZE; i++) {
        const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
        worst = Math.max(worst, Math.abs(cover.at(x, y) - sampled(corners, x, y)));
      }
      expect(worst).toBeLessThan(0.09);
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('a rectangle covers its pixels exactly, whichever way round it is given', () => {
  const corners = [
    { x: 2, y: 3 },
    { x: 5.25, y: 3 },
    { x: 5.25, y: 6 },
    { x: 2, y: 6 },
  ];
  for (const some of [corners, [...corners].reverse()]) {
    const cover = coverPolygon(some, SIZE, SIZE);
    expect([1, 2, 3, 5, 6].map((x) => cover.at(x, 4))).toEqual([0, 0.5, 1, 0.75, 0]);
    expect([2, 3, 5, 6].map((y) => cover.at(4, y))).toEqual([0, 0.5, 1, 0.5]);
  }
});

test('a line covers as much as its width and length', () => {
  const cover = coverLine(
    [
      { x: 4, y: 10 },
      { x: 18, y: 10 },
    ],
    1.5,
    SIZE,
    SIZE,
  );
  const area = cover.values.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area - (14 * 3 + Math.PI * 1.5 * 1.5))).toBeLessThan(0.8);
});

test('a line that widens covers as much as its mean width', () => {
  const ends = [
    { x: 5, y: 12 },
    { x: 17, y: 12 },
  ];
  const cover = coverLine(ends, [1, 4], SIZE, SIZE);
  const area = cover.values.reduce((sum, value) => sum + value, 0);
  expect(Math.abs(area - (12 * 5 + (Math.PI * (1 + 16)) / 2))).toBeLessThan(1.5);
  expect([5, 8, 16].map((x) => cover.at(x, 14) > 0.5)).toEqual([false, false, true]);
});

test('a pixel is in the mask exactly where it differs, even under its own colour', () => {
  const data = new Uint8Array(SIZE * SIZE * 3).fill(77);
  const canvas = new Canvas({ width: SIZE, height: SIZE, data });
  const square = coverPolygon(
    [
      { x: 3.4, y: 3.4 },
      { x: 9, y: 3.4 },
      { x: 9, y: 9 },
    ],
    SIZE,
    SIZE,
  );
  canvas.fill(square, plain([77, 77, 77]));
  const { occluded, mask } = canvas.finish({});
  expect(mask.reduce((sum, value) => sum + value, 0)).toBeGreaterThan(12);
  mask.forEach((value, i) => {
    const differs = [0, 1, 2].some((c) => occluded.data[3 * i + c] !== data[3 * i + c]);
    expect(differs).toBe(value === 1);
  });
  expect(Math.max(...occluded.data)).toBeLessThanOrEqual(78);
  expect(data.every((value) => value === 77)).toBe(true);
});
