import { decode, ink, locate } from '@fsg/plots/testing';
import { expect, test } from 'vitest';
import { DataConfig, type OpenData, openOccluders } from '../src/config.ts';
import type { FaceSource, Rgb } from '../src/face.ts';
import { Hull } from '../src/hull.ts';
import { meshPicture } from '../src/preview/mesh-picture.ts';
import { preview } from '../src/preview/preview.ts';
import { occludedBy } from '../src/sample.ts';
import { UnusableFace } from '../src/unusable.ts';
import { stubFace, stubSource } from './stub-faces.ts';

async function dataOf(source: FaceSource, occluders = ['blocks', 'sunglasses']): Promise<OpenData> {
  const config = DataConfig.parse({ occluders });
  return { config, source, occluders: await openOccluders(config), inputs: {}, split: () => 'train' };
}

const twice = ({ width, height, data }: Rgb): Rgb => {
  const at = (x: number, y: number, c: number) => data[3 * ((y >> 1) * width + (x >> 1)) + c] as number;
  const [w, h] = [2 * width, 2 * height];
  return {
    width: w,
    height: h,
    data: Uint8Array.from({ length: 3 * w * h }, (_, i) =>
      at(Math.floor(i / 3) % w, Math.floor(i / 3 / w), i % 3),
    ),
  };
};

test('a row a kind, of different people: clean, occluded, mask and mesh beside each other', async () => {
  const data = await dataOf(stubSource(6, 2));
  const { png, kinds } = await preview(data, 2);
  expect(kinds).toEqual({ blocks: ['p0-0', 'p1-0'], sunglasses: ['p3-0', 'p4-0'] });
  const sheet = await decode(png);
  const face = await data.source.load(data.source.faces.findIndex(({ key }) => key === 'p3-0'));
  const { occluded, mask } = await occludedBy(data.occluders[1]!.occluder, face, 0, data.config);
  const white = { ...occluded, data: occluded.data.map((_, i) => 255 * mask[Math.floor(i / 3)]!) };
  const parts = [face.image, occluded, white].map(twice);
  const drawn = [...parts, meshPicture(parts[0]!, face.mesh, 2)].map((part) => locate(sheet, part));
  expect(drawn).not.toContain(null);
  expect(new Set(drawn.map((place) => place?.y)).size).toBe(1);
  const xs = drawn.map((place) => place?.x as number);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
});

test('pairs are shown as they are; a kind with one person leaves the rest of its row free', async () => {
  const source = stubSource(3, 1);
  const faces = source.faces.map((ref, i) => ({ ...ref, occluder: i === 2 ? 'hand' : 'cup' }));
  const load = async (index: number) => {
    const face = await source.load(index);
    const occluded = { ...face.image, data: face.image.data.map((value) => 255 - value) };
    return { ...face, ...faces[index]!, occlusion: { occluded, mask: new Uint8Array(128 * 128).fill(1) } };
  };
  const { png, kinds } = await preview(await dataOf({ ...source, composed: true, faces, load }), 3);
  expect(kinds).toEqual({ cup: ['p0-0', 'p1-0'], hand: ['p2-0'] });
  const sheet = await decode(png);
  const { occlusion } = await load(2);
  const place = locate(sheet, twice(occlusion.occluded))!;
  expect(place).not.toBeNull();
  const beside = sheet.width / 2 + 60;
  expect(ink(sheet, beside, place.y, sheet.width, place.y + 256)).toBe(0);
});

test('a face of no use is passed over', async () => {
  const source = stubSource(3, 1);
  const load = (index: number) =>
    index === 0 ? Promise.reject(new UnusableFace('p0.jpg', 'no face found')) : source.load(index);
  expect((await preview(await dataOf({ ...source, load }, ['blocks']), 2)).kinds).toEqual({
    blocks: ['p1-0', 'p2-0'],
  });
});

test('synthetic people are said to be such', async () => {
  const corner = async (synthetic: boolean) => {
    const sheet = await decode(
      (await preview(await dataOf({ ...stubSource(2, 1), synthetic }, ['blocks']), 1)).png,
    );
    return ink(sheet, sheet.width - 110, 0, sheet.width, 24);
  };
  expect(await corner(false)).toBe(0);
  expect(await corner(true)).toBeGreaterThan(50);
});

test('the mesh is drawn where the face is, and only what of it faces the viewer', () => {
  const bright = (yaw: number) => {
    const face = stubFace('mesh', { size: 40, pose: { yaw, pitch: 0, roll: 0 } });
    const black = { ...face.image, data: new Uint8Array(face.image.data.length) };
    const drawn = meshPicture(black, face.mesh, 1);
    const lines = Uint8Array.from({ length: 128 * 128 }, (_, p) => (drawn.data[3 * p]! > 60 ? 1 : 0));
    const total = lines.reduce((sum, value) => sum + value, 0);
    const hull = new Hull(face);
    return { total, inside: (hull.share(lines) * hull.pixels) / total };
  };
  const front = bright(0);
  expect(front.total).toBeGreaterThan(1000);
  expect(front.inside).toBeGreaterThan(0.6);
  expect(bright(180).total).toBeLessThan(0.2 * front.total);
});
