import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import type { Face, Occlusion } from '../src/face.ts';
import { OccluderConfig, openOccluder } from '../src/occluders/kinds.ts';
import { random } from '../src/random.ts';
import { writeDisc, writeRgba } from './cutout-pictures.ts';
import { stubFace } from './stub-faces.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-cutouts-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (parameters: object = {}) =>
  openOccluder(OccluderConfig.parse({ kind: 'cutout', folder, ...parameters }));
const draw = async (parameters: object = {}, face: Face = stubFace('stub-0'), seed = 1): Promise<Occlusion> =>
  (await open(parameters)).occlude(face, random(seed));

/** The box of the pixels in the mask, and the colour in its middle. */
function drawn({ occluded: { data, width }, mask }: Occlusion) {
  const pixels = Array.from(mask.keys()).filter((i) => mask[i] === 1);
  const xs = pixels.map((i) => i % width);
  const ys = pixels.map((i) => Math.floor(i / width));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const middle = 3 * (Math.round(y) * width + Math.round(x));
  return { x, y, width: right - left + 1, height: bottom - top + 1, colour: data.slice(middle, middle + 3) };
}

/** Nothing but the cutout itself, upright. */
const BARE = { match: 0, shadow: 0, turn: [0, 0], at: 'anywhere' };

test('alpha, a mask beside the picture and one among the masks cut out the same', async () => {
  await writeDisc(join(folder, 'alpha.webp'), 60, 40);
  const alone = await draw(BARE);
  await rm(join(folder, 'alpha.webp'));
  const red = sharp({ create: { width: 60, height: 40, channels: 3, background: { r: 200, g: 40, b: 30 } } });
  await red.png().toFile(join(folder, 'thing.png'));
  await writeDisc(join(folder, 'disc.png'), 60, 40);
  const mask = await sharp(join(folder, 'disc.png')).extractChannel(3).png().toBuffer();
  await rm(join(folder, 'disc.png'));
  for (const path of ['thing_mask.png', join('masks', 'thing.png')]) {
    await mkdir(join(folder, 'masks'), { recursive: true });
    await writeFile(join(folder, path), mask);
    const { occluded, mask: covered, blend } = await draw(BARE);
    expect(covered).toEqual(alone.mask);
    expect(
      Math.max(...occluded.data.map((value, i) => Math.abs(value - alone.occluded.data[i]!))),
    ).toBeLessThan(3);
    expect(blend).toMatchObject({ picture: 'thing.png', at: 'anywhere' });
    await rm(join(folder, path));
  }
});

test('what went in is in the data’s record, each file with its SHA-256', async () => {
  await writeDisc(join(folder, 'b.png'), 20, 20);
  await sharp(join(folder, 'b.png')).removeAlpha().jpeg().toFile(join(folder, 'a.jpg'));
  await sharp(join(folder, 'b.png')).extractChannel(3).png().toFile(join(folder, 'a_mask.png'));
  await writeFile(join(folder, 'notes.txt'), 'no picture');
  const occluders = ['blocks', { kind: 'cutout', name: 'cups', folder }];
  const { inputs } = await openData(DataConfig.parse({ occluders }));
  const hash = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  expect(inputs).toEqual({
    'cups/a.jpg': await hash('a.jpg'),
    'cups/a_mask.png': await hash('a_mask.png'),
    'cups/b.png': await hash('b.png'),
  });
});

test('two folders need two names', () => {
  const cups = { kind: 'cutout', folder: 'cups' };
  const issues = (second: object) => DataConfig.safeParse({ occluders: [cups, second] }).error?.issues;
  expect(issues({ kind: 'cutout', folder: 'mugs' })?.[0]?.message).toContain('give cutouts names');
  expect(issues({ kind: 'cutout', folder: 'mugs', name: 'mugs' })).toBeUndefined();
});

test('it comes where it is asked for, as large and turned as asked for', async () => {
  await writeRgba(join(folder, 'bar.png'), 90, 30, () => [20, 90, 160, 255]);
  const face = stubFace('stub-0', { size: 32 });
  const p = (i: number) => ({ x: face.landmarks[2 * i]!, y: face.landmarks[2 * i + 1]! });
  const wide = p(16).x - p(0).x;
  const places = { mouth: p(66), eyes: { x: p(27).x, y: p(36).y }, chin: p(8) };
  for (const [at, { x, y }] of Object.entries(places)) {
    const bar = drawn(await draw({ ...BARE, at, scale: [0.6, 0.6] }, face));
    expect(Math.abs(bar.x - x)).toBeLessThan(5);
    expect(Math.abs(bar.y - y)).toBeLessThan(8);
    expect(Math.abs(bar.width / wide - 0.6)).toBeLessThan(0.06);
    expect(Math.abs(bar.width / bar.height - 3)).toBeLessThan(0.5);
  }
  const turned = drawn(await draw({ ...BARE, at: 'mouth', scale: [0.6, 0.6], turn: [90, 90] }, face));
  expect(Math.abs(turned.height / wide - 0.6)).toBeLessThan(0.06);
  const rolled = stubFace('stub-0', { size: 32, pose: { yaw: 0, pitch: 0, roll: 40 } });
  const leaning = drawn(await draw({ ...BARE, at: 'mouth', scale: [0.6, 0.6] }, rolled));
  expect(Math.abs(leaning.height / leaning.width - (3 * 0.643 + 0.766) / (3 * 0.766 + 0.643))).toBeLessThan(
    0.1,
  );
});

