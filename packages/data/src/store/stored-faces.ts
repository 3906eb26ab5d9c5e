/** The clean faces of a stored data set as a face source. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import type { FaceSource, Rgb } from '../face.ts';
import { type ManifestRow, readDataset } from './format.ts';
import { decodeRgb, sha256 } from './pixels.ts';

/**
 * Opens the folder; `load` reads one picture out of its shard and checks its hash. Throws a `UserError` that names
 * the file where something is missing or not what it was.
 */
export async function storedFaces(root: string): Promise<FaceSource> {
  const { info, rows } = await readDataset(root);
  const faces = rows.filter(({ key, face }) => key === face);
  return {
    name: info.source,
    synthetic: info.synthetic,
    faces,
    async load(index) {
      const row = faces[index];
      if (!row) throw new RangeError(`face ${index} of ${faces.length} in ${root}`);
      const { key, identity, landmarks, pose } = row;
      const image = await readClean(root, row);
      return { key, identity, image, landmarks: Float32Array.from(landmarks), ...(pose && { pose }) };
    },
  };
}

async function readClean(root: string, { key, files, sha256: hashes }: ManifestRow): Promise<Rgb> {
  const path = join(root, files.shard);
  const what = `${path}: ${key}.clean.png`;
  let image: Rgb;
  try {
    image = await decodeRgb(await readRange(path, files['clean.png']));
  } catch (error) {
    throw new UserError(`${what} is unreadable (${(error as Error).message}): make the data set anew`);
  }
  if (sha256(image.data) === hashes.clean) return image;
  throw new UserError(`${what} is not the picture that the manifest describes: make the data set anew`);
}

async function readRange(path: string, [offset, length]: readonly [number, number]): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    await file.read(bytes, 0, length, offset);
    return bytes;
  } finally {
    await file.close();
  }
}
