/** Putting a face back: what must stay, what must come, and no seam. */
import type { Rgb } from '@fsg/data';
import { expect, test } from 'vitest';
import { paste, weightsFor } from '../src/restore/paste.ts';

const picture = (width: number, height: number, value: (x: number, y: number, c: number) => number): Rgb => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return value(pixel % width, Math.floor(pixel / width), i % 3);
  }),
});

/** A smooth scene in the photograph's coordinates, and the face's picture of it under the alignment. */
const scene = (x: number, y: number): number => 128 + 60 * Math.sin(x / 40) + 40 * Math.cos(y / 55);
const photograph = picture(400, 300, (x, y) => scene(x, y));
const alignment = { a: 0.5, b: 0.12, e: -20, f: -45 };
const scale = alignment.a ** 2 + alignment.b ** 2;
const seen = picture(128, 128, (u, v) => {
  const [du, dv] = [u - alignment.e, v - alignment.f];
  return scene((alignment.a * du + alignment.b * dv) / scale, (alignment.a * dv - alignment.b * du) / scale);
});

test('the face as it was changes nothing: a smooth picture comes back to within two grey levels', () => {
  const { data } = paste(photograph, seen, weightsFor('network', seen, seen), alignment);
  const worst = data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (photograph.data[i] as number))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(2);
});

test('the network’s output fills the middle and fades out without a step', () => {
  const bright = picture(128, 128, () => 250);
  const { data } = paste(
    picture(400, 300, () => 50),
    bright,
    weightsFor('network', seen, bright),
    alignment,
  );
  const row = Array.from({ length: 400 }, (_, x) => data[3 * (150 * 400 + x)] as number);
  expect(Math.max(...row)).toBe(250);
  expect([row[0], row[399]]).toEqual([50, 50]);
  const steps = row.slice(1).map((value, i) => Math.abs(value - (row[i] as number)));
  expect(Math.max(...steps)).toBeLessThan(12);
});

test('a composite replaces what the network took away, and not a pixel of the rest', () => {
  const inBlock = (x: number, y: number): boolean => x >= 48 && x < 80 && y >= 60 && y < 90;
  const blocked = picture(128, 128, (x, y, c) =>
    inBlock(x, y) ? ([250, 20, 20][c] as number) : (seen.data[3 * (y * 128 + x) + c] as number),
  );
  const weights = weightsFor('composite', blocked, seen);
  expect(weights[75 * 128 + 64]).toBe(1);
  expect(weights[20 * 128 + 20]).toBe(0);
  const { data } = paste(photograph, seen, weights, alignment);
  const touched = data.filter((value, i) => value !== photograph.data[i]).length;
  expect(touched).toBeLessThan(3 * 1.6 * ((32 * 30) / scale));
});

test('a face that hangs over the border is put back as far as it is seen', () => {
  const outside = { a: 0.5, b: 0, e: 60, f: 60 };
  const { data } = paste(
    photograph,
    picture(128, 128, () => 255),
    new Float32Array(128 * 128).fill(1),
    outside,
  );
  expect(data[0]).toBe(255);
  expect(data.at(-1)).toBe(photograph.data.at(-1));
});
