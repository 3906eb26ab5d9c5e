/** The release's folders of pairs: names, kinds, masks, and pairs that are none. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Rgb } from '../src/face.ts';
import { openSource, SourceConfig } from '../src/source.ts';
import { addTo, drawnFaces, folderWith, jpeg, meanDifference, moved, png } from './face-files.ts';

const drawn = await drawnFaces(2);
const [first, second] = drawn.map(({ image }) => image) as [Rgb, Rgb];
const BOX = { left: 40, top: 70, right: 90, bottom: 100 };

/** The picture with a box over it, in a colour far from its own. */
function boxed(image: Rgb): Rgb {
  const data = image.data.slice();
  for (let y = BOX.top; y < BOX.bottom; y++) {
    for (let i = 3 * (y * image.width + BOX.left); i < 3 * (y * image.width + BOX.right); i++) {
      data[i] = image.data[i]! > 127 ? 20 : 235;
    }
  }
  return { ...image, data };
}

/** 1 in the box and `margin` pixels around it. */
const boxMask = (margin: number): number[] =>
  Array.from({ length: 128 * 128 }, (_, i) => {
    const [x, y] = [i % 128, Math.floor(i / 128)];
    const across = x >= BOX.left - margin && x < BOX.right + margin;
    return across && y >= BOX.top - margin && y < BOX.bottom + margin ? 1 : 0;
  });

const files = async (): Promise<Record<string, Uint8Array | string>> => ({
  'complete/000001.png': await png(first),
  'complete/000002.png': await png(second),
  'contaminate/img_align_rand/000001.png': await png(boxed(first)),
  'contaminate/img_align_rand/000002.png': await png(boxed(second)),
  'contaminate/img_align_mask/MASK_000001.png': await png(boxed(first)),
  'contaminate/img_align_mask_sv/MASK_SV_000002.png': await png(boxed(second)),
  'contaminate/img_align_sun_glass/SG_000001.png': await png(boxed(first)),
});

const open = (root: string, options: object = {}) =>
  openSource(SourceConfig.parse({ kind: 'pairs', root, ...options }));

test('a face a pair, by name and kind', async () => {
  const source = await open(folderWith(await files()));
  expect(source).toMatchObject({
    composed: true,
    synthetic: false,
    size: { width: 128, height: 128 },
    notes: [],
  });
  expect(source.faces).toEqual([
    { key: '000001-blocks', identity: '000001', occluder: 'blocks' },
    { key: '000001-mask', identity: '000001', occluder: 'mask' },
    { key: '000001-sunglasses', identity: '000001', occluder: 'sunglasses' },
    { key: '000002-blocks', identity: '000002', occluder: 'blocks' },
    { key: '000002-cloth', identity: '000002', occluder: 'cloth' },
  ]);
});

test('the mask is the difference, grown by the margin; beyond it the pictures agree', async () => {
  const root = folderWith(await files());
  for (const margin of [0, 2]) {
    const { image, occlusion, occluder } = await (await open(root, { margin })).load(4);
    expect(occluder).toBe('cloth');
    expect(Buffer.compare(image.data, Buffer.from(second.data))).toBe(0);
    expect(Buffer.compare(occlusion!.occluded.data, Buffer.from(boxed(second).data))).toBe(0);
    expect([...occlusion!.mask]).toEqual(boxMask(margin));
  }
});

test('traces of JPEG are no occlusion', async () => {
  const root = folderWith({
    'complete/a.jpg': await jpeg(first),
    'contaminate/img_align_mask/MASK_a.jpg': await jpeg(boxed(first)),
  });
  const { image, occlusion } = await (await open(root)).load(0);
  const [inner, outer] = [boxMask(0), boxMask(8)];
  occlusion!.mask.forEach((value, i) => {
    if (inner[i] === 1) expect(value).toBe(1);
    if (outer[i] === 0) expect(value).toBe(0);
    if (value === 1) return;
    const pixel = (picture: Rgb): number[] => [...picture.data.subarray(3 * i, 3 * i + 3)];
    expect(pixel(occlusion!.occluded)).toEqual(pixel(image));
  });
  const strict = await (await open(root, { threshold: 0, margin: 0 })).load(0);
  const ones = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);
  expect(ones(strict.occlusion!.mask)).toBeGreaterThan(ones(occlusion!.mask));
});

