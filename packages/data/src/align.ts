/** Where a face lies in its picture: five points, the template that they are carried to, and the similarity that does it. */
import { z } from 'zod';
import type { Similarity } from './mesh/mesh.ts';

/**
 * The template `fsg-five`: where the five points of an upright, straight face lie, as a share of the picture's side:
 * eyes' centres (the picture's left one first), tip of the nose, corners of the mouth. Like an aligned CelebA crop: chin,
 * forehead and most of the hair are in the picture.
 */
export const FIVE_POINTS: readonly (readonly [number, number])[] = [
  [0.379, 0.424],
  [0.621, 0.424],
  [0.5, 0.564],
  [0.404, 0.676],
  [0.596, 0.676],
];

/** Mean of the template's points. */
export const TEMPLATE_CENTRE: readonly [number, number] = [meanOf(0), meanOf(1)];

function meanOf(axis: 0 | 1): number {
  let sum = 0;
  for (const point of FIVE_POINTS) sum += point[axis] / 5;
  return sum;
}

export const AlignConfig = z.union([
  /** Pictures as they are, all of one size. */
  z.literal('none'),
  z.strictObject({
    template: z.literal('fsg-five').default('fsg-five'),
    /** Side of the aligned pictures in pixels. */
    size: z.int().min(64).max(512).default(128),
  }),
]);
export type AlignConfig = z.infer<typeof AlignConfig>;

/** Where the template is to lie: its side in pixels, turned by an angle, its centre at x, y. */
export interface Placement {
  readonly side: number;
  readonly cosine: number;
  readonly sine: number;
  readonly x: number;
  readonly y: number;
}

/** The similarity of least squares from five points (x0, y0, x1 …) to the template so placed. */
export function fitTemplate(five: ArrayLike<number>, { side, cosine, sine, x, y }: Placement): Similarity {
  const [qx, qy] = TEMPLATE_CENTRE;
  let [px, py] = [0, 0];
  for (let i = 0; i < 5; i++) {
    px += (five[2 * i] as number) / 5;
    py += (five[2 * i + 1] as number) / 5;
  }
  let [dot, cross, norm] = [0, 0, 0];
  FIVE_POINTS.forEach(([u, v], i) => {
    const [dx, dy, du, dv] = [(five[2 * i] as number) - px, (five[2 * i + 1] as number) - py, u - qx, v - qy];
    dot += dx * du + dy * dv;
    cross += dx * dv - dy * du;
    norm += dx * dx + dy * dy;
  });
  const a = (side * (dot * cosine - cross * sine)) / norm;
  const b = (side * (dot * sine + cross * cosine)) / norm;
  return { a, b, e: x - (a * px - b * py), f: y - (b * px + a * py) };
}

/** The similarity that carries five points onto the template in a picture of side `size`. */
export function alignTo(five: ArrayLike<number>, size: number): Similarity {
  const [qx, qy] = TEMPLATE_CENTRE;
  return fitTemplate(five, { side: size, cosine: 1, sine: 0, x: qx * size - 0.5, y: qy * size - 0.5 });
}

/** The template's five points in a picture, in the middle of which it stands as large as fits. */
export function templateIn(width: number, height: number): Float32Array {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) / 2, (height - side) / 2];
  return Float32Array.from(FIVE_POINTS.flatMap(([x, y]) => [left + x * side - 0.5, top + y * side - 0.5]));
}

/** x0, y0, x1 … under a similarity. */
export function movedPoints(points: ArrayLike<number>, { a, b, e, f }: Similarity): Float32Array {
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    out[i] = a * x - b * y + e;
    out[i + 1] = b * x + a * y + f;
  }
  return out;
}
