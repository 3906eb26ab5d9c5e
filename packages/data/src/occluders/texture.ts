/** A picture of the user's that is printed on cloth. */
import { basename } from 'node:path';
import type { Pattern } from '../draw/pattern.ts';
import { type Pyramid, pyramidOf, readerAt } from '../draw/pyramid.ts';
import { UserError } from '../error.ts';
import type { Files } from './kind.ts';

/** What a kind with the parameter `texture` has read. */
export interface Textured extends Files {
  readonly picture?: Pyramid;
}

/** The longest side that is kept: more than a picture of a face shows of it. */
const MOST = 512;

/** Throws a `UserError` where the file cannot be read as a picture. Transparency is left out. */
export async function openTexture({
  kind,
  texture,
}: {
  readonly kind: string;
  readonly texture?: string | undefined;
}): Promise<Textured> {
  if (texture === undefined) return { inputs: {} };
  const { readFile } = await import('node:fs/promises');
  const { decodeRgb, sha256 } = await import('../store/pixels.ts');
  try {
    const bytes = await readFile(texture);
    const { width, height, data } = await decodeRgb(bytes);
    const opaque = new Uint8Array(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++) opaque.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    return {
      picture: pyramidOf(width, height, opaque, MOST),
      inputs: { [`${kind}/${basename(texture)}`]: sha256(bytes) },
    };
  } catch (error) {
    const found = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'not a picture';
    throw new UserError(`${kind}: texture ${texture}: ${found}: name a PNG, JPEG or WebP picture`, {
      exitCode: 2,
    });
  }
}

/** The picture `wide` cm wide with the middle of its upper edge at the origin, repeated in both directions. */
export function printed(picture: Pyramid, wide: number): Pattern {
  const { width, height } = picture.levels[0]!;
  const readers = picture.levels.map((_, k) => readerAt(picture, 2 ** k));
  const texel = new Float64Array(4);
  return (x, y, soft, out) => {
    let k = 0;
    for (let step = (soft / wide) * width; step >= 2 && k + 1 < readers.length; step /= 2) k++;
    const [column, row] = [x / wide + 0.5, (y / wide) * (width / height)];
    for (let c = 0; c < 4; c++) texel[c] = 0;
    readers[k]!.add(column - Math.floor(column), row - Math.floor(row), texel);
    // At its border the picture ends; what is seen of it there counts for all.
    for (let c = 0; c < 3; c++) out[c] = (texel[c]! * 255) / texel[3]!;
  };
}
