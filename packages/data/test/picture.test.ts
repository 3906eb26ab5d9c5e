/** Pictures of every kind against the pixels they were made of, and what is refused. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Rgb } from '../src/face.ts';
import { decodePicture } from '../src/picture.ts';
import { UnusableFace } from '../src/unusable.ts';
import { jpeg, png } from './face-files.ts';

/** Red, green, blue and dark quarters, the red one in the upper left; wider than high. */
const QUARTERS = [
  [200, 60, 40],
  [50, 180, 60],
  [40, 70, 190],
  [30, 30, 30],
] as const;
const image: Rgb = quarters(40, 24, ([r, g, b]) => [r, g, b]);

function quarters(width: number, height: number, colour: (of: (typeof QUARTERS)[number]) => number[]): Rgb {
  const data = Array.from({ length: width * height }, (_, i) =>
    colour(QUARTERS[(i % width < width / 2 ? 0 : 1) + (i < (width * height) / 2 ? 0 : 2)]!),
  );
  return { width, height, data: Uint8Array.from(data.flat()) };
}

/** The colours in the middle of the upper left, upper right, lower left and lower right quarter. */
const coloursOf = ({ width, height, data }: Rgb): number[][] =>
  [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at = 3 * (Math.floor(y * height) * width + Math.floor(x * width));
      return [...data.subarray(at, at + 3)];
    }),
  );

const raw = (picture: Rgb) =>
  sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } });
const bytesOf = async (picture: Rgb): Promise<Buffer> => Buffer.from(await png(picture));

async function colours(bytes: Uint8Array): Promise<number[][]> {
  const decoded = await decodePicture(bytes, 'a.jpg');
  expect(decoded.data.length).toBe(decoded.width * decoded.height * 3);
  return coloursOf(decoded);
}

function expectNear(found: number[][], expected: readonly (readonly number[])[], most: number): void {
  found.flat().forEach((value, i) => {
    expect(Math.abs(value - expected.flat()[i]!)).toBeLessThanOrEqual(most);
  });
}

describe('every kind of picture is upright RGB of 8 bits', () => {
  test.each([
    ['PNG', () => raw(image).png(), 0],
    ['JPEG', () => raw(image).jpeg({ quality: 95 }), 4],
    ['WebP', () => raw(image).webp({ lossless: true }), 0],
    ['AVIF', () => raw(image).avif({ quality: 90 }), 8],
    ['TIFF', () => raw(image).tiff({ compression: 'none' }), 0],
    ['GIF', () => raw(image).gif(), 4],
    ['a palette', () => raw(image).png({ palette: true }), 4],
    ['16 bits', () => raw(image).toColourspace('rgb16').png(), 1],
    ['TIFF of 16 bits', () => raw(image).toColourspace('rgb16').tiff({ compression: 'none' }), 1],
    // Inks reach fewer colours.
    ['CMYK', () => raw(image).toColourspace('cmyk').jpeg({ quality: 95 }), 60],
    ['a wide gamut', () => raw(image).withIccProfile('p3').png(), 4],
  ])('%s', async (_, make, most) => {
    expectNear(await colours(await make().toBuffer()), QUARTERS, most);
  });

  test('grey of 8 and 16 bits', async () => {
    const grey = quarters(20, 20, ([r]) => [r, r, r]);
    const expected = QUARTERS.map(([r]) => [r, r, r]);
    for (const space of ['b-w', 'grey16'] as const) {
      const bytes = await raw(grey).toColourspace(space).png().toBuffer();
      expect((await sharp(bytes).metadata()).channels).toBe(1);
      expectNear(await colours(bytes), expected, 1);
    }
  });

  test('what is transparent lies over grey', async () => {
    const alpha = quarters(20, 20, (of) => [...of, of === QUARTERS[1] ? 0 : of === QUARTERS[2] ? 128 : 255]);
    const bytes = await sharp(alpha.data, { raw: { width: 20, height: 20, channels: 4 } })
      .png()
      .toBuffer();
    const half = QUARTERS[2].map((value) => (value + 128) / 2);
    expectNear(await colours(bytes), [QUARTERS[0], [128, 128, 128], half, QUARTERS[3]], 1);
  });

  test('of an animation the first picture', async () => {
    const second = quarters(40, 24, () => [255, 255, 255]);
    const frames = sharp([await bytesOf(image), await bytesOf(second)], { join: { animated: true } });
    const bytes = await frames.webp({ lossless: true }).toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    expect(await colours(bytes)).toEqual(QUARTERS);
  });

  /** Which quarters of the file stand in the upper left, upper right, lower left and lower right as EXIF defines it. */
  test.each([
    [1, [0, 1, 2, 3]],
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ])('EXIF orientation %d', async (orientation, order) => {
    const bytes = await raw(image).withMetadata({ orientation }).png().toBuffer();
    const decoded = await decodePicture(bytes, 'a.png');
    expect([decoded.width, decoded.height]).toEqual(orientation > 4 ? [24, 40] : [40, 24]);
    expect(coloursOf(decoded)).toEqual(order.map((quarter) => [...QUARTERS[quarter]!]));
  });
});

