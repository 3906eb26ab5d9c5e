import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import type { Colour } from '../src/draw/canvas.ts';
import { EMBLEMS, emblem } from '../src/draw/emblem.ts';
import { type Pattern, WEAVES } from '../src/draw/pattern.ts';
import type { Pyramid } from '../src/draw/pyramid.ts';
import { OccluderConfig, openOccluder } from '../src/occluders/kinds.ts';
import { openTexture, printed } from '../src/occluders/texture.ts';
import { random } from '../src/random.ts';
import { encodeRgbPng } from '../src/store/png.ts';
import { stubFace } from './stub-faces.ts';

const COLOURS: readonly Colour[] = [
  [200, 200, 200],
  [40, 40, 40],
  [120, 120, 120],
  [80, 80, 80],
];

const colourAt = (pattern: Pattern, x: number, y: number, soft: number): number[] => {
  const out = new Float64Array(3);
  pattern(x, y, soft, out);
  return [...out];
};

/** Standard deviation of brightness over a piece of cloth. */
function spread(pattern: Pattern, soft: number): number {
  const values = Array.from(
    { length: 2500 },
    (_, i) => colourAt(pattern, (i % 50) * 0.37 - 9, Math.floor(i / 50) * 0.29 - 7, soft)[0] as number,
  );
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const WOVEN = Object.keys(WEAVES) as (keyof typeof WEAVES)[];

test.each(WOVEN)('%s keeps between its colours, and repeats itself for the same stream', (name) => {
  const pattern = WEAVES[name](COLOURS, random('weave', name));
  const again = WEAVES[name](COLOURS, random('weave', name));
  for (let i = 0; i < 400; i++) {
    const [x, y] = [(i % 20) * 0.71 - 7, Math.floor(i / 20) * 0.63 - 6];
    const colour = colourAt(pattern, x, y, 0.2);
    expect(colour).toEqual(colourAt(again, x, y, 0.2));
    for (const value of colour) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(232);
    }
  }
});

test.each(WOVEN.filter((name) => name !== 'plain'))(
  '%s is seen near by, and fades to its mean from afar',
  (name) => {
    const pattern = WEAVES[name](COLOURS, random('weave', name));
    const near = spread(pattern, 0.05);
    expect(near).toBeGreaterThan(15);
    expect(spread(pattern, 20)).toBeLessThan(0.5 * near);
  },
);

test.each(EMBLEMS)('the emblem %s stays in its place and fills a part of it', (name) => {
  const ground: Pattern = (_x, _y, _soft, out) => out.fill(0);
  const sign = emblem(ground, name, [250, 250, 250], { x: 3, y: 5, radius: 1.5 });
  let filled = 0;
  for (let i = 0; i < 10_000; i++) {
    const [x, y] = [((i % 100) - 50) * 0.05 + 3, (Math.floor(i / 100) - 50) * 0.05 + 5];
    const [value] = colourAt(sign, x, y, 0.02) as [number];
    if (value > 125) filled++;
    if (Math.hypot(x - 3, y - 5) > 1.5 * 1.5) expect(value).toBe(0);
  }
  const share = (filled * 0.05 * 0.05) / (Math.PI * 1.5 * 1.5);
  expect(share).toBeGreaterThan(0.12);
  expect(share).toBeLessThan(0.8);
});

let folder: string;
let halves: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-texture-'));
  halves = join(folder, 'halves.png');
  // Red on the left, blue on the right.
  const data = Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) =>
    i % 3 === (Math.floor(i / 3) % 16 < 8 ? 0 : 2) ? 240 : 20,
  );
  await writeFile(halves, encodeRgbPng(data, 16, 8));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** 16 cm wide. */
async function printOf(texture: string): Promise<Pattern> {
  const { picture } = await openTexture({ kind: 'cloth', texture });
  return printed(picture as Pyramid, 16);
}

test("a print is the picture's pixels near by, their mean from afar, and repeats", async () => {
  const print = await printOf(halves);
  expect(colourAt(print, -4.5, 3.5, 0.1)).toEqual([240, 20, 20]);
  expect(colourAt(print, 4.5, 3.5, 0.1)).toEqual([20, 20, 240]);
  expect(colourAt(print, 4.5 - 32, 3.5 + 8, 0.1)).toEqual([20, 20, 240]);
  expect(colourAt(print, 0, 4, 0.1)).toEqual([130, 20, 130]);
  const fine = join(folder, 'fine.png');
  const columns = Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 250 : 50));
  await writeFile(fine, encodeRgbPng(columns, 16, 8));
  const striped = await printOf(fine);
  expect([0.5, 1.5].map((x) => colourAt(striped, x, 3.5, 0.5)[0])).toEqual([250, 50]);
  expect([0.5, 1.5, 3.1].map((x) => colourAt(striped, x, 3.5, 2)[0])).toEqual([150, 150, 150]);
});

describe.each(['cloth', 'scarf'])('%s with a texture', (kind) => {
  test("shows the user's picture the right way round", async () => {
    const occluder = await openOccluder(OccluderConfig.parse({ kind, texture: halves, area: 0.45 }));
    const face = stubFace('p', { pose: { yaw: 0, pitch: 0, roll: 0 } });
    const { occluded, blend } = occluder.occlude(face, random('texture', kind));
    expect(blend).toMatchObject({ pattern: 'texture' });
    const sha256 = createHash('sha256')
      .update(await readFile(halves))
      .digest('hex');
    expect(occluder.inputs).toEqual({ [`${kind}/halves.png`]: sha256 });
    let [left, right] = [0, 0];
    for (let y = 80; y < 90; y++) {
      for (let x = 0; x < 8; x++) {
        const at = (column: number): number => 3 * (y * 128 + column);
        const redder = (i: number): number => occluded.data[i]! - occluded.data[i + 2]!;
        left += redder(at(54 - x));
        right += redder(at(74 + x));
      }
    }
    expect(left / 80).toBeGreaterThan(60);
    expect(right / 80).toBeLessThan(-60);
  });

  test('a file that is none, or no picture, is named', async () => {
    const open = (texture: string) => openData(DataConfig.parse({ occluders: [{ kind, texture }] }));
    const [none, text] = [join(folder, 'none.png'), join(folder, 'text.png')];
    await writeFile(text, 'not a picture');
    await expect(open(none)).rejects.toThrow(
      `${kind}: texture ${none}: no such file: name a PNG, JPEG or WebP picture`,
    );
    await expect(open(text)).rejects.toThrow(
      `${kind}: texture ${text}: not a picture: name a PNG, JPEG or WebP picture`,
    );
  });
});
