/** How far points of a face lie from where they ought to be. */
import { type FaceMesh, landmarksOf } from '@fsg/data';

/** Outer corners of the eyes among the 68 points of iBUG 300-W. */
const OUTER_CORNERS = [36, 45] as const;

/**
 * Mean distance of 68 points (x0, y0, x1, y1 …, pixels) from the true ones, in % of the distance between the outer corners of
 * the true eyes: the "inter-ocular" error of 300-W (Sagonas et al., 2013). Null where the corners coincide; throws a
 * RangeError at other numbers of points.
 */
export function landmarkError(found: Float32Array, truth: Float32Array): number | null {
  if (truth.length !== 2 * 68) throw new RangeError(`${truth.length} values where 68 points were expected`);
  return relativeError(found, truth, 2, truth);
}

/** The same over the points of two face meshes, in the picture's plane; the eyes' corners are those of the true mesh. */
export function meshError(found: FaceMesh, truth: FaceMesh): number | null {
  return relativeError(found, truth, 3, landmarksOf(truth));
}

/** `step` values a point, of which the first two are its place in the picture. */
function relativeError(
  found: Float32Array,
  truth: Float32Array,
  step: number,
  corners: Float32Array,
): number | null {
  if (found.length !== truth.length) {
    throw new RangeError(`${found.length} values of points cannot be compared with ${truth.length}`);
  }
  const [left, right] = OUTER_CORNERS;
  const apart = distance(corners, 2 * left, corners, 2 * right);
  if (apart === 0) return null;
  let sum = 0;
  for (let i = 0; i < truth.length; i += step) sum += distance(found, i, truth, i);
  return (100 * sum) / (truth.length / step) / apart;
}

function distance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  return Math.hypot((a[i] as number) - (b[j] as number), (a[i + 1] as number) - (b[j + 1] as number));
}
