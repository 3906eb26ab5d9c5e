/** Rigid things on a head: seated by a few places of this face, as wide as it is, whatever its expression. */
import { placed } from '../mesh/head-pose.ts';
import { neutral } from '../mesh/template.ts';
import type { WornBy } from './wear.ts';

/** How a thing for the mean head is moved, in cm along the head's axes, and stretched across to fit this one. */
export interface Seat {
  readonly shift: readonly [x: number, y: number, z: number];
  readonly stretch: number;
}

/** Narrower and wider heads than this are the mesh's error. */
const [NARROW, WIDE] = [0.86, 1.16];

/** `rests`: the mesh's vertices that it lies on; `sides`: vertices of both sides, in pairs, between which it has to fit. */
export function seatOn(worn: WornBy, rests: readonly number[], sides: readonly number[]): Seat {
  const shift: [number, number, number] = [0, 0, 0];
  for (const v of rests) {
    deviationOf(worn, v).forEach((value, axis) => {
      shift[axis] = shift[axis]! + value / rests.length;
    });
  }
  let [width, wider] = [0, 0];
  for (const v of sides) {
    const x = neutral[3 * v]!;
    width += x * x;
    wider += x * (deviationOf(worn, v)[0] - shift[0]);
  }
  return { shift, stretch: Math.min(WIDE, Math.max(NARROW, 1 + wider / width)) };
}

/** How far a vertex lies from the mean head's, in cm along the head's axes. */
function deviationOf({ deviation, pose }: WornBy, v: number): [number, number, number] {
  const { rotation: r, scale } = pose;
  const [x, y, z] = [
    deviation[3 * v]! / scale,
    -deviation[3 * v + 1]! / scale,
    deviation[3 * v + 2]! / scale,
  ];
  return [r[0] * x + r[3] * y + r[6] * z, r[1] * x + r[4] * y + r[7] * z, r[2] * x + r[5] * y + r[8] * z];
}

/** Where a camera is taken to stand, in cm from the face: what lies nearer to it looks larger. */
const CAMERA = 120;

/** Where points of the mean head's space lie in the picture: as `wear` gives them, seen in perspective. */
export function seated(points: ArrayLike<number>, { pose }: WornBy, { shift, stretch }: Seat): Float32Array {
  const moved = new Float32Array(points);
  for (let i = 0; i < moved.length; i += 3) {
    moved[i] = stretch * moved[i]! + shift[0];
    moved[i + 1] = moved[i + 1]! + shift[1];
    moved[i + 2] = moved[i + 2]! + shift[2];
  }
  const out = placed(pose, moved);
  const [x, y, z] = pose.centre;
  const away = CAMERA * pose.scale;
  for (let i = 0; i < out.length; i += 3) {
    const near = away / (away + z - out[i + 2]!);
    out[i] = x + near * (out[i]! - x);
    out[i + 1] = y + near * (out[i + 1]! - y);
  }
  return out;
}
