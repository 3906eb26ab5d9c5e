import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGallery, embedPicture, type GalleryOptions, type Picture } from '../src/index.ts';
import { CANARY, plain } from './fake-runs.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsg-gallery-'));
});
afterAll(() => rm(root, { recursive: true }));

/** Noise: no codec keeps its pixels by chance. */
const noise = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24),
});

const decoded = async ({ source }: Picture) => {
  const [head, code] = source.split(',') as [string, string];
  expect(head).toBe('data:image/webp;base64');
  return sharp(Buffer.from(code, 'base64')).raw().toBuffer({ resolveWithObject: true });
};

describe('embedPicture', () => {
  test('a small picture keeps every pixel, given as pixels, as bytes or as a file', async () => {
    const picture = noise(128, 96);
    const png = await sharp(picture.data, { raw: { width: 128, height: 96, channels: 3 } })
      .png()
      .toBuffer();
    const file = join(root, 'picture.png');
    await sharp(png).toFile(file);
    for (const given of [picture, png, file]) {
      const embedded = await embedPicture(given, 1000);
      expect([embedded.width, embedded.height]).toEqual([128, 96]);
      expect(Uint8Array.from((await decoded(embedded)).data)).toEqual(picture.data);
    }
  });

  test('a large one is scaled to the side that is asked for, in proportion, and takes less', async () => {
    const tall = await embedPicture(await plain([10, 200, 90], 1500, 3000), 1000);
    expect([tall.width, tall.height]).toEqual([500, 1000]);
    const { data, info } = await decoded(tall);
    expect([info.width, info.height]).toEqual([500, 1000]);
    [10, 200, 90].forEach((value, c) => {
      expect(Math.abs((data[c] as number) - value)).toBeLessThan(6);
    });
    const detailed = noise(1000, 1000);
    expect((await embedPicture(detailed)).source.length).toBeLessThan(detailed.data.length / 2);
  });

  test('what is no picture is refused', async () => {
    await expect(embedPicture(Buffer.from('no picture'))).rejects.toThrow(/unsupported/);
  });
});

describe('buildGallery', () => {
  const picture = { source: 'data:image/webp;base64,', width: 128, height: 128 };
  const options = (more: Partial<GalleryOptions> = {}): GalleryOptions => ({
    title: 'Test faces',
    intro: 'Best and worst.',
    synthetic: true,
    columns: ['occluded', 'restored', 'clean'],
    before: 'occluded',
    after: 'restored',
    cases: [
      {
        name: 'a',
        tag: 'best',
        kind: 'hand',
        caption: ['hole PSNR 21.3 dB'],
        pictures: [picture, picture, picture],
      },
      { name: 'b', tag: 'worst', kind: 'hand', caption: [], pictures: [picture, picture, picture] },
    ],
    now: Date.UTC(2026, 1, 1),
    out: join(root, 'gallery.html'),
    ...more,
  });
  const build = async (more: Partial<GalleryOptions> = {}): Promise<string> => {
    const { path, bytes } = await buildGallery(options(more));
    const text = await readFile(path, 'utf8');
    expect(Buffer.byteLength(text)).toBe(bytes);
    return text;
  };

  test('shows each case with its figures and pictures, and notes', async () => {
    const text = await build({ notes: ['3 photographs were left out'] });
    expect(text.match(/<article class="case"/g)).toHaveLength(2);
    expect(text.match(/<img src="data:/g)).toHaveLength(6);
    for (const part of [
      'hole PSNR 21.3 dB',
      'alt="a: occluded"',
      '3 photographs were left out',
      'Synthetic data',
    ]) {
      expect(text).toContain(part);
    }
    expect(await build({ synthetic: false })).not.toContain('Synthetic data');
  });

  test('there is a choice only where there is something to choose', async () => {
    const three = await build();
    expect([...three.matchAll(/<select id="(\w+)"/g)].map(([, id]) => id)).toEqual([
      'before',
      'after',
      'tag',
    ]);
    const two = await build({
      columns: ['before', 'restored'],
      before: 'before',
      after: 'restored',
      cases: [{ name: 'photo.jpg', caption: [], pictures: [picture, picture] }],
    });
    expect(two).not.toContain('<select');
    expect(two).not.toContain('id="controls"');
  });

  test('holds no address but data: and no text that becomes markup', async () => {
    const text = await build({
      title: CANARY,
      intro: CANARY,
      columns: ['occluded', CANARY],
      after: CANARY,
      cases: [{ name: CANARY, tag: CANARY, kind: CANARY, caption: [CANARY], pictures: [picture, picture] }],
      notes: [CANARY],
    });
    expect(text).not.toContain('<img src=x');
    expect(text.match(/<script/g)).toHaveLength(1);
    for (const [, address] of text.matchAll(/ (?:src|href)="([^"]*)"/g))
      expect(address).toMatch(/^data:image/);
    expect(text).toMatch(/default-src 'none'; img-src data:;/);
  });

  test('pictures that do not fit are refused', async () => {
    await expect(build({ columns: ['a', 'a'] })).rejects.toThrow('columns of one name: a, a');
    await expect(build({ after: 'mean face' })).rejects.toThrow('no column mean face among occluded');
    const one = (pictures: Picture[]) => ({ cases: [{ name: 'a', caption: [], pictures }] });
    await expect(build(one([picture]))).rejects.toThrow('a has 1 pictures for 3 columns');
    const wide = { ...picture, width: 256 };
    await expect(build(one([picture, wide, picture]))).rejects.toThrow(
      'differ in size: 128 x 128, 256 x 128',
    );
    await expect(build({ out: join(root, 'gallery.html', 'below') })).rejects.toThrow('cannot write');
  });
});
