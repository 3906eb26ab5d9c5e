/** Reads a folder of cutouts: pictures with alpha, or pictures with masks. */
import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import sharp from 'sharp';
import { type Pyramid, pyramidOf } from '../draw/pyramid.ts';
import { UserError } from '../error.ts';
import { sha256 } from '../store/pixels.ts';
import type { Files } from './kind.ts';

export interface Cutout {
  /** Of its file, in the folder. */
  readonly name: string;
  readonly picture: Pyramid;
}

export interface Cutouts extends Files {
  readonly cutouts: readonly Cutout[];
}

const PICTURES = ['.png', '.webp', '.jpg', '.jpeg'];
/** The longest side that is kept: more than a picture of a face shows of it. */
const MOST = 256;

/** In the order of their names; `occluder` goes before them in the inputs. Throws a `UserError` that names folder or file. */
export async function readCutouts(folder: string, occluder: string): Promise<Cutouts> {
  const names = await namesIn(folder);
  const inputs: Record<string, string> = {};
  const read = async (name: string): Promise<Buffer> => {
    const bytes = await readFile(join(folder, name));
    inputs[`${occluder}/${name}`] = sha256(bytes);
    return bytes;
  };
  const cutouts: Cutout[] = [];
  for (const name of [...names].filter((name) => isPicture(name, names)).sort()) {
    const mask = masksOf(name).find((name) => names.has(name));
    const picture = await decode(join(folder, name), await read(name));
    const cut = mask
      ? masked(picture, await decode(join(folder, mask), await read(mask)))
      : withAlpha(picture);
    cutouts.push({ name, picture: pyramidOf(...trimmed(cut), MOST) });
  }
  if (cutouts.length === 0)
    throw new UserError(`${folder}: no picture (${PICTURES.join(', ')}): ${EXPECTED}`);
  return { cutouts, inputs };
}

const EXPECTED = 'pictures with alpha, or with masks, were expected';

async function namesIn(folder: string): Promise<Set<string>> {
  const inside = (path: string) => readdir(path, { withFileTypes: true });
  try {
    const all = await inside(folder);
    const masks = all.some((entry) => entry.isDirectory() && entry.name === MASKS)
      ? await inside(join(folder, MASKS))
      : [];
    const files = (entries: typeof all) =>
      entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    return new Set([...files(all), ...files(masks).map((name) => `${MASKS}/${name}`)]);
  } catch (error) {
    throw new UserError(`${folder}: ${(error as Error).message}: a folder of cutouts was expected`);
  }
}

const MASKS = 'masks';

const masksOf = (name: string): string[] => [
  `${parse(name).name}_mask.png`,
  `${MASKS}/${parse(name).name}.png`,
];

/** Not so the mask of another. */
function isPicture(name: string, names: ReadonlySet<string>): boolean {
  const { dir, ext } = parse(name);
  if (dir !== '' || !PICTURES.includes(ext.toLowerCase())) return false;
  return ![...names].some(
    (other) => other !== name && parse(other).dir === '' && masksOf(other).includes(name),
  );
}

interface Picture {
  readonly path: string;
  readonly hasAlpha: boolean;
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8Array;
}

async function decode(path: string, bytes: Uint8Array): Promise<Picture> {
  try {
    const { hasAlpha } = await sharp(bytes).metadata();
    const { data, info } = await sharp(bytes, { failOn: 'warning' })
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { path, hasAlpha, width: info.width, height: info.height, data };
  } catch (error) {
    throw new UserError(
      `${path}: cannot be read as a picture (${(error as Error).message}): remove it, or replace it`,
    );
  }
}

function withAlpha(picture: Picture): Picture {
  if (picture.hasAlpha) return picture;
  const { name, base } = parse(picture.path);
  throw new UserError(
    `${picture.path}: has neither alpha nor a mask: give it one, ${name}_mask.png or ${MASKS}/${name}.png, or remove ${base}`,
  );
}

/** The picture with the mask's brightness as its alpha. */
function masked(picture: Picture, mask: Picture): Picture {
  if (mask.width !== picture.width || mask.height !== picture.height) {
    throw new UserError(
      `${mask.path}: ${mask.width} x ${mask.height} where its picture ${parse(picture.path).base} is ` +
        `${picture.width} x ${picture.height}: make them the same size`,
    );
  }
  const data = picture.data.slice();
  for (let i = 3; i < data.length; i += 4) data[i] = mask.data[i - 3] as number;
  return { ...picture, data };
}

/** What is not transparent: its width, height and RGBA. */
function trimmed({ path, width, height, data }: Picture): [width: number, height: number, data: Uint8Array] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[4 * (y * width + x) + 3] as number) < SEEN) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  }
  if (right === 0) throw new UserError(`${path}: all of it is transparent: cut out something, or remove it`);
  const [wide, high] = [right - left, bottom - top];
  const out = new Uint8Array(4 * wide * high);
  for (let y = 0; y < high; y++) {
    const from = 4 * ((top + y) * width + left);
    out.set(data.subarray(from, from + 4 * wide), 4 * y * wide);
  }
  return [wide, high, out];
}

/** Less alpha than this, of 255, shows nothing: as `LEAST_OPACITY` of the canvas. */
const SEEN = 8;
