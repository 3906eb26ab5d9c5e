/** Coverage of lines with round ends and joints, by distance. */
import type { Point } from './point.ts';
import { Coverage } from './polygon.ts';

/** Coverage of an open line through the points, `radius` pixels (or one value a point) to either side, edges one pixel soft. */
export function coverLine(
  points: readonly Point[],
  radius: number | readonly number[],
  width: number,
  height: number,
): Coverage {
  const radiusAt = typeof radius === 'number' ? () => radius : (i: number) => radius[i] as number;
  const reach = Math.max(...points.map((_, i) => radiusAt(i))) + 0.5;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const cover = new Coverage(
    Math.max(0, Math.ceil(Math.min(...xs) - reach)),
    Math.max(0, Math.ceil(Math.min(...ys) - reach)),
    Math.min(width, Math.floor(Math.max(...xs) + reach) + 1),
    Math.min(height, Math.floor(Math.max(...ys) + reach) + 1),
  );
  for (let i = 1; i < points.length; i++) {
    addSegment(cover, points[i - 1] as Point, points[i] as Point, radiusAt(i - 1), radiusAt(i));
  }
  return cover;
}

function addSegment(cover: Coverage, a: Point, b: Point, from: number, to: number): void {
  const reach = Math.max(from, to) + 0.5;
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy || 1e-9;
  const left = Math.max(cover.left, Math.ceil(Math.min(a.x, b.x) - reach));
  const right = Math.min(cover.right - 1, Math.floor(Math.max(a.x, b.x) + reach));
  const top = Math.max(cover.top, Math.ceil(Math.min(a.y, b.y) - reach));
  const bottom = Math.min(cover.bottom - 1, Math.floor(Math.max(a.y, b.y) + reach));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const t = Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length2));
      const ex = x - a.x - t * dx;
      const ey = y - a.y - t * dy;
      const value = Math.min(1, from + t * (to - from) + 0.5 - Math.sqrt(ex * ex + ey * ey));
      const at = (y - cover.top) * cover.stride + x - cover.left;
      if (value > (cover.values[at] as number)) cover.values[at] = value;
    }
  }
}
