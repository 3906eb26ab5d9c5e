/** Pixels as they are hashed, and pictures as libvips reads them: another reader than the data set's own writer. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Rgb } from '../face.ts';

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
export const decodeGrey = (bytes: Uint8Array): Promise<Uint8Array> =>
  sharp(bytes, { failOn: 'warning' }).toColourspace('b-w').extractChannel(0).raw().toBuffer();

/** A mask as it is stored and hashed: 255 where it is 1. */
export function maskPixels(mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i++) out[i] = -(mask[i] as number);
  return out;
}

export const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
