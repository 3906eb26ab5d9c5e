/** A picture of the user's as a print on cloth, at any size. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../error.ts';
import type { Rgb } from '../face.ts';
import { decodeRgb, sha256 } from '../store/pixels.ts';
import type { Pattern } from './pattern.ts';

/** The picture in halves of its size, each the means over 2 x 2 pixels of the one before, the last of one row or column. */
export type Picture = readonly Rgb[];

/** A print that a recipe names, with the hash of its file; none where it names none. */
export interface Texture {
  readonly inputs: Readonly<Record<string, string>>;
  readonly texture?: Picture;
}

/** Throws a `UserError` where the file cannot be read as a picture. */
export async function openTexture({
  texture: path,
}: {
  readonly texture?: string | undefined;
}): Promise<Texture> {
  if (path === undefined) return { inputs: {} };
  const { picture, hash } = await readPicture(path);
  const levels = [picture];
  for (let last = picture; Math.min(last.width, last.height) > 1; levels.push(last)) last = halved(last);
  return { inputs: { [path]: hash }, texture: levels };
}

async function readPicture(path: string): Promise<{ picture: Rgb; hash: string }> {
  try {
    const bytes = await readFile(path);
    return { picture: await decodeRgb(bytes), hash: sha256(bytes) };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'not a picture';
    throw new UserError(`occluder's texture ${path}: ${reason}; expected a PNG, JPEG or WebP file`, {
      exitCode: 2,
    });
  }
}

function halved({ width, height, data }: Rgb): Rgb {
  const [wide, high] = [Math.floor(width / 2), Math.floor(height / 2)];
  const out = new Uint8Array(wide * high * 3);
  for (let y = 0, to = 0; y < high; y++) {
    for (let i = 0; i < 3 * wide; i++, to++) {
      const at = 6 * y * width + 2 * i - (i % 3);
      const below = at + 3 * width;
      out[to] = Math.round((data[at]! + data[at + 3]! + data[below]! + data[below + 3]!) / 4);
    }
  }
  return { width: wide, height: high, data: out };
}

/** The picture `wide` cm wide with the middle of its upper edge at the origin, repeated in both directions. */
export function printed(levels: Picture, wide: number): Pattern {
  const full = levels[0]!;
  return (x, y, soft, out) => {
    // The level whose pixels are as wide as what is shown of them.
    let level = 0;
    for (let span = wide / full.width; level + 1 < levels.length && 2 * span <= soft; span *= 2) level++;
    const { width, height, data } = levels[level]!;
    const column = (x / wide + 0.5) * width - 0.5;
    const row = (y / wide) * (full.width / full.height) * height - 0.5;
    const [i, j] = [Math.floor(column), Math.floor(row)];
    const [s, t] = [column - i, row - j];
    const at = (k: number, l: number): number => 3 * (wrapped(l, height) * width + wrapped(k, width));
    const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i, j + 1), at(i + 1, j + 1)];
    for (let k = 0; k < 3; k++) {
      const upper = data[a + k]! + s * (data[b + k]! - data[a + k]!);
      const lower = data[c + k]! + s * (data[d + k]! - data[c + k]!);
      out[k] = upper + t * (lower - upper);
    }
  };
}

const wrapped = (at: number, size: number): number => ((at % size) + size) % size;
