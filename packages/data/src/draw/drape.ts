/** A cloth laid over a face: a grid of points in the picture, with the cloth's own coordinates at every pixel. */
import type { Point } from './point.ts';
import { type Coverage, coverPolygon } from './polygon.ts';

export interface Cloth {
  readonly cover: Coverage;
  /** Place on the cloth from 0 (left, upper edge) to 1, by pixel of the cover's box. */
  readonly u: Float32Array;
  readonly v: Float32Array;
}

/** `rows[j][i]` is where the cloth's point u = i / (columns - 1), v = j / (rows - 1) lies in the picture. */
export function drape(rows: readonly (readonly Point[])[], width: number, height: number): Cloth {
  const cover = coverPolygon(outlineOf(rows), width, height);
  const cells = cover.values.length;
  const cloth = { cover, u: new Float32Array(cells).fill(-1), v: new Float32Array(cells) };
  const du = 1 / ((rows[0] as readonly Point[]).length - 1);
  const dv = 1 / (rows.length - 1);
  for (let j = 1; j < rows.length; j++) {
    const above = rows[j - 1] as readonly Point[];
    const below = rows[j] as readonly Point[];
    for (let i = 1; i < above.length; i++) {
      const [a, b] = [above[i - 1] as Point, above[i] as Point];
      const [c, d] = [below[i - 1] as Point, below[i] as Point];
      addTriangle(cloth, a, b, c, (i - 1) * du, (j - 1) * dv, du, dv);
      addTriangle(cloth, d, c, b, i * du, j * dv, -du, -dv);
    }
  }
  fillEdges(cloth);
  return cloth;
}

/** The cloth's border, once round. */
export function outlineOf(rows: readonly (readonly Point[])[]): Point[] {
  const inner = rows.slice(1, -1);
  return [
    ...(rows[0] as readonly Point[]),
    ...inner.map((row) => row.at(-1) as Point),
    ...[...(rows.at(-1) as readonly Point[])].reverse(),
    ...inner.map((row) => row[0] as Point).reverse(),
  ];
}

/** Sets u and v of the pixels whose centres lie in the triangle or just outside it; u grows by `du` from a to b, v by `dv` from a to c. */
function addTriangle(
  { cover, u, v }: Cloth,
  a: Point,
  b: Point,
  c: Point,
  u0: number,
  v0: number,
  du: number,
  dv: number,
): void {
  const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (area === 0) return;
  const slack = -Math.min(0.2, 0.5 / Math.sqrt(Math.abs(area)));
  const left = Math.max(cover.left, Math.floor(Math.min(a.x, b.x, c.x)));
  const right = Math.min(cover.right - 1, Math.ceil(Math.max(a.x, b.x, c.x)));
  const top = Math.max(cover.top, Math.floor(Math.min(a.y, b.y, c.y)));
  const bottom = Math.min(cover.bottom - 1, Math.ceil(Math.max(a.y, b.y, c.y)));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const s = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / area;
      const t = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / area;
      if (s < slack || t < slack || s + t > 1 - slack) continue;
      const at = (y - cover.top) * cover.stride + x - cover.left;
      u[at] = Math.min(1, Math.max(0, u0 + s * du));
      v[at] = Math.min(1, Math.max(0, v0 + t * dv));
    }
  }
}

/** Covered pixels that no triangle reached take their place from the neighbour in the row. */
function fillEdges({ cover, u, v }: Cloth): void {
  const { stride, values } = cover;
  for (let row = 0; row < u.length; row += stride) {
    for (let i = row + 1; i < row + stride; i++) {
      if (u[i] === -1 && (values[i] as number) > 0 && u[i - 1] !== -1) copy(u, v, i, i - 1);
    }
    for (let i = row + stride - 2; i >= row; i--) {
      if (u[i] === -1 && (values[i] as number) > 0 && u[i + 1] !== -1) copy(u, v, i, i + 1);
    }
  }
  for (let i = 0; i < u.length; i++) {
    if (u[i] === -1) u[i] = 0.5;
  }
}

function copy(u: Float32Array, v: Float32Array, to: number, from: number): void {
  u[to] = u[from] as number;
  v[to] = v[from] as number;
}
