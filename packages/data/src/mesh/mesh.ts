/** The face mesh: a face's shape and pose in a picture. */
import { MESH_POINTS } from './template.ts';

/**
 * [468, 3] in MediaPipe's numbering: x, y in the picture's pixels, z in pixels towards the viewer. All are multiples of
 * 1/16, so that they are the same wherever they are kept.
 */
export type FaceMesh = Float32Array;

export const MESH_VALUES = 3 * MESH_POINTS;
const STEPS = 16;

/** To the nearest 1/16. */
export const quantised = (values: Float32Array): FaceMesh =>
  values.map((value) => Math.round(value * STEPS) / STEPS + 0);

/** As whole sixteenths, and back. */
export const toSixteenths = (mesh: FaceMesh): Int16Array =>
  new Int16Array(mesh.map((value) => value * STEPS));
export const fromSixteenths = (values: ArrayLike<number>): FaceMesh =>
  new Float32Array(values).map((value) => value / STEPS);

/** x' = a x - b y + e, y' = b x + a y + f */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly e: number;
  readonly f: number;
}

/** The mesh under a similarity of the picture's plane, which scales its depth too. */
export function transformed(mesh: FaceMesh, { a, b, e, f }: Similarity): FaceMesh {
  const scale = Math.sqrt(a * a + b * b);
  const out = new Float32Array(mesh.length);
  for (let i = 0; i < mesh.length; i += 3) {
    const [x, y] = [mesh[i]!, mesh[i + 1]!];
    out[i] = a * x - b * y + e;
    out[i + 1] = b * x + a * y + f;
    out[i + 2] = scale * mesh[i + 2]!;
  }
  return quantised(out);
}