/** A JPEG whose header claims so many pixels. */
async function claiming(width: number, height: number): Promise<Buffer> {
  const bytes = Buffer.from(await jpeg(image));
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

describe('refused, with the reason', () => {
  const cut = async (share: number): Promise<Buffer> => {
    const bytes = Buffer.from(await jpeg(image));
    return bytes.subarray(0, Math.floor(share * bytes.length));
  };
  test.each([
    ['empty', async () => Buffer.alloc(0), /it is empty, 0 bytes/],
    [
      'text',
      async () => Buffer.from('This is no picture.'),
      /it is no picture that can be read: .*unsupported/,
    ],
    ['zeros', async () => Buffer.alloc(5000), /it is no picture that can be read/],
    ['a BMP', async () => Buffer.from(`424d${'00'.repeat(60)}`, 'hex'), /it is no picture that can be read/],
    [
      'an SVG',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /it is svg, not/,
    ],
    ['a JPEG cut in its header', () => cut(0.3), /it is no picture that can be read/],
    ['a JPEG cut near its end', () => cut(0.97), /it is damaged: .*premature end/],
    ['a PNG cut', async () => (await bytesOf(image)).subarray(0, 90), /it is (damaged|no picture)/],
    [
      'a header of 65500 x 65500',
      () => claiming(65_500, 65_500),
      /it is 65500 x 65500; 50 megapixels at most/,
    ],
    ['a header of 7100 x 7100', () => claiming(7100, 7100), /it is 7100 x 7100; 50 megapixels at most/],
    ['a header of more pixels than follow', () => claiming(7000, 7000), /it is damaged/],
  ])('%s', async (_, make, reason) => {
    const refused = decodePicture(await make(), 'a/b.jpg');
    await expect(refused).rejects.toBeInstanceOf(UnusableFace);
    await expect(refused).rejects.toMatchObject({ file: 'a/b.jpg', reason: expect.stringMatching(reason) });
    await expect(refused).rejects.toMatchObject({ reason: expect.not.stringContaining('\n') });
  });

  test('flipped bits: a picture of the same size, or refused, and nothing worse', async () => {
    const whole = Buffer.from(await jpeg(image));
    let refused = 0;
    for (let i = 0; i < whole.length; i += 3) {
      const bytes = Buffer.from(whole);
      bytes[i]! ^= 1 << (i % 8);
      const decoded = await decodePicture(bytes, 'a.jpg').catch((error: unknown) => {
        expect(error).toBeInstanceOf(UnusableFace);
        refused++;
      });
      if (decoded) expect(decoded.data.length).toBe(decoded.width * decoded.height * 3);
    }
    expect(refused).toBeGreaterThan(10);
  });
});
