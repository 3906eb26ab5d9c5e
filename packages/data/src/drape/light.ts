/** How the light falls on a face, read off its skin: what is worn is lit by the same. */
import type { Face } from '../face.ts';
import { MESH_POINTS, triangles } from '../mesh/template.ts';
import { vertexNormals } from './normals.ts';

export interface Light {
  /** Brightness of a surface that faces (nx, ny, nz), over the mean of the skin that is seen: 0.4 to 1.5. y points down. */
  at(nx: number, ny: number, nz: number): number;
  /** How bright a white cloth is in this picture, about 0.7 to 1.05: the skin's own colour says little of it. */
  readonly exposure: number;
  /** The light's own colour: red, green and blue over their mean, 0.92 to 1.08. */
  readonly tint: readonly [number, number, number];
  /** Where most of the light comes from in the picture's plane: a vector of length 0 to 1, y down. */
  readonly from: readonly [x: number, y: number];
}

/** Vertices that are not plain skin: brows, eyes, lips, nostrils. */
const OTHER = new Set([
  ...[
    33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7, 130, 25, 110, 24, 23, 22, 26,
  ],
  ...[
    263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249, 359, 255, 339, 254, 253,
    252, 256,
  ],
  ...[46, 53, 52, 65, 55, 70, 63, 105, 66, 107, 276, 283, 282, 295, 285, 300, 293, 334, 296, 336],
  ...[
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 146, 91, 181, 84, 17, 314, 405, 321, 375, 78, 191, 80,
    81,
  ],
  ...[
    82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 98, 97, 2, 326, 327, 240, 460,
  ],
]);
/** Vertices of plain skin. */
export const SKIN = Array.from({ length: MESH_POINTS }, (_, v) => v).filter((v) => !OTHER.has(v));
const CORNERS = Uint16Array.from(triangles.flat());

/** Pulls the fit towards even light. */
const RIDGE = 0.04;

/** Fits brightness = a + b · normal to the skin's vertices that face the viewer, by least squares. */
export function lightOn({ image: { width, height, data }, mesh }: Pick<Face, 'image' | 'mesh'>): Light {
  const normals = vertexNormals(mesh, CORNERS);
  const moments = new Float64Array(16);
  const target = new Float64Array(4);
  const sums = [0, 0, 0];
  let n = 0;
  for (const v of SKIN) {
    const [x, y] = [Math.round(mesh[3 * v]!), Math.round(mesh[3 * v + 1]!)];
    const nz = normals[3 * v + 2]!;
    if (nz < 0.25 || x < 0 || y < 0 || x >= width || y >= height) continue;
    const at = 3 * (y * width + x);
    for (let c = 0; c < 3; c++) sums[c] = sums[c]! + data[at + c]!;
    const value = 0.3 * data[at]! + 0.59 * data[at + 1]! + 0.11 * data[at + 2]!;
    const row = [1, normals[3 * v]!, normals[3 * v + 1]!, nz];
    for (let i = 0; i < 4; i++) {
      target[i] = target[i]! + row[i]! * value;
      for (let j = 0; j < 4; j++) moments[4 * i + j] = moments[4 * i + j]! + row[i]! * row[j]!;
    }
    n++;
  }
  if (n < 20) return EVEN;
  const mean = Math.max(16, target[0]! / n);
  for (let i = 1; i < 4; i++) moments[5 * i] = moments[5 * i]! + RIDGE * n;
  const [a, bx, by, bz] = solve(moments, target) as [number, number, number, number];
  const grey = (sums[0]! + sums[1]! + sums[2]!) / (3 * n);
  return {
    at: (nx, ny, nz) => clamp((a + bx * nx + by * ny + bz * nz) / mean, 0.4, 1.5),
    exposure: 0.72 + 0.3 * clamp((mean - 40) / 120, 0, 1),
    tint: tintOf(sums.map((sum) => sum / n / Math.max(grey, 1)) as [number, number, number]),
    from: [clamp(bx / mean, -0.7, 0.7), clamp(by / mean, -0.7, 0.7)],
  };
}

const EVEN: Light = {
  at: (_x, _y, nz) => 0.7 + 0.3 * nz,
  exposure: 0.9,
  tint: [1, 1, 1],
  from: [0, -0.3],
};

/** Red, green and blue of skin over their mean, in white light. */
const SKIN_COLOUR = [1.22, 0.95, 0.83];

/** The part of the skin's colour that the light has to answer for. */
function tintOf(colour: readonly [number, number, number]): [number, number, number] {
  return colour.map((value, c) => clamp(1 + 0.35 * (value / SKIN_COLOUR[c]! - 1), 0.92, 1.08)) as [
    number,
    number,
    number,
  ];
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Gauss elimination of a positive definite system of four. */
function solve(moments: Float64Array, target: Float64Array): number[] {
  const m = Float64Array.from(moments);
  const b = Float64Array.from(target);
  for (let i = 0; i < 4; i++) {
    for (let j = i + 1; j < 4; j++) {
      const factor = m[4 * j + i]! / m[4 * i + i]!;
      for (let k = i; k < 4; k++) m[4 * j + k] = m[4 * j + k]! - factor * m[4 * i + k]!;
      b[j] = b[j]! - factor * b[i]!;
    }
  }
  const x = [0, 0, 0, 0];
  for (let i = 3; i >= 0; i--) {
    let rest = b[i]!;
    for (let k = i + 1; k < 4; k++) rest -= m[4 * i + k]! * x[k]!;
    x[i] = rest / m[4 * i + i]!;
  }
  return x;
}
