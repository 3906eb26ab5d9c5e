/** Pictures that another program has made of the occluded ones: a row of its own beside the networks'. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Method, madePictures, type TableSource } from '@fsg/eval';
import { UserError } from '@fsg/runs';
import { picturesByStem, readPicture } from './picture-folder.ts';

/** `name` becomes the row's key and label. */
export interface PictureFolder {
  readonly name: string;
  readonly folder: string;
}

export interface OpenPictures {
  readonly method: Method;
  /** The folder, with the hash over all pictures' names and bytes. */
  readonly source: TableSource;
}

const NAME = /^[a-z0-9][a-z0-9-]*$/;
/** Keys of rows that there are already. */
const TAKEN = [
  ...['clean', 'occluded', 'mean-face', 'inpainting', 'stage-one', 'network', 'composite', 'oracle'],
  ...['sampled', 'unet-network', 'unet-composite'],
];

/** Reads `NAME=FOLDER`. Throws a UserError where it is something else, or the name another row's. */
export function pictureFolder(text: string): PictureFolder {
  const [, name = '', folder = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  if (!NAME.test(name)) {
    throw new UserError(
      `--pictures ${text}: expected NAME=FOLDER, the name of small letters, digits and hyphens, such as lama=out/lama`,
      2,
    );
  }
  if (TAKEN.includes(name)) {
    throw new UserError(
      `--pictures ${text}: ${name} is the name of another row; choose one beside ${TAKEN.join(', ')}`,
      2,
    );
  }
  return { name, folder };
}

/** Throws a UserError where the folder holds no pictures; the method throws one at a sample whose picture is missing or of another size. */
export async function openPictures({ name, folder }: PictureFolder): Promise<OpenPictures> {
  const files = await picturesByStem(folder);
  const hash = createHash('sha256');
  for (const file of files.values()) {
    hash.update(`${file}\n`);
    hash.update(await readFile(join(folder, file)));
  }
  const method = madePictures(name, async ({ key, clean }) => {
    const file = files.get(key) ?? files.get(`${key}.occluded`);
    if (file === undefined) {
      throw new UserError(
        `${folder} has no picture of the sample ${key}; expected ${key}.png: one for each test image, named as it is`,
      );
    }
    const picture = await readPicture(join(folder, file));
    const [found, expected] = [picture, clean].map(({ width, height }) => `${width} x ${height}`);
    if (found === expected) return picture;
    throw new UserError(
      `${join(folder, file)} is ${found}, the test image ${expected}: give both in one size`,
    );
  });
  const source = { run: folder, what: 'pictures', checkpoint: null, sha256: hash.digest('hex') };
  return { method: { ...method, note: `${method.note}: ${folder}` }, source };
}
