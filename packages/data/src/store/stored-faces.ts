/** A stored data set as a face source: its pairs, or its clean faces. */
import type { Face, FaceSource } from '../face.ts';
import { type ManifestRow, readDataset } from './format.ts';
import { readSample } from './read-sample.ts';

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
  const { key, identity, split, landmarks, pose, occluder, blend, degrade } = row;
  const sample = await readSample(root, row);
  const occlusion = () => ({
    occluded: sample.occluded(),
    mask: sample.mask(),
    ...(blend && { blend }),
    ...(degrade && { degrade }),
  });
  return {
    key,
    identity,
    split,
    image: sample.clean(),
    landmarks: Float32Array.from(landmarks),
    mesh: sample.mesh(),
    ...(pose && { pose }),
    ...(composed && { occluder, occlusion: occlusion() }),
  };
}
