/** Faces of one side of the split, decoded and kept in memory that worker threads share. */
import { UserError } from '../error.ts';
import type { Face, FaceRef } from '../face.ts';
import { POINTS } from '../landmarks.ts';
import type { Split } from '../split.ts';

/** The memory behind a face set: what a worker thread is given. */
export interface SharedFaces {
  readonly width: number;
  readonly height: number;
  readonly refs: readonly FaceRef[];
  /** [N, height, width, 3], 8 bits a value. */
  readonly pixels: SharedArrayBuffer;
  /** [N, 68, 2], 32-bit floats. */
  readonly landmarks: SharedArrayBuffer;
}

export interface FaceSet {
  readonly split: Split;
  /** True where no real person is shown. */
  readonly synthetic: boolean;
  readonly shared: SharedFaces;
  readonly size: number;
  /** A face, its pixels and landmarks copied; without its pose. */
  face(index: number): Face;
}

/** The most that a face set may take; about 87,000 faces of 128 x 128. */
const MOST_BYTES = 2 ** 32;

export function reserve(refs: readonly FaceRef[], width: number, height: number): SharedFaces {
  const bytes = refs.length * width * height * 3;
  if (bytes > MOST_BYTES) {
    throw new UserError(
      `${refs.length} faces of ${width} x ${height} would take ${(bytes / 2 ** 30).toFixed(1)} GiB of memory, ` +
        `${MOST_BYTES / 2 ** 30} GiB are the most: lower data.source.identities or imagesPerIdentity`,
    );
  }
  const pixels = new SharedArrayBuffer(bytes);
  const landmarks = new SharedArrayBuffer(refs.length * POINTS * 2 * 4);
  return { width, height, refs: refs.map(({ key, identity }) => ({ key, identity })), pixels, landmarks };
}

export function putFace(shared: SharedFaces, index: number, face: Face): void {
  const { width, height } = shared;
  if (face.image.width !== width || face.image.height !== height) {
    throw new UserError(
      `face ${face.key} is ${face.image.width} x ${face.image.height} where the others are ${width} x ${height}`,
    );
  }
  new Uint8Array(shared.pixels).set(face.image.data, index * width * height * 3);
  new Float32Array(shared.landmarks).set(face.landmarks, index * POINTS * 2);
}

export function faceAt({ width, height, refs, pixels, landmarks }: SharedFaces, index: number): Face {
  const ref = refs[index];
  if (!ref) throw new RangeError(`face ${index} of a set of ${refs.length}`);
  const length = width * height * 3;
  return {
    ...ref,
    image: { width, height, data: new Uint8Array(pixels, index * length, length).slice() },
    landmarks: new Float32Array(landmarks, index * POINTS * 2 * 4, POINTS * 2).slice(),
  };
}

export const faceSet = (split: Split, synthetic: boolean, shared: SharedFaces): FaceSet => ({
  split,
  synthetic,
  shared,
  size: shared.refs.length,
  face: (index) => faceAt(shared, index),
});
