/** A face mesh from five points alone: the mean face, turned and stretched until its own five points lie there. */
import { type HeadPose, placed } from './head-pose.ts';
import { FIVE } from './landmarks68.ts';
import { type FaceMesh, quantised } from './mesh.ts';
import { MESH_POINTS, neutral } from './template.ts';

/** The mean face's five points, x, y, z in cm each. */
const FIVE_IN_CM: readonly (readonly [number, number, number])[] = FIVE.map((anchor) => {
  const sum = [0, 0, 0] as [number, number, number];
  for (const [v, weight] of anchor) {
    for (let axis = 0; axis < 3; axis++) sum[axis] = sum[axis]! + weight * neutral[3 * v + axis]!;
  }
  return sum;
});

/** How far in cm a point's own deviation from the mean face reaches. */
const REACH = 3.5;

/** Shares of the five points' deviations that each vertex takes over: [468, 5]. */
const SHARES: Float32Array = (() => {
  const shares = new Float32Array(5 * MESH_POINTS);
  for (let v = 0; v < MESH_POINTS; v++) {
    const near = FIVE_IN_CM.map(([x, y]) => {
      const [dx, dy] = [neutral[3 * v]! - x, neutral[3 * v + 1]! - y];
      return 1 / (0.05 + (dx * dx + dy * dy) / (REACH * REACH));
    });
    const sum = near.reduce((a, b) => a + b, 0.3);
    near.forEach((value, k) => {
      shares[5 * v + k] = value / sum;
    });
  }
  return shares;
})();

/** `five`: eyes' centres (the picture's left one first), tip of the nose, corners of the mouth; x0, y0 … in pixels. */
export function meshFromFive(five: ArrayLike<number>): FaceMesh {
  const mesh = placed(poseFromFive(five), neutral);
  const off = FIVE.map((anchor, k) => {
    let [x, y] = [five[2 * k]!, five[2 * k + 1]!];
    for (const [v, weight] of anchor) {
      x -= weight * mesh[3 * v]!;
      y -= weight * mesh[3 * v + 1]!;
    }
    return [x, y] as const;
  });
  for (let v = 0; v < MESH_POINTS; v++) {
    for (let k = 0; k < 5; k++) {
      const share = SHARES[5 * v + k]!;
      mesh[3 * v] = mesh[3 * v]! + share * off[k]![0];
      mesh[3 * v + 1] = mesh[3 * v + 1]! + share * off[k]![1];
    }
  }
  return quantised(mesh);
}

/**
 * Scaled orthographic pose: the affine map of least squares from the mean face's points to the picture, and the nearest
 * rotation and scale to it. Method: DeMenthon and Davis, "Model-based object pose in 25 lines of code" (first step).
 */
export function poseFromFive(five: ArrayLike<number>): HeadPose {
  const mean = [0, 1, 2].map((axis) => FIVE_IN_CM.reduce((sum, point) => sum + point[axis]! / 5, 0));
  const centred = FIVE_IN_CM.map((point) => point.map((value, axis) => value - mean[axis]!));
  let [cx, cy] = [0, 0];
  for (let k = 0; k < 5; k++) {
    cx += five[2 * k]! / 5;
    cy -= five[2 * k + 1]! / 5;
  }
  const scatter = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => centred.reduce((sum, p) => sum + p[i]! * p[j]!, 0)),
  );
  const rowOf = (value: (k: number) => number): [number, number, number] =>
    solve3(
      scatter,
      [0, 1, 2].map((i) => centred.reduce((sum, p, k) => sum + p[i]! * value(k), 0)),
    );
  const a = rowOf((k) => five[2 * k]! - cx);
  const b = rowOf((k) => -five[2 * k + 1]! - cy);
  // The nearest matrix with orthogonal rows of one length: (A Aᵀ)^(-1/2) A, in closed form for two rows.
  const dot = (p: readonly number[], q: readonly number[]): number =>
    p[0]! * q[0]! + p[1]! * q[1]! + p[2]! * q[2]!;
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  const root = Math.sqrt(Math.max(1e-12, aa * bb - ab * ab));
  const trace = Math.sqrt(aa + bb + 2 * root);
  // S = (A Aᵀ)^(1/2) = (A Aᵀ + root I) / trace; its inverse, and half its trace as the scale.
  const [s00, s01, s11] = [(aa + root) / trace, ab / trace, (bb + root) / trace];
  const determinant = s00 * s11 - s01 * s01;
  const scale = (s00 + s11) / 2;
  const x = [0, 1, 2].map((i) => (s11 * a[i]! - s01 * b[i]!) / determinant);
  const y = [0, 1, 2].map((i) => (s00 * b[i]! - s01 * a[i]!) / determinant);
  const z = [x[1]! * y[2]! - x[2]! * y[1]!, x[2]! * y[0]! - x[0]! * y[2]!, x[0]! * y[1]! - x[1]! * y[0]!];
  const rotation = [...x, ...y, ...z] as unknown as HeadPose['rotation'];
  // `placed` turns about its own origin: where that lies in the picture.
  const moved = placed({ rotation, scale, centre: [0, 0, 0] }, mean);
  return { rotation, scale, centre: [cx - moved[0]!, -cy - moved[1]!, -moved[2]!] };
}

/** Cramer's rule; the mean face's five points do not lie in a plane. */
function solve3(m: readonly (readonly number[])[], v: readonly number[]): [number, number, number] {
  const det = (c0: readonly number[], c1: readonly number[], c2: readonly number[]): number =>
    c0[0]! * (c1[1]! * c2[2]! - c1[2]! * c2[1]!) -
    c1[0]! * (c0[1]! * c2[2]! - c0[2]! * c2[1]!) +
    c2[0]! * (c0[1]! * c1[2]! - c0[2]! * c1[1]!);
  const column = (j: number): number[] => m.map((row) => row[j]!);
  const [c0, c1, c2] = [column(0), column(1), column(2)];
  const whole = det(c0, c1, c2);
  return [det(v, c1, c2) / whole, det(c0, v, c2) / whole, det(c0, c1, v) / whole];
}
