/** Pictures as JPEG keeps them. */
import sharp from 'sharp';
import type { Rgb } from '../face.ts';

/** The picture after JPEG of a quality from 1 to 100, as sharp writes it, and back: the same by the same version of sharp. */
export async function throughJpeg({ width, height, data }: Rgb, quality: number): Promise<Rgb> {
  const stored = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { width, height, data: await sharp(stored).raw().toBuffer() };
}
