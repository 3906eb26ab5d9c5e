/** Decoded faces in one file, a record each, which any thread reads by position. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Face, FaceRef } from '../face.ts';
import { POINTS } from '../landmarks.ts';
import { fromSixteenths, MESH_VALUES, toSixteenths } from '../mesh/mesh.ts';

/** What is needed to read the file: a worker thread is given it. */
export interface FaceFile {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Each face comes with its occlusion. */
  readonly composed: boolean;
  readonly refs: readonly FaceRef[];
  /** The record of each of `refs`. */
  readonly records: readonly number[];
}

type Layout = Pick<FaceFile, 'width' | 'height' | 'composed'>;

/** clean, then where composed occluded and mask, then landmarks (float32) and mesh (int16). */
const partsOf = ({ width, height, composed }: Layout) => {
  const pixels = width * height;
  return { clean: 3 * pixels, occluded: composed ? 3 * pixels : 0, mask: composed ? pixels : 0 };
};
const LANDMARK_BYTES = 2 * POINTS * Float32Array.BYTES_PER_ELEMENT;
const MESH_BYTES = MESH_VALUES * Int16Array.BYTES_PER_ELEMENT;

export function recordBytes(layout: Layout): number {
  const { clean, occluded, mask } = partsOf(layout);
  return clean + occluded + mask + LANDMARK_BYTES + MESH_BYTES;
}

/** Writes records into a file that exists; several threads may, each its own records. */
export class FaceWriter {
  private readonly layout: Layout;
  private readonly file: number;
  private readonly record: Uint8Array;

  constructor(path: string, layout: Layout) {
    this.layout = layout;
    this.file = openSync(path, 'r+');
    this.record = new Uint8Array(recordBytes(layout));
  }

  /** Throws where the face has another size, or lacks the occlusion that the file holds. */
  put(at: number, face: Face): void {
    const { width, height, composed } = this.layout;
    const { image, occlusion, landmarks, mesh, key } = face;
    if (image.width !== width || image.height !== height) {
      throw new RangeError(`face ${key} is ${image.width} x ${image.height}, not ${width} x ${height}`);
    }
    if (composed !== (occlusion !== undefined)) throw new RangeError(`face ${key} and its occlusion`);
    const parts = [
      image.data,
      ...(occlusion ? [occlusion.occluded.data, occlusion.mask] : []),
      bytesOf(landmarks),
      bytesOf(toSixteenths(mesh)),
    ];
    let offset = 0;
    for (const part of parts) {
      this.record.set(part, offset);
      offset += part.length;
    }
    writeSync(this.file, this.record, 0, offset, at * this.record.length);
  }

  close(): void {
    closeSync(this.file);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export class FaceReader {
  private readonly faces: FaceFile;
  private readonly file: number;

  constructor(faces: FaceFile) {
    this.faces = faces;
    this.file = openSync(faces.path, 'r');
  }

  /** A face with its pixels, landmarks and mesh; without its pose. Throws where the file ends before it. */
  face(index: number): Face {
    const { refs, records, width, height, composed, path } = this.faces;
    const ref = refs[index];
    if (!ref) throw new RangeError(`face ${index} of a set of ${refs.length}`);
    const record = new Uint8Array(recordBytes(this.faces));
    const at = (records[index] as number) * record.length;
    if (readSync(this.file, record, 0, record.length, at) !== record.length) {
      throw new Error(`${path} ends before face ${ref.key}: remove it, and it is made anew`);
    }
    const parts = partsOf(this.faces);
    let offset = 0;
    const take = (length: number): Uint8Array => {
      offset += length;
      return record.subarray(offset - length, offset);
    };
    const image = { width, height, data: take(parts.clean) };
    const occlusion = composed && {
      occluded: { width, height, data: take(parts.occluded) },
      mask: take(parts.mask),
    };
    return {
      ...ref,
      image,
      ...(occlusion && { occlusion }),
      landmarks: new Float32Array(take(LANDMARK_BYTES).slice().buffer),
      mesh: fromSixteenths(new Int16Array(take(MESH_BYTES).slice().buffer)),
    };
  }

  close(): void {
    closeSync(this.file);
  }
}