test('made smaller, a fine pattern becomes its mean', async () => {
  await writeRgba(join(folder, 'fine.png'), 250, 250, (x, y) => {
    const value = (x + y) % 2 === 0 ? 255 : 0;
    return [value, value, value, 255];
  });
  const { occluded, mask } = await draw({ ...BARE, scale: [0.5, 0.5] });
  const inside = (i: number) => [-384, -3, 3, 384].every((step) => mask[i + step] === 1);
  const values = Array.from(mask.keys())
    .filter(inside)
    .map((i) => occluded.data[3 * i]!);
  expect(values.length).toBeGreaterThan(300);
  for (const value of values) expect(Math.abs(value - 127.5)).toBeLessThan(4);
});

test('what is transparent lends its colour to nothing', async () => {
  await writeDisc(join(folder, 'disc.png'), 250, 180);
  const face = stubFace('stub-0');
  const { occluded, mask } = await draw({ ...BARE, scale: [0.7, 0.7] }, face);
  const bright = Array.from(mask.keys())
    .filter((i) => mask[i] === 1)
    .filter((i) => {
      const most = Math.max(40, face.image.data[3 * i + 1]!);
      return occluded.data[3 * i + 1]! > most + 1;
    });
  expect(bright).toEqual([]);
});

test('its light is the face’s, as far as asked for', async () => {
  await writeRgba(join(folder, 'grey.png'), 40, 40, () => [150, 150, 150, 255]);
  const face = stubFace('stub-0');
  const darker = (by: number): Face => ({
    ...face,
    image: { ...face.image, data: face.image.data.map((value) => value * by) },
  });
  const colour = async (match: number, by: number) =>
    drawn(await draw({ ...BARE, at: 'mouth', match }, darker(by))).colour[1]!;
  expect([await colour(0, 1), await colour(0, 0.4)]).toEqual([150, 150]);
  expect(await colour(1, 0.4)).toBeLessThan((await colour(1, 1)) - 10);
  expect(await colour(0.5, 0.4)).toBeLessThan((await colour(0.5, 1)) - 4);
});

test('a shadow darkens the face around it', async () => {
  await writeDisc(join(folder, 'disc.png'), 40, 40);
  const face = stubFace('stub-0');
  const bare = await draw({ ...BARE, at: 'cheek' }, face);
  const shadowed = await draw({ ...BARE, at: 'cheek', shadow: 0.6 }, face);
  const around = Array.from(bare.mask.keys()).filter((i) => bare.mask[i] === 0 && shadowed.mask[i] === 1);
  expect(around.length).toBeGreaterThan(50);
  for (const i of around) expect(shadowed.occluded.data[3 * i]!).toBeLessThanOrEqual(face.image.data[3 * i]!);
});

test.each<[string, (path: string) => Promise<unknown>, string]>([
  ['empty.txt', (path) => writeFile(path, ''), 'no picture'],
  ['cup.png', (path) => writeFile(path, 'not a picture'), 'cannot be read as a picture'],
  [
    'cup.jpg',
    (path) => sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).toFile(path),
    'cup_mask.png',
  ],
  ['cup.png', (path) => writeRgba(path, 9, 9, () => [9, 9, 9, 0]), 'transparent'],
])('%s of no use is named: %#', async (name, write, message) => {
  await write(join(folder, name));
  await expect(open()).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(message),
  });
  await expect(open()).rejects.toThrow(name === 'empty.txt' ? folder : join(folder, name));
});

test('a mask of another size is named with both sizes, and a folder that is none', async () => {
  await writeDisc(join(folder, 'cup.png'), 30, 20);
  await writeDisc(join(folder, 'cup_mask.png'), 20, 30);
  await expect(open()).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/cup_mask\.png: 20 x 30 where its picture cup\.png is 30 x 20/),
  });
  const nowhere = join(folder, 'nowhere');
  await expect(open({ folder: nowhere })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(nowhere),
  });
});
