import { expect, test } from 'vitest';
import { drawSheet, type Layer } from '../src/drape/layer.ts';
import { lightOn } from '../src/drape/light.ts';
import { wearRoundNeck } from '../src/drape/neck.ts';
import { castShadow } from '../src/drape/shadow.ts';
import { skinTest } from '../src/drape/skin.ts';
import { drawStrap } from '../src/drape/strap.ts';
import { gridSheet, wear, wornBy } from '../src/drape/wear.ts';
import { Canvas } from '../src/draw/canvas.ts';
import type { Face } from '../src/face.ts';
import { stubFace } from './stub-faces.ts';

const SIZE = 24;
/** A slanting cloth of 15 x 14 pixels in the picture's plane. */
const cloth = gridSheet(4, 3, (u, v) => [0, u, v]);
const placed = Float32Array.from(
  [0, 1, 2].flatMap((j) => [0, 1, 2, 3].flatMap((i) => [2 + 5 * i + j, 3 + 7 * j, 0])),
);

const inside = (layer: Layer, visit: (x: number, y: number, at: number) => void): void => {
  for (let y = 4; y < 16; y++) {
    for (let x = 6; x < 15; x++) visit(x, y, (y - layer.top) * layer.stride + x - layer.left);
  }
};

test('a drawn sheet knows its place at every pixel that it covers, to half a pixel', () => {
  const layer = drawSheet(cloth, placed, SIZE, SIZE);
  inside(layer, (x, y, at) => {
    expect(layer.values[at]).toBe(1);
    expect(Math.abs(layer.v[at]! - (y - 3) / 14)).toBeLessThan(0.5 / 14);
    expect(Math.abs(layer.u[at]! - (x - 2 - (y - 3) / 7) / 15)).toBeLessThan(0.5 / 15);
    expect([layer.nx[at], layer.ny[at], layer.nz[at]]).toEqual([0, 0, 1]);
  });
  expect(layer.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(15 * 14, -1);
});

test('the inside of a sheet is seen where it is asked for alone', () => {
  const mirrored = placed.map((value, i) => (i % 3 === 0 ? SIZE - value : value));
  const covered = (sides: 'both' | 'outside'): number =>
    drawSheet(cloth, mirrored, SIZE, SIZE, sides).values.reduce((sum, value) => sum + value, 0);
  expect(covered('outside')).toBe(0);
  expect(covered('both')).toBeCloseTo(15 * 14, -1);
});

test('a shadow darkens what lies below and beside a thing, not what the thing hides', () => {
  const data = new Uint8Array(SIZE * SIZE * 3).fill(200);
  const canvas = new Canvas({ width: SIZE, height: SIZE, data });
  const layer = drawSheet(cloth, placed, SIZE, SIZE);
  const light = lightOn({ image: { width: SIZE, height: SIZE, data }, mesh: stubFace('p').mesh });
  castShadow(canvas, layer, light, { strength: 0.5, reach: 2 });
  const { occluded } = canvas.finish({});
  const red = (x: number, y: number): number => occluded.data[3 * (y * SIZE + x)]!;
  inside(layer, (x, y) => expect(red(x, y)).toBe(200));
  expect(red(12, 18)).toBeLessThan(190);
  expect(red(12, 1)).toBeGreaterThan(red(12, 18));
});

test('below the chin a thing round the neck tilts less than the head, before the mouth it goes with it', () => {
  const { mesh } = stubFace('p', { pose: { yaw: 0, pitch: 0, roll: 24 } });
  const worn = wornBy(mesh);
  // The pivot of the head, a point before the mouth, one on the breast.
  const points = Float32Array.from([0, -5, -8, 0, -6, 3, 0, -17, -8]);
  const [rigid, round] = [wear(points, worn, 0), wearRoundNeck(points, worn, 0)];
  expect([...round.slice(3, 6)]).toEqual([...rigid.slice(3, 6)]);
  const tilt = (p: Float32Array): number => Math.atan2(p[6]! - p[0]!, p[7]! - p[1]!) * (180 / Math.PI);
  expect(Math.abs(tilt(rigid))).toBeCloseTo(24, 0);
  expect(Math.abs(tilt(round))).toBeGreaterThan(3);
  expect(Math.abs(tilt(round))).toBeLessThan(12);
});

/** A face of even colour whose right half beyond `from` is hidden by hair. */
function behindHair(from: number): Face {
  const face = stubFace('p');
  const data = face.image.data.map((_, i) =>
    Math.floor(i / 3) % 128 >= from ? 30 : [210, 160, 130][i % 3]!,
  );
  return { ...face, image: { ...face.image, data } };
}

test('a band that hair hangs over is seen up to the hair', () => {
  const face = behindHair(86);
  const worn = wornBy(face.mesh);
  const points = Array.from({ length: 11 }, (_, i) => [4 + 0.3 * i, -3, 0.5 - 0.6 * i] as const);
  const drawn = (skin: boolean): number => {
    const canvas = new Canvas(face.image);
    const hair = skin && { skin: skinTest(face, 1) };
    drawStrap(canvas, worn, { points, radius: 0.15, colour: [240, 240, 240], ...hair }, lightOn(face));
    const { mask } = canvas.finish({});
    return mask.reduce((most, value, i) => (value === 1 ? Math.max(most, i % 128) : most), 0);
  };
  expect(drawn(false)).toBeGreaterThan(90);
  expect(drawn(true)).toBeLessThan(89);
  expect(drawn(true)).toBeGreaterThan(80);
});
