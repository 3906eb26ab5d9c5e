/** Sunglasses as they are cut, in cm in the mean face's space: lenses in a bent front that rests on the nose, sides to the ears. */
import { closedCurve, type Point } from '../draw/point.ts';

/**
 * Corners of the lens at the picture's right, rounded off: x from the middle of the nose, y up from the eyes' corners; from the
 * upper inner one over the temple and the bottom back to the nose. A shield is half of one lens, from the middle to the middle.
 */
const CORNERS = {
  round: [1.7, 1.5, 3.3, 2.2, 4.9, 1.5, 5.6, -0.1, 4.9, -1.7, 3.3, -2.4, 1.7, -1.7, 1, -0.1],
  wayfarer: [1.25, 1.75, 3.6, 2, 6.15, 2, 6, 0.3, 5.3, -1.65, 3.4, -2, 1.75, -1.6, 1.05, 0.3],
  aviator: [1.3, 1.8, 3.6, 2.1, 6.1, 1.7, 6.35, -0.2, 5.6, -2.1, 3.9, -2.65, 2.1, -1.75, 1.05, 0.3],
  rectangle: [1.15, 1.45, 3.6, 1.7, 6.05, 1.65, 6.25, 0.1, 5.9, -1.35, 3.5, -1.6, 1.5, -1.35, 1, 0.2],
  catEye: [1.35, 1.2, 3.3, 1.75, 5.6, 2.35, 6.4, 2.1, 5.9, -0.45, 4.1, -1.85, 2.1, -1.7, 1.05, 0],
  shield: [0, 1.75, 3.3, 2, 6.1, 1.7, 6.7, 0.3, 6, -1.3, 3.9, -2.1, 2, -1.75, 1.05, -0.2, 0, 0.35],
} as const;

export type EyewearShape = keyof typeof CORNERS;
export const EYEWEAR_SHAPES = Object.keys(CORNERS) as [EyewearShape];

/** Outlines of the lenses in the front's own plane, x and y in cm: the picture's left one and its right one, or the one. */
export function lensesOf(shape: EyewearShape, size: number): Point[][] {
  const corners = CORNERS[shape];
  const inner = shape === 'shield' ? 0 : INNER;
  const right = Array.from({ length: corners.length / 2 }, (_, i) => ({
    x: inner + size * (corners[2 * i]! - inner),
    y: size * corners[2 * i + 1]!,
  }));
  const left = right.map(({ x, y }) => ({ x: -x, y })).reverse();
  if (shape === 'shield') return [closedCurve([...right, ...left.slice(1, -1)], 3)];
  return [closedCurve(left, 4), closedCurve(right, 4)];
}

/** Where lenses begin beside the nose: larger ones grow towards the temples. */
const INNER = 1;

/** Depth of the front's middle in cm, and how much of it a step up adds. */
const MIDDLE = 2.35;
export const TILT = 0.16;

/** The front is round about the head: radius in cm. */
export const wrapOf = (shape: EyewearShape): number => (shape === 'shield' ? 11 : 17);

/** Depth of the front over a point of its plane. */
export const frontAt = ({ x, y }: Point, wrap: number): number => MIDDLE + TILT * y - (x * x) / (2 * wrap);

/** An outline widened by `by` cm at the sides and the bottom, by `above` at the top. */
export function widened(outline: readonly Point[], by: number, above: number): Point[] {
  const count = outline.length;
  return outline.map((point, i) => {
    const [a, b] = [outline[(i + count - 1) % count]!, outline[(i + 1) % count]!];
    const [tx, ty] = [b.x - a.x, b.y - a.y];
    const length = Math.sqrt(tx * tx + ty * ty) || 1;
    const [nx, ny] = [-ty / length, tx / length];
    const width = by + (above - by) * Math.max(0, ny);
    return { x: point.x + nx * width, y: point.y + ny * width };
  });
}

/** Where the sides rest on the ears: of the mean head, at the picture's right. */
export const EAR = [7.2, 0.5, -6.8] as const;
