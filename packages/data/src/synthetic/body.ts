import type { Rotation } from '../mesh/head-pose.ts';
import type { Identity } from './identity.ts';
import type { ImageParams } from './image.ts';
import { cosine, mix, rotation, sine, smoothstep } from './math.ts';
import { computeNormals, gridTriangles, type Part, STRIDE } from './mesh.ts';
import { NOISE } from './noise.ts';

/** Rings from inside the head down to the chest: height, half width, half depth, middle's z; cm. */
const RINGS = [
  [-4, 1, 1, -7.4],
  [-7, 1, 1, -7.6],
  [-9.5, 1, 0.98, -7.9],
  [-11.5, 1.03, 0.98, -8.2],
  [-13, 1.12, 1.02, -8.6],
  [-14.2, 1.4, 1.1, -9],
  [-15.2, 1.95, 1.25, -9.2],
  [-16.3, 2.6, 1.45, -9.3],
  [-17.6, 3.1, 1.6, -9.2],
  [-20, 3.4, 1.75, -9],
  [-30, 3.55, 1.8, -9],
] as const;
const COLUMNS = 33;
/** A tile without texture: the neckline is a clean edge. */
const HALF = new Float32Array(NOISE * NOISE).fill(0.5);
const PIVOT: readonly [number, number, number] = [0, -5, -8];

/** Attributes of the neck: as the head's (8 far below any hairline). The clothes: 8 cm inside the neckline. */
export function bodyParts(identity: Identity, image: ImageParams, head: Rotation): Part[] {
  const neck = identity.neck;
  const rows = RINGS.length;
  const skin = new Float32Array(rows * COLUMNS * STRIDE);
  const cloth = new Float32Array(rows * COLUMNS * STRIDE);
  const torso = rotation(image.shoulders.yaw + 0.25 * image.pose.yaw, 0, image.shoulders.roll);
  const drop = mix(-13.4, -19, image.clothes.neckline * image.clothes.neckline);
  RINGS.forEach(([y, width, depth, middle], row) => {
    const follow = smoothstep(-13, -5, y);
    for (let j = 0; j < COLUMNS; j++) {
      const azimuth = -180 + (360 * j) / (COLUMNS - 1);
      const s = sine(azimuth);
      const c = cosine(azimuth);
      const slope = Math.max(0, Math.abs(s) - 0.35) * (y < -13 ? -1.6 * (1 - smoothstep(-17, -24, y)) : 0);
      const collar = drop + (c > 0 ? 0 : -1.2 * c) + 2.6 * Math.abs(s);
      for (const [vertices, out] of [
        [skin, 0],
        [cloth, 0.45],
      ] as const) {
        const at = (row * COLUMNS + j) * STRIDE;
        place(
          vertices,
          at,
          (neck * width + out) * s,
          y + slope,
          middle + (neck * 0.98 * depth + out) * c,
          torso,
          head,
          follow,
        );
        vertices[at + 6] = vertices === skin ? 0.5 + 0.09 * (azimuth / 180) : azimuth / 60;
        vertices[at + 7] = vertices === skin ? 0.9 + 0.004 * row : y / 9;
        vertices[at + 8] = vertices === skin ? -4 : collar - (y + slope);
        vertices[at + 9] = mix(0.42, 1, smoothstep(-8, -14, y)) * (0.8 + 0.2 * c);
        vertices[at + 10] = 20;
        vertices[at + 11] = vertices === skin ? -14 : 0.5 - 2 * (collar - (y + slope));
      }
    }
  });
  const triangles = gridTriangles(rows, COLUMNS);
  computeNormals(skin, triangles);
  computeNormals(cloth, triangles);
  return [
    { material: 'skin', vertices: skin, triangles },
    { material: 'cloth', vertices: cloth, triangles, cutout: HALF },
  ];
}

/** Turns a point by the torso's rotation at the bottom and by the head's at the top. */
function place(
  out: Float32Array,
  at: number,
  x: number,
  y: number,
  z: number,
  torso: Rotation,
  head: Rotation,
  follow: number,
): void {
  const dx = x - PIVOT[0];
  const dy = y - PIVOT[1];
  const dz = z - PIVOT[2];
  for (let k = 0; k < 3; k++) {
    const a = torso[3 * k]! * dx + torso[3 * k + 1]! * dy + torso[3 * k + 2]! * dz;
    const b = head[3 * k]! * dx + head[3 * k + 1]! * dy + head[3 * k + 2]! * dz;
    out[at + k] = PIVOT[k]! + mix(a, b, follow);
  }
}

/** The point about which the head turns. */
export const HEAD_PIVOT = PIVOT;
