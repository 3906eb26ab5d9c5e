/** A stored data set as a face source: its pairs, or its clean faces. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import type { Face, FaceSource, Occlusion } from '../face.ts';
import { fromSixteenths } from '../mesh/mesh.ts';
import { type ManifestRow, type Member, parse, readDataset, SampleJson } from './format.ts';
import { decodeGrey, decodeRgb, sha256 } from './pixels.ts';

export interface StoredFacesOptions {
  /** The data set's folder. */
  readonly root: string;
  readonly occlusions: 'stored' | 'new';
}

/**
 * Opens the folder; `load` reads out of the shards and checks the hashes. Throws a `UserError` that names the file where
 * something is missing or not what it was.
 */
export async function storedFaces({ root, occlusions }: StoredFacesOptions): Promise<FaceSource> {
  const { info, rows } = await readDataset(root);
  const composed = occlusions === 'stored';
  const faces = composed ? rows : rows.filter(({ key, face }) => key === face);
  return {
    name: info.source,
    synthetic: info.synthetic,
    size: { width: info.width, height: info.height },
    composed,
    fingerprint: info.contentHash,
    faces: faces.map(({ key, identity, split, occluder }) => ({
      key,
      identity,
      split,
      ...(composed && { occluder }),
    })),
    async load(index) {
      const row = faces[index];
      if (!row) throw new RangeError(`face ${index} of ${faces.length} in ${root}`);
      return loadRow(root, row, composed);
    },
  };
}

async function loadRow(root: string, row: ManifestRow, composed: boolean): Promise<Face> {
  const { key, identity, split, landmarks, pose, occluder } = row;
  const path = join(root, row.files.shard);
  const file = await open(path, 'r').catch((error: Error) => {
    throw new UserError(`${path}: ${error.message}: make the data set anew`);
  });
  const member = async <T>(name: Member, decode: (bytes: Uint8Array) => T | Promise<T>): Promise<T> => {
    try {
      const [offset, length] = row.files[name];
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, offset);
      return await decode(bytes);
    } catch (error) {
      throw damaged(path, key, name, `is unreadable (${(error as Error).message})`);
    }
  };
  const check = (name: 'clean' | 'occluded' | 'mask' | 'mesh', of: Member, bytes: Uint8Array): void => {
    if (sha256(bytes) !== row.sha256[name]) {
      throw damaged(path, key, of, 'is not what the manifest describes');
    }
  };
  try {
    const image = await member('clean.png', decodeRgb);
    check('clean', 'clean.png', image.data);
    const { mesh } = await member('json', (bytes) =>
      parse(SampleJson, new TextDecoder().decode(bytes), `${key}.json`),
    );
    check('mesh', 'json', new Uint8Array(Int16Array.from(mesh).buffer));
    return {
      key,
      identity,
      split,
      image,
      landmarks: Float32Array.from(landmarks),
      mesh: fromSixteenths(mesh),
      ...(pose && { pose }),
      ...(composed && { occluder, occlusion: await readOcclusion() }),
    };
  } finally {
    await file.close();
  }

  async function readOcclusion(): Promise<Occlusion> {
    const occluded = await member('occluded.png', decodeRgb);
    const mask = await member('mask.png', decodeGrey);
    check('occluded', 'occluded.png', occluded.data);
    check('mask', 'mask.png', mask);
    const { blend, degrade } = row;
    return {
      occluded,
      mask: mask.map((value) => value & 1),
      ...(blend && { blend }),
      ...(degrade && { degrade }),
    };
  }
}

const damaged = (path: string, key: string, member: Member, what: string): UserError =>
  new UserError(`${path}: ${key}.${member} ${what}: make the data set anew`);
