/** Puts a restored face back into its photograph, at the photograph's own resolution. */
import type { Rgb } from '@fsg/data';
import { feather, predictHole } from '../hole.ts';

/** What of the network's output goes back: all of the face, or what the network took for occluded. */
export const OUTPUTS = ['composite', 'network'] as const;
export type Output = (typeof OUTPUTS)[number];

/** Carries the photograph onto the face's picture: x' = a x - b y + e, y' = b x + a y + f. */
export interface Alignment {
  readonly a: number;
  readonly b: number;
  readonly e: number;
  readonly f: number;
}

/** Share of the face's picture, from its border inwards, over which the raw output fades into the photograph. */
const FADE = 0.14;

/** How much of each pixel of the face's picture is replaced, 0 to 1. */
export function weightsFor(output: Output, aligned: Rgb, restored: Rgb): Float32Array {
  const { width, height } = aligned;
  const border = borderFade(width, height);
  if (output === 'network') return border;
  const soft = feather(predictHole(aligned, restored), width, height);
  return soft.map((weight, i) => Math.min(weight, border[i] as number));
}

function borderFade(width: number, height: number): Float32Array {
  const reach = FADE * Math.min(width, height);
  const weights = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.min(x, y, width - 1 - x, height - 1 - y) / reach;
      const t = Math.min(1, inside);
      weights[y * width + x] = t * t * (3 - 2 * t);
    }
  }
  return weights;
}

/**
 * The photograph with the restored face in it: bicubic where the photograph is larger than the face's picture, pixels of weight 0
 * as they were. `restored` and `weights` have the size of the face's picture.
 */
export function paste(photograph: Rgb, restored: Rgb, weights: Float32Array, alignment: Alignment): Rgb {
  const data = Uint8Array.from(photograph.data);
  const { a, b, e, f } = alignment;
  const { left, top, right, bottom } = reachOf(photograph, restored, alignment);
  const colour = new Float64Array(3);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [u, v] = [a * x - b * y + e, b * x + a * y + f];
      const weight = bilinear(weights, restored.width, restored.height, u, v);
      if (weight <= 0) continue;
      bicubic(restored, u, v, colour);
      const at = 3 * (y * photograph.width + x);
      for (let c = 0; c < 3; c++) {
        const old = photograph.data[at + c] as number;
        const value = old + weight * ((colour[c] as number) - old);
        data[at + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return { width: photograph.width, height: photograph.height, data };
}

/** The photograph's pixels that the face's picture can touch. */
function reachOf({ width, height }: Rgb, restored: Rgb, { a, b, e, f }: Alignment) {
  const scale = a * a + b * b;
  const corners = [
    [0, 0],
    [restored.width, 0],
    [0, restored.height],
    [restored.width, restored.height],
  ].map(([u, v]) => {
    const [du, dv] = [(u as number) - e, (v as number) - f];
    return { x: (a * du + b * dv) / scale, y: (a * dv - b * du) / scale };
  });
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs))),
    top: Math.max(0, Math.floor(Math.min(...ys))),
    right: Math.min(width, Math.ceil(Math.max(...xs)) + 1),
    bottom: Math.min(height, Math.ceil(Math.max(...ys)) + 1),
  };
}

/** 0 outside. */
function bilinear(values: Float32Array, width: number, height: number, u: number, v: number): number {
  const [x, y] = [Math.floor(u), Math.floor(v)];
  const at = (i: number, j: number): number =>
    i < 0 || j < 0 || i >= width || j >= height ? 0 : (values[j * width + i] as number);
  const [s, t] = [u - x, v - y];
  return (
    (1 - t) * ((1 - s) * at(x, y) + s * at(x + 1, y)) + t * ((1 - s) * at(x, y + 1) + s * at(x + 1, y + 1))
  );
}

/** Catmull and Rom's cubic, as sharp as the picture allows; beyond the border its last pixels. */
function bicubic({ width, height, data }: Rgb, u: number, v: number, out: Float64Array): void {
  const [x, y] = [Math.floor(u), Math.floor(v)];
  const across = cubic(u - x);
  const down = cubic(v - y);
  out.fill(0);
  for (let j = 0; j < 4; j++) {
    const row = Math.min(height - 1, Math.max(0, y - 1 + j)) * width;
    for (let i = 0; i < 4; i++) {
      const at = 3 * (row + Math.min(width - 1, Math.max(0, x - 1 + i)));
      const weight = (across[i] as number) * (down[j] as number);
      for (let c = 0; c < 3; c++) out[c] = (out[c] as number) + weight * (data[at + c] as number);
    }
  }
}

const cubic = (t: number): [number, number, number, number] => [
  ((2 - t) * t - 1) * t * 0.5,
  ((3 * t - 5) * t * t + 2) * 0.5,
  ((4 - 3 * t) * t + 1) * t * 0.5,
  (t - 1) * t * t * 0.5,
];
