/** Where a source's landmarks come from: its own list, a file, or an assumption. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { templateIn } from '../align.ts';
import { UserError } from '../error.ts';
import type { Rgb } from '../face.ts';
import { type Landmarks, readLandmarkFile } from '../landmark-file.ts';
import { UnusableFace } from '../unusable.ts';
import type { FileSource } from './config.ts';
import type { PictureSource } from './picture-source.ts';

export interface LandmarkSource {
  /** Throws an `UnusableFace` where there are none of this picture. */
  of(file: string, image: Rgb): Landmarks;
  /** Of the file that they stand in, if they do. */
  readonly sha256: string;
}

/** Throws a `UserError` where there are none yet, or the file of them is not as it should be. */
export async function openLandmarks(
  { landmarks: where, root }: FileSource,
  { listed }: PictureSource,
): Promise<LandmarkSource> {
  if (where === 'detect') {
    throw new UserError(
      `data.source.landmarks: the faces in ${root} are not detected yet: name the file of their landmarks`,
      { exitCode: 2 },
    );
  }
  if (where === 'none')
    return { sha256: '', of: (_, { width, height }) => ({ five: templateIn(width, height) }) };
  if (listed) return { sha256: '', of: (file) => ({ five: listed(file) }) };
  const found = await readLandmarkFile(where);
  return {
    sha256: await sha256Of(where),
    of(file) {
      const landmarks = found.get(file) ?? { reason: `${where} has no line of it` };
      if ('reason' in landmarks) throw new UnusableFace(file, landmarks.reason);
      return landmarks;
    },
  };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