test('lists give identities and sides, and choose', async () => {
  const root = folderWith({
    ...(await files()),
    'all.txt': '000002.png 77\n000001.png 5\n000003.png 5\n',
    'train.txt': '000001.png 5\n',
    'test.txt': '000002.png 77\n',
  });
  const all = await open(root, { list: 'all.txt' });
  expect(all.faces.map(({ identity }) => identity)).toEqual(['77', '77', '5', '5', '5']);
  expect(all.notes).toEqual([expect.stringMatching(/of 3 names 1 have no occluded picture/)]);
  const sides = await open(root, { list: { train: 'train.txt', test: 'test.txt' } });
  expect(sides.faces.map(({ split }) => split)).toEqual(['train', 'train', 'train', 'test', 'test']);
  expect((await open(root, { list: { test: 'test.txt' } })).faces.length).toBe(2);
  addTo(root, { 'test.txt': '000001.png 5\n', 'all.txt': '000001.png 5\n000002.png\n' });
  await expect(open(root, { list: { train: 'train.txt', test: 'test.txt' } })).rejects.toThrow(
    /test.txt: 000001.png/,
  );
  await expect(open(root, { list: 'all.txt' })).rejects.toThrow(/all.txt, line 2/);
});

test('pairs of another size are brought to the aligned one, both alike', async () => {
  const large = (image: Rgb): Rgb => moved(image, { a: 2, b: 0, e: 0.5, f: 0.5 }, 256, 256);
  const root = folderWith({
    'complete/a.png': await png(large(first)),
    'contaminate/img_align_rand/a.png': await png(large(boxed(first))),
  });
  const source = await open(root, { align: { size: 128 } });
  const { image, occlusion } = await source.load(0);
  expect(meanDifference(image, first)).toBeLessThan(2);
  expect(meanDifference(occlusion!.occluded, boxed(first))).toBeLessThan(2);
});

test('a pair that is none is set aside with the reason', async () => {
  const root = folderWith({
    ...(await files()),
    'contaminate/img_align_rand/000002.png': await png(second),
    'contaminate/img_align_mask/MASK_000001.png': await png(
      moved(first, { a: 1, b: 0, e: 0, f: 0 }, 100, 128),
    ),
    'contaminate/img_align_mask_sv/MASK_SV_000002.png': 'damaged',
    'contaminate/img_align_mask_sv/MASK_SV_9.png': await png(first),
    'list.txt': '000001.png 1\n000002.png 2\n9.png 9\n',
  });
  expect((await open(root)).notes).toEqual([expect.stringMatching(/1 occluded pictures have no clean one/)]);
  const source = await open(root, { list: 'list.txt' });
  const outcome = await Promise.all(
    source.faces.map(({ key }, i) =>
      source.load(i).then(
        () => key,
        ({ file, reason }) => `${file}: ${reason}`,
      ),
    ),
  );
  expect(outcome).toEqual([
    '000001-blocks',
    'contaminate/img_align_mask/MASK_000001.png: it is 100 x 128 where its clean picture is 128 x 128',
    '000001-sunglasses',
    'contaminate/img_align_rand/000002.png: nowhere does it differ by more than 12 from its clean picture',
    expect.stringMatching(/^contaminate\/img_align_mask_sv\/MASK_SV_000002.png: it is no picture/),
    'complete/9.png: it is missing',
  ]);
});

test('a folder without pairs says what was expected', async () => {
  const root = folderWith(await files());
  rmSync(join(root, 'contaminate'), { recursive: true });
  await expect(open(root)).rejects.toThrow(/contaminate\/img_align_mask\/MASK_NAME/);
  rmSync(join(root, 'complete'), { recursive: true });
  await expect(open(root)).rejects.toThrow(/complete: .*a folder of pictures was expected/);
});
