/** The JPEG decoder against libvips, whose pixels it must give. */
import sharp, { type JpegOptions } from 'sharp';
import { expect, test } from 'vitest';
import { decodeJpeg } from '../src/jpeg.ts';
import { decodePicture } from '../src/picture.ts';
import { stubFace } from './stub-faces.ts';

const MOST = 50e6;
const { image } = stubFace('jpeg');
const photograph = sharp(image.data, { raw: { width: 128, height: 128, channels: 3 } }).resize(178, 219, {
  fit: 'fill',
});
const jpeg = (options: JpegOptions = {}): Promise<Buffer> => photograph.clone().jpeg(options).toBuffer();

test.each<JpegOptions>([
  { quality: 92 },
  { quality: 40 },
  { chromaSubsampling: '4:4:4' },
  { progressive: true },
  { mozjpeg: true },
  { quality: 100, optimiseCoding: false },
])('gives the pixels that libvips gives: %j', async (options) => {
  const bytes = await jpeg(options);
  const found = await decodeJpeg(bytes, MOST);
  expect([found?.width, found?.height]).toEqual([178, 219]);
  const expected = await sharp(bytes).raw().toBuffer();
  expect(Buffer.compare(Buffer.from(found?.data ?? []), expected)).toBe(0);
});

test('one picture after another, and one with a fault between them', async () => {
  const [large, small] = [await jpeg(), await photograph.clone().resize(50, 60).jpeg().toBuffer()];
  const first = await decodeJpeg(large, MOST);
  expect(await decodeJpeg(large.subarray(0, 2000), MOST)).toBeNull();
  expect((await decodeJpeg(small, MOST))?.width).toBe(50);
  expect((await decodeJpeg(large, MOST))?.data).toEqual(first?.data);
});

test.each([
  ['turned by EXIF', () => photograph.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['grey', () => photograph.clone().greyscale().toColourspace('b-w').jpeg().toBuffer()],
  ['of four colours', () => photograph.clone().toColourspace('cmyk').jpeg().toBuffer()],
  ['a PNG', () => photograph.clone().png().toBuffer()],
])('leaves to libvips what is %s', async (_what, make) => {
  const bytes = await make();
  expect(await decodeJpeg(bytes, MOST)).toBeNull();
  expect((await decodePicture(bytes, 'x')).data.length).toBe(178 * 219 * 3);
});

test('a header that claims more pixels than allowed is not followed', async () => {
  expect(await decodeJpeg(await jpeg(), 1000)).toBeNull();
});
