import { INNER_LIPS, MESH_POINTS, modes, neutral } from '../mesh/template.ts';
import { clamp, smoothstep } from './math.ts';

/**
 * The ways in which the shape of one face differs from another's. Each is a standard normal number; its field
 * moves the 468 coarse vertices. Centimetres throughout; a field with a centre beside the middle is mirrored.
 */
type Mover = (x: number, y: number, z: number, out: [number, number, number]) => void;

/** Moves what lies near `centre` (picture's right half) by `move`, fading to nothing at `radius`. */
function bump(
  centre: readonly [number, number, number],
  radius: readonly [number, number, number],
  move: readonly [number, number, number],
): Mover {
  const sides = centre[0] === 0 ? [1] : [1, -1];
  return (x, y, z, out) => {
    for (const side of sides) {
      const w = fall(
        (side * x - centre[0]) / radius[0],
        (y - centre[1]) / radius[1],
        (z - centre[2]) / radius[2],
      );
      out[0] += side * w * move[0];
      out[1] += w * move[1];
      out[2] += w * move[2];
    }
  };
}

/** Spreads what lies near a centre line away from it: the movement grows with x. */
function spread(y: number, z: number, radius: readonly [number, number, number], amount: number): Mover {
  return (px, py, pz, out) => {
    out[0] += amount * px * fall(px / radius[0], (py - y) / radius[1], (pz - z) / radius[2]);
  };
}

/** Scales and shears the surroundings of both eyes about their centres. */
function eye(height: number, width: number, slant: number): Mover {
  return (x, y, z, out) => {
    const side = x < 0 ? -1 : 1;
    const dx = side * x - 3.15;
    const dy = y - 0.1;
    const w = fall(dx / 2.9, dy / 2.2, z / 3.5);
    out[0] += side * w * width * dx;
    out[1] += w * (height * dy + slant * dx);
  };
}

/** (1 - r²)², 0 beyond r = 1. */
function fall(x: number, y: number, z: number): number {
  const r = 1 - x * x - y * y - z * z;
  return r > 0 ? r * r : 0;
}

