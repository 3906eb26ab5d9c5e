/** A folder of pictures that belong to others by their names. */
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { decodePicture, PICTURE_NAME, type Rgb } from '@fsg/data';
import { errorCode, fileProblem, UserError } from '@fsg/runs';

/** File names by what stands before the ending. Throws a UserError where there are none, or two of one stem. */
export async function picturesByStem(path: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') {
      throw new UserError(`${path}: there is no such folder; a folder of pictures was expected`);
    }
    throw fileProblem(error, `cannot read ${path}`);
  });
  const names = new Map<string, string>();
  for (const name of entries.filter((entry) => PICTURE_NAME.test(entry) && !entry.startsWith('.')).sort()) {
    const stem = name.slice(0, -extname(name).length);
    const other = names.get(stem);
    if (other) throw new UserError(`${path}: ${other} and ${name} have the same name; keep one of them`);
    names.set(stem, name);
  }
  if (names.size === 0) throw new UserError(`${path}: the folder holds no pictures`);
  return names;
}

/** Throws a UserError that names the file where it is no picture. */
export async function readPicture(file: string): Promise<Rgb> {
  try {
    return await decodePicture(await readFile(file), file);
  } catch (error) {
    if (error instanceof Error && error.name === 'UnusableFace') throw new UserError(error.message);
    throw fileProblem(error, `cannot read ${file}`);
  }
}
