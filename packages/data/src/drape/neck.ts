/** What is wound round the neck: its top goes with the head, below the chin it stays with the shoulders. */
import { ease } from '../draw/texture.ts';
import { type HeadPose, placed, type Rotation } from '../mesh/head-pose.ts';
import { type WornBy, wear } from './wear.ts';

/** The point about which a head turns on its neck, in cm on the mean face. */
const PIVOT = [0, -5, -8];
/** How much of the head's turn the shoulders share. */
const SHARED = 0.3;
/** From this height down to the other a thing passes from the head to the shoulders, in cm. */
const HEAD = -8.5;
const SHOULDERS = -14.5;

/** As `wear`, for what lies round mouth, chin and neck. */
export function wearRoundNeck(points: Float32Array, worn: WornBy, follow: number): Float32Array {
  const out = wear(points, worn, follow);
  const below = placed(neckPose(worn.pose), points);
  for (let i = 0; i < out.length; i += 3) {
    const share = ease((HEAD - points[i + 1]!) / (HEAD - SHOULDERS));
    for (let k = i; k < i + 3; k++) out[k] = out[k]! + share * (below[k]! - out[k]!);
  }
  return out;
}

/** The pose of the shoulders: nearly upright, turned about the pivot. */
function neckPose(pose: HeadPose): HeadPose {
  const upright = { ...pose, rotation: towardsUpright(pose.rotation) };
  const [here, there] = [placed(pose, PIVOT), placed(upright, PIVOT)];
  const [x, y, z] = pose.centre;
  return {
    ...upright,
    centre: [x + here[0]! - there[0]!, y + here[1]! - there[1]!, z + here[2]! - there[2]!],
  };
}

type Vector = readonly [number, number, number];

/** A share of the rotation: its axes drawn to the upright ones and made square again. */
function towardsUpright(r: Rotation): Rotation {
  const rest = 1 - SHARED;
  const up = unit([SHARED * r[1], SHARED * r[4] + rest, SHARED * r[7]]);
  const rough: Vector = [SHARED * r[0] + rest, SHARED * r[3], SHARED * r[6]];
  const along = rough[0] * up[0] + rough[1] * up[1] + rough[2] * up[2];
  const right = unit([rough[0] - along * up[0], rough[1] - along * up[1], rough[2] - along * up[2]]);
  const front: Vector = [
    right[1] * up[2] - right[2] * up[1],
    right[2] * up[0] - right[0] * up[2],
    right[0] * up[1] - right[1] * up[0],
  ];
  return [right[0], up[0], front[0], right[1], up[1], front[1], right[2], up[2], front[2]];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.sqrt(x * x + y * y + z * z) || 1;
  return [x / length, y / length, z / length];
}
