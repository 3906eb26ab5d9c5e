/** The data set's PNG files, against libvips. */
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodePng, encodeMaskPng, encodeRgbPng } from '../src/store/png.ts';
import { stubFace } from './stub-faces.ts';

const { image } = stubFace('png');
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

test('a picture is what libvips and we read, whatever its size', async () => {
  expect(
    same(
      await sharp(encodeRgbPng(image.data, 128, 128))
        .raw()
        .toBuffer(),
      image.data,
    ),
  ).toBe(true);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      (width, height, seed) => {
        const data = Uint8Array.from(
          { length: 3 * width * height },
          (_, i) => Math.imul(i + 1, seed | 1) >>> 24,
        );
        const again = decodePng(encodeRgbPng(data, width, height));
        expect([again.width, again.height, same(again.data, data)]).toEqual([width, height, true]);
      },
    ),
  );
});

test.each([1, 7, 8, 9, 128])('a mask %i wide is black and white', async (width) => {
  const mask = Uint8Array.from({ length: width * 11 }, (_, i) => (Math.imul(i, 2654435761) >>> 31) & 1);
  const bytes = encodeMaskPng(mask, width, 11);
  expect(same(decodePng(bytes).data, mask)).toBe(true);
  const grey = await sharp(bytes).toColourspace('b-w').raw().toBuffer();
  expect([...grey]).toEqual([...mask].map((value) => 255 * value));
});

test('what is cut short, damaged or another kind of PNG is refused', async () => {
  const bytes = encodeRgbPng(image.data, 128, 128);
  expect(() => decodePng(bytes.subarray(0, 9000))).toThrow('ends early');
  const damaged = bytes.slice();
  damaged[5000] = (damaged[5000] as number) ^ 1;
  expect(() => decodePng(damaged)).toThrow('its IDAT is damaged');
  const grey = await sharp(bytes).toColourspace('b-w').png().toBuffer();
  expect(() => decodePng(grey)).toThrow('neither RGB');
  expect(() => decodePng(new Uint8Array(100))).toThrow('not a PNG');
});