const fields = {
  faceWidth: (x, _y, _z, out) => {
    out[0] += 0.045 * x;
  },
  faceDepth: (_x, _y, z, out) => {
    out[2] += 0.06 * (z - 1);
  },
  lowerFace: (_x, y, _z, out) => {
    out[1] -= 0.5 * smoothstep(-4.6, -10, y);
  },
  midFace: (_x, y, _z, out) => {
    out[1] -= 0.36 * smoothstep(-0.6, -4.6, y);
  },
  foreheadHeight: (_x, y, _z, out) => {
    out[1] += 0.45 * smoothstep(2.6, 5.8, y);
  },
  foreheadSlope: (_x, y, _z, out) => {
    out[2] -= 0.5 * smoothstep(2, 5.8, y);
  },
  templeWidth: bump([5.8, 3, -1.5], [3.2, 3.8, 5], [0.42, 0, 0]),
  jawWidth: bump([5.4, -7.2, -4], [4, 4.5, 6], [0.75, 0, 0]),
  jawAngle: bump([5.8, -6, -5], [3, 3.6, 4], [0.1, -0.7, 0]),
  cheekbones: bump([5.4, -1.9, -1.4], [3.2, 2.7, 5], [0.42, 0.05, 0.35]),
  cheekFullness: bump([4.3, -5, -0.5], [3, 3.4, 4], [0.55, -0.1, 0.55]),
  chinLength: bump([0, -10.6, 0.5], [4.4, 3, 4.5], [0, -0.6, 0]),
  chinWidth: bump([2.2, -9.6, 0.2], [3, 2.6, 3.4], [0.62, 0, 0]),
  chinProjection: bump([0, -9.8, 1], [3.2, 2.6, 4], [0, 0, 0.6]),
  eyeSpacing: bump([3.15, 0.2, 0.2], [3, 2.6, 3.4], [0.26, 0, 0]),
  eyeHeight: eye(0.24, 0, 0),
  eyeWidth: eye(0, 0.09, 0),
  eyeSlant: eye(0, 0, 0.085),
  eyeDepth: bump([3.1, 0.1, 0.3], [2.8, 2, 3], [0, 0, -0.32]),
  lidHood: bump([3.5, 1.15, 0.6], [2, 0.85, 2], [0, -0.24, 0.15]),
  innerFold: bump([1.85, 0, 0.3], [0.95, 0.8, 1.6], [0.12, -0.12, 0]),
  browHeight: bump([4, 2.3, 1], [3.6, 1.9, 3.2], [0, 0.42, 0]),
  browRidge: bump([3, 2, 1.2], [4, 1.6, 3], [0, -0.05, 0.36]),
  noseWidth: bump([1.7, -3.8, 1.8], [1.9, 1.8, 2.4], [0.33, 0, 0]),
  bridgeWidth: bump([0.9, -1, 2.3], [1.5, 2.6, 2], [0.2, 0, 0]),
  bridgeHeight: bump([0, -0.4, 2.2], [1.7, 2.8, 2.6], [0, 0, 0.42]),
  noseProjection: bump([0, -3.5, 4], [2, 2.2, 3], [0, 0, 0.48]),
  noseTip: bump([0, -3.5, 4], [1.8, 1.9, 3], [0, 0.36, 0.05]),
  noseTipSize: bump([0.55, -3.4, 3.7], [1.5, 1.5, 2], [0.24, 0, 0.1]),
  noseHump: bump([0, -1.6, 3], [1.2, 1.4, 2], [0, 0, 0.32]),
  nostrils: bump([1.6, -4.1, 1.7], [1.1, 1, 1.7], [0.05, 0.2, 0]),
  mouthWidth: spread(-6.6, 1.5, [4.4, 2.2, 3], 0.13),
  upperLip: bump([0, -5.85, 2.5], [2.7, 0.8, 2.4], [0, 0.27, 0.14]),
  lowerLip: bump([0, -7.25, 2.2], [2.7, 0.95, 2.4], [0, -0.29, 0.14]),
  mouthHeight: bump([0, -6.5, 2], [3.8, 2.4, 3.5], [0, 0.3, 0]),
  mouthProjection: bump([0, -6.5, 2], [3.2, 2.6, 3], [0, 0, 0.36]),
  mouthCorners: bump([2.4, -6.5, 0.7], [1.5, 1.4, 2], [0, 0.2, 0]),
  cupidsBow: bump([0, -5.7, 2.6], [0.6, 0.5, 1.4], [0, -0.12, 0]),
} satisfies Record<string, Mover>;

export type ShapeAxis = keyof typeof fields | `mode${0 | 1 | 2 | 3 | 4 | 5}`;

const movements = new Map<string, Float32Array>();
for (const [name, field] of Object.entries(fields)) {
  const movement = new Float32Array(MESH_POINTS * 3);
  for (let i = 0; i < MESH_POINTS; i++) {
    const out: [number, number, number] = [0, 0, 0];
    field(neutral[3 * i]!, neutral[3 * i + 1]!, neutral[3 * i + 2]!, out);
    movement.set(out, 3 * i);
  }
  movements.set(name, movement);
}
modes.forEach((mode, i) => {
  movements.set(`mode${i}`, mode);
});

export const SHAPE_AXES = [...movements.keys()] as ShapeAxis[];

/** Standard normal number of each axis; absent ones are 0. */
export type Shape = Partial<Record<ShapeAxis, number>>;

/** The neutral coarse face of a shape; axes are limited to ±2.6 standard deviations. */
export function shapedFace(shape: Shape): Float32Array {
  const out = neutral.slice();
  for (const [name, movement] of movements) {
    const amount = clamp(shape[name as ShapeAxis] ?? 0, -2.6, 2.6);
    if (amount === 0) continue;
    for (let i = 0; i < out.length; i++) out[i]! += amount * movement[i]!;
  }
  closeMouth(out);
  return out;
}

/** Lips of any thickness touch at rest. */
function closeMouth(face: Float32Array): void {
  for (let k = 1; k < 10; k++) {
    const upper = 3 * INNER_LIPS[k]!;
    const lower = 3 * INNER_LIPS[20 - k]!;
    const middle = (face[upper + 1]! + face[lower + 1]!) / 2;
    face[upper + 1] = middle + 0.01;
    face[lower + 1] = middle - 0.01;
  }
}
