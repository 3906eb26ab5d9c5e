/** For tests of what is drawn, here and in the packages that draw. */
import sharp from 'sharp';
import type { Picture } from '../src/picture.ts';

/** The pixels of a PNG. */
export async function decode(png: Buffer): Promise<Picture> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Top left corner of the only place where `part` stands in `whole`, or null. */
export function locate(whole: Picture, part: Picture): { x: number; y: number } | null {
  const line = (y: number) => Buffer.from(part.data.subarray(3 * y * part.width, 3 * (y + 1) * part.width));
  const bytes = Buffer.from(whole.data);
  for (let at = bytes.indexOf(line(0)); at >= 0; at = bytes.indexOf(line(0), at + 1)) {
    if (at % 3 !== 0) continue;
    const [x, y] = [(at / 3) % whole.width, Math.floor(at / 3 / whole.width)];
    const same = Array.from({ length: part.height }, (_, k) => k).every((k) => {
      const start = 3 * ((y + k) * whole.width + x);
      return bytes.subarray(start, start + 3 * part.width).equals(line(k));
    });
    if (same) return { x, y };
  }
  return null;
}

/** Pixels of a box that are not white. */
export function ink(
  { width, data }: Picture,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number {
  let count = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if ((data[3 * (y * width + x)] as number) < 200) count++;
  return count;
}
