/** Exact-area coverage of polygons, by signed areas accumulated along each row (as in font rasterisers). */
import type { Point } from './point.ts';

/** How much of each pixel a shape covers, 0 to 1, known inside a box of pixels: left ≤ x < right, top ≤ y < bottom. */
export class Coverage {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly stride: number;
  readonly values: Float32Array;

  constructor(left: number, top: number, right: number, bottom: number) {
    this.left = left;
    this.top = top;
    this.right = Math.max(left, right);
    this.bottom = Math.max(top, bottom);
    this.stride = this.right - left;
    this.values = new Float32Array(this.stride * (this.bottom - top));
  }

  at(x: number, y: number): number {
    if (x < this.left || x >= this.right || y < this.top || y >= this.bottom) return 0;
    return this.values[(y - this.top) * this.stride + x - this.left] as number;
  }
}

/** Coverage of a simple polygon, cut off at the picture's borders. */
export function coverPolygon(corners: readonly Point[], width: number, height: number): Coverage {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of corners) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const x0 = Math.floor(left + 0.5) - 1;
  const y0 = Math.max(0, Math.floor(top + 0.5));
  const y1 = Math.min(height, Math.ceil(bottom + 0.5));
  const stride = Math.ceil(right + 0.5) - x0 + 3;
  const areas = new Float32Array(stride * Math.max(0, y1 - y0) + 2);
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length] as Point;
    addEdge(areas, stride, y1 - y0, a.x + 0.5 - x0, a.y + 0.5 - y0, b.x + 0.5 - x0, b.y + 0.5 - y0);
  });
  const cover = new Coverage(Math.max(0, x0), y0, Math.min(width, x0 + stride), y1);
  const { values, left: first, right: end } = cover;
  for (let y = y0; y < y1; y++) {
    let sum = 0;
    let at = (y - y0) * stride;
    for (let x = x0; x < first && x < end; x++) sum += areas[at++] as number;
    let to = (y - y0) * cover.stride;
    for (let x = first; x < end; x++) {
      sum += areas[at++] as number;
      const value = Math.min(1, Math.abs(sum));
      values[to++] = value < 1e-4 ? 0 : value;
    }
  }
  return cover;
}

/** Adds one edge's signed area to each pixel that it crosses; a row's running sum is then the coverage. */
function addEdge(
  areas: Float32Array,
  stride: number,
  rows: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): void {
  if (ay === by) return;
  const direction = ay < by ? 1 : -1;
  const [topX, topY, bottomX, bottomY] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
  const slope = (bottomX - topX) / (bottomY - topY);
  let x = topY < 0 ? topX - topY * slope : topX;
  const last = Math.min(rows, Math.ceil(bottomY));
  for (let y = Math.max(0, Math.floor(topY)); y < last; y++) {
    const dy = Math.min(y + 1, bottomY) - Math.max(y, topY);
    const next = x + slope * dy;
    addSpan(areas, y * stride, Math.min(x, next), Math.max(x, next), dy * direction);
    x = next;
  }
}

/** Spreads the area of an edge's part inside one row, from x0 to x1 ≥ x0, over the pixels between. */
function addSpan(areas: Float32Array, row: number, x0: number, x1: number, area: number): void {
  const first = Math.floor(x0);
  const end = Math.ceil(x1);
  if (end <= first + 1) {
    const right = area * ((x0 + x1) / 2 - first);
    areas[row + first] = (areas[row + first] as number) + area - right;
    areas[row + first + 1] = (areas[row + first + 1] as number) + right;
    return;
  }
  const share = 1 / (x1 - x0);
  let before = 0;
  for (let i = first; i < end; i++) {
    const from = Math.max(i, x0);
    const to = Math.min(i + 1, x1);
    const here = share * ((to - from) * (i + 1 - (from + to) / 2) + from - x0);
    areas[row + i] = (areas[row + i] as number) + area * (here - before);
    before = here;
  }
  areas[row + end] = (areas[row + end] as number) + area * (1 - before);
}
