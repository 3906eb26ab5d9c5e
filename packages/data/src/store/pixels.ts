/** Pictures as PNG and back, lossless, and their hashes. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Rgb } from '../face.ts';

/** Fast rather than small: a sample is three pictures. */
const PNG = { compressionLevel: 1, adaptiveFiltering: false } as const;

export const encodeRgb = ({ width, height, data }: Rgb): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png(PNG)
    .toBuffer();

/** One channel of 8 bits. */
export const encodeGrey = (values: Uint8Array, width: number, height: number): Promise<Buffer> =>
  sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png(PNG)
    .toBuffer();

/** Throws where the bytes are no complete picture. */
export async function decodeRgb(bytes: Uint8Array): Promise<Rgb> {
  const { data, info } = await sharp(bytes, { failOn: 'warning' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** One channel of 8 bits. */
export async function decodeGrey(bytes: Uint8Array): Promise<Uint8Array> {
  return await sharp(bytes, { failOn: 'warning' }).toColourspace('b-w').extractChannel(0).raw().toBuffer();
}

/** A mask as it is stored and hashed: 255 where it is 1. */
export const maskPixels = (mask: Uint8Array): Uint8Array => mask.map((value) => value * 255);

export const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
