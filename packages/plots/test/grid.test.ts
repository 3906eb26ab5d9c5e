import { describe, expect, test } from 'vitest';
import { imageGrid } from '../src/grid.ts';
import type { Picture } from '../src/picture.ts';
import { decode, ink, locate } from './pictures.ts';

const SIZE = 128;

/** A picture that is found again by its pixels. */
function noise(seed: number): Picture {
  const data = Uint8Array.from(
    { length: 3 * SIZE * SIZE },
    (_, i) => Math.imul(i + 1, 2654435761 + seed) >>> 24,
  );
  return { width: SIZE, height: SIZE, data };
}

describe('imageGrid', () => {
  const rows = [1, 2].map((seed) => ({
    caption: [`row ${seed}`, 'glasses'],
    images: [noise(seed), noise(seed + 10)],
  }));
  const options = {
    title: 'Pictures',
    synthetic: false,
    columns: ['occluded', 'FSG-GAN, composite, long label'],
    rows,
  };

  test('pictures stand in rows and columns with their exact pixels', async () => {
    const grid = await decode(await imageGrid(options));
    const places = rows.map(({ images }) => images.map((image) => locate(grid, image)));
    expect(places.flat()).not.toContain(null);
    expect(places[0]?.[0]?.y).toBe(places[0]?.[1]?.y);
    expect(places[1]?.[1]?.x).toBe(places[0]?.[1]?.x);
    expect((places[0]?.[1]?.x as number) - (places[0]?.[0]?.x as number)).toBeGreaterThanOrEqual(SIZE);
    expect((places[1]?.[0]?.y as number) - (places[0]?.[0]?.y as number)).toBeGreaterThanOrEqual(SIZE);
  });

  test('headings, captions and the synthetic mark are drawn without fonts of the system', async () => {
    const grid = await decode(await imageGrid(options));
    const start = locate(grid, rows[0]?.images[0] as Picture) as { x: number; y: number };
    expect(ink(grid, start.x, 30, start.x + SIZE, start.y)).toBeGreaterThan(50);
    expect(ink(grid, 0, start.y, start.x, start.y + 30)).toBeGreaterThan(50);
    const corner = (image: Picture) => ink(image, image.width - 100, 0, image.width, 24);
    expect(corner(grid)).toBe(0);
    expect(corner(await decode(await imageGrid({ ...options, synthetic: true })))).toBeGreaterThan(50);
  });

  test('labels may hold any sign', async () => {
    const png = await imageGrid({ ...options, title: `<script>&"'\u0000\u0007 ü 顔` });
    expect((await decode(png)).width).toBeGreaterThan(2 * SIZE);
  });

  test('rows that do not fit are refused', async () => {
    await expect(imageGrid({ ...options, rows: [] })).rejects.toThrow('no pictures');
    await expect(imageGrid({ ...options, columns: ['one'] })).rejects.toThrow('2 pictures under 1 headings');
    const small = { width: 2, height: 2, data: new Uint8Array(12) };
    const mixed = [{ caption: [], images: [noise(1), small] }];
    await expect(imageGrid({ ...options, rows: mixed })).rejects.toThrow('2 x 2 in a grid of 128 x 128');
  });
});
