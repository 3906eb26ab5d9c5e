/** How a head stands in the picture: the mean face's axes, size and place, read off a face mesh. */
import type { Pose } from '../face.ts';
import type { FaceMesh } from './mesh.ts';
import { neutral } from './template.ts';

/** Rows of a rotation matrix: where the head's axes (x to the picture's right, y up, z to the viewer) point. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number];

/**
 * A point p of the mean face, in cm (y up), lies at centre + scale · R (p − origin) in pixels, y down: see `placed`.
 */
export interface HeadPose {
  readonly rotation: Rotation;
  /** Pixels a centimetre. */
  readonly scale: number;
  readonly centre: readonly [x: number, y: number, z: number];
}

/** Points that no expression moves: forehead, temples, outer corners of the eyes, ridge and base of the nose. */
const SIDES = [
  [234, 454],
  [127, 356],
  [33, 263],
  [54, 284],
] as const;
const UPPER = [10, 151, 9, 67, 297] as const;
const LOWER = [2, 98, 327, 94] as const;

type Vector = [number, number, number];

const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const length = (a: Vector): number => Math.sqrt(dot(a, a));
const times = (a: Vector, t: number): Vector => [t * a[0], t * a[1], t * a[2]];
const unit = (a: Vector): Vector => times(a, 1 / (length(a) || 1));

/** y up whatever the mesh's own convention. */
function meanOf(mesh: ArrayLike<number>, vertices: readonly number[], up: 1 | -1): Vector {
  const sum: Vector = [0, 0, 0];
  for (const v of vertices) {
    for (let axis = 0; axis < 3; axis++) sum[axis] = sum[axis]! + mesh[3 * v + axis]! / vertices.length;
  }
  return [sum[0], up * sum[1], sum[2]];
}

interface Axes {
  readonly right: Vector;
  readonly up: Vector;
  readonly front: Vector;
  readonly size: number;
  readonly centre: Vector;
}

const LEFT_SIDE = SIDES.map(([left]) => left);
const RIGHT_SIDE = SIDES.map(([, right]) => right);
const STEADY = [...LEFT_SIDE, ...RIGHT_SIDE, ...UPPER, ...LOWER];

function axesOf(mesh: ArrayLike<number>, up: 1 | -1): Axes {
  const across = minus(meanOf(mesh, RIGHT_SIDE, up), meanOf(mesh, LEFT_SIDE, up));
  const tall = minus(meanOf(mesh, UPPER, up), meanOf(mesh, LOWER, up));
  const right = unit(across);
  const upward = unit(minus(tall, times(right, dot(tall, right))));
  return {
    right,
    up: upward,
    front: cross(right, upward),
    size: length(across) + length(tall),
    centre: meanOf(mesh, STEADY, up),
  };
}

const MEAN = axesOf(neutral, 1);

/** The rotation, size and place that carry the mean face onto the mesh. */
export function headPose(mesh: FaceMesh): HeadPose {
  const axes = axesOf(mesh, -1);
  const entry = (row: 0 | 1 | 2, column: 0 | 1 | 2): number =>
    axes.right[row] * MEAN.right[column] +
    axes.up[row] * MEAN.up[column] +
    axes.front[row] * MEAN.front[column];
  const [x, y, z] = axes.centre;
  return {
    rotation: [
      entry(0, 0),
      entry(0, 1),
      entry(0, 2),
      entry(1, 0),
      entry(1, 1),
      entry(1, 2),
      entry(2, 0),
      entry(2, 1),
      entry(2, 2),
    ],
    scale: axes.size / MEAN.size,
    centre: [x, -y, z],
  };
}

/** Writes where points of the mean face's space (x, y up, z in cm) lie in the picture (pixels, y down). */
export function placed({ rotation: r, scale, centre }: HeadPose, points: ArrayLike<number>): Float32Array {
  const out = new Float32Array(points.length);
  const [ox, oy, oz] = MEAN.centre;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i]! - ox, points[i + 1]! - oy, points[i + 2]! - oz];
    out[i] = centre[0] + scale * (r[0] * x + r[1] * y + r[2] * z);
    out[i + 1] = centre[1] - scale * (r[3] * x + r[4] * y + r[5] * z);
    out[i + 2] = centre[2] + scale * (r[6] * x + r[7] * y + r[8] * z);
  }
  return out;
}

/** Degrees, to a thousandth: the last bits of trigonometry are not the same in every version of Node. */
export function anglesOf({ rotation: r }: Pick<HeadPose, 'rotation'>): Pose {
  const degrees = (radians: number): number => Math.round((radians / Math.PI) * 180_000) / 1000 + 0;
  // Yaw first, then pitch, roll last: the synthetic heads' order.
  return {
    yaw: degrees(Math.atan2(-r[6], r[8])),
    pitch: degrees(Math.asin(Math.max(-1, Math.min(1, -r[7])))),
    roll: degrees(Math.atan2(r[1], r[4])),
  };
}
