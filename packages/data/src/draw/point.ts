import type { Random } from '../random.ts';

/** Points of a picture: x to the right, y down, in pixels; the first pixel's centre is at (0, 0). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The point at share `t` of the way from a to b. */
export const between = (a: Point, b: Point, t: number): Point => ({
  x: a.x + t * (b.x - a.x),
  y: a.y + t * (b.y - a.y),
});

/** a + t * b */
export const offset = (a: Point, b: Point, t = 1): Point => ({ x: a.x + t * b.x, y: a.y + t * b.y });

/** The vector from b to a. */
export const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });

export const lengthOf = ({ x, y }: Point): number => Math.sqrt(x * x + y * y);

export const distance = (a: Point, b: Point): number => lengthOf(minus(a, b));

/** The vector at length 1. */
export function unit(a: Point): Point {
  const length = lengthOf(a) || 1;
  return { x: a.x / length, y: a.y / length };
}

/** A vector of length 1: cosine and sine. Rounded, as their last bit is not the same in every version of Node. */
export function directionAt(degrees: number): Point {
  const rounded = (value: number): number => Math.round(value * 2 ** 30) / 2 ** 30;
  const radians = (degrees / 180) * Math.PI;
  return { x: rounded(Math.cos(radians)), y: rounded(Math.sin(radians)) };
}

/** A vector of length 1, any way as likely as any other. */
export function anyDirection(random: Random): Point {
  for (;;) {
    const vector = { x: random.uniform(-1, 1), y: random.uniform(-1, 1) };
    const length = lengthOf(vector);
    if (length > 0.1 && length < 1) return unit(vector);
  }
}

export function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }));
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** Corners of the convex hull in order round it (Andrew's monotone chain). */
export function convexHull(points: readonly Point[]): Point[] {
  const ordered = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (some: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of some) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(ordered), ...half(ordered.reverse())];
}

const turn = (o: Point, a: Point, b: Point): number => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);

/** A smooth curve through the points (Catmull-Rom), `steps` points a piece and the last one. */
export function smoothCurve(points: readonly Point[], steps: number): Point[] {
  const curve: Point[] = [];
  const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))] as Point;
  for (let i = 0; i + 1 < points.length; i++) {
    for (let k = 0; k < steps; k++) {
      const t = k / steps;
      const blend = (a: number, b: number, c: number, d: number): number =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)] as const;
      curve.push({ x: blend(a.x, b.x, c.x, d.x), y: blend(a.y, b.y, c.y, d.y) });
    }
  }
  return [...curve, at(points.length - 1)];
}

/** A smooth closed curve through the points, `steps` points a piece. */
export function closedCurve(points: readonly Point[], steps: number): Point[] {
  const around = [points.at(-1) as Point, ...points, points[0] as Point, points[1] as Point];
  return smoothCurve(around, steps).slice(steps, -steps - 1);
}
