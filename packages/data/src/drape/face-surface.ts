/** The mean face as a height over its own plane, and the cloth that is stretched over it: what occluders are cut along. */
import { neutral, triangles } from '../mesh/template.ts';

/** Heights z in cm over a grid of x and y in cm, seen from the front. */
class Heights {
  static readonly STEP = 0.25;
  static readonly LEFT = -8;
  static readonly TOP = 8;
  static readonly COLUMNS = 65;
  static readonly ROWS = 89;
  readonly values: Float32Array;

  constructor(values: Float32Array) {
    this.values = values;
  }

  /** Bilinear; beyond the grid its border. */
  at(x: number, y: number): number {
    const column = Math.min(Heights.COLUMNS - 1.001, Math.max(0, (x - Heights.LEFT) / Heights.STEP));
    const row = Math.min(Heights.ROWS - 1.001, Math.max(0, (Heights.TOP - y) / Heights.STEP));
    const [i, j] = [Math.floor(column), Math.floor(row)];
    const [s, t] = [column - i, row - j];
    const at = j * Heights.COLUMNS + i;
    const { values } = this;
    const upper = values[at]! + s * (values[at + 1]! - values[at]!);
    const below = at + Heights.COLUMNS;
    const lower = values[below]! + s * (values[below + 1]! - values[below]!);
    return upper + t * (lower - upper);
  }
}

const EMPTY = -99;

/** The foremost point of the face over each point of the grid; beside and below the face the skin goes back steeply. */
function front(): Heights {
  const { COLUMNS, ROWS, STEP, LEFT, TOP } = Heights;
  const values = new Float32Array(COLUMNS * ROWS).fill(EMPTY);
  for (const [a, b, c] of triangles as readonly (readonly [number, number, number])[]) {
    const p = (v: number): [number, number, number] => [
      neutral[3 * v]!,
      neutral[3 * v + 1]!,
      neutral[3 * v + 2]!,
    ];
    const [pa, pb, pc] = [p(a), p(b), p(c)];
    const area = (pb[0] - pa[0]) * (pc[1] - pa[1]) - (pb[1] - pa[1]) * (pc[0] - pa[0]);
    if (area === 0) continue;
    const column = (x: number): number => (x - LEFT) / STEP;
    const row = (y: number): number => (TOP - y) / STEP;
    const xs = [pa[0], pb[0], pc[0]].map(column);
    const ys = [pa[1], pb[1], pc[1]].map(row);
    for (let j = Math.max(0, Math.ceil(Math.min(...ys))); j <= Math.min(ROWS - 1, Math.max(...ys)); j++) {
      for (
        let i = Math.max(0, Math.ceil(Math.min(...xs)));
        i <= Math.min(COLUMNS - 1, Math.max(...xs));
        i++
      ) {
        const [x, y] = [LEFT + i * STEP, TOP - j * STEP];
        const s = ((x - pa[0]) * (pc[1] - pa[1]) - (y - pa[1]) * (pc[0] - pa[0])) / area;
        const t = ((pb[0] - pa[0]) * (y - pa[1]) - (pb[1] - pa[1]) * (x - pa[0])) / area;
        if (s < -1e-6 || t < -1e-6 || s + t > 1 + 1e-6) continue;
        const z = pa[2] + s * (pb[2] - pa[2]) + t * (pc[2] - pa[2]);
        values[j * COLUMNS + i] = Math.max(values[j * COLUMNS + i]!, z);
      }
    }
  }
  fillOutside(values);
  return new Heights(values);
}

/** How much further back a point beside the face lies than its neighbour on it, in cm a step of the grid. */
const FALL = 0.35;

function fillOutside(values: Float32Array): void {
  const { COLUMNS, ROWS } = Heights;
  for (let open = true; open; ) {
    open = false;
    const before = values.slice();
    for (let at = 0; at < values.length; at++) {
      if (before[at] !== EMPTY) continue;
      const i = at % COLUMNS;
      const near = [
        i > 0 ? before[at - 1]! : EMPTY,
        i + 1 < COLUMNS ? before[at + 1]! : EMPTY,
        at >= COLUMNS ? before[at - COLUMNS]! : EMPTY,
        at < (ROWS - 1) * COLUMNS ? before[at + COLUMNS]! : EMPTY,
      ].filter((z) => z !== EMPTY);
      if (near.length > 0) values[at] = near.reduce((a, b) => a + b) / near.length - FALL;
      else open = true;
    }
  }
}

/** What a cloth pulled tight over the face would be: no hollow in any row or column, below the eyes. */
function stretched({ values }: Heights): Heights {
  const { COLUMNS, ROWS, STEP, TOP } = Heights;
  const taut = values.slice();
  const first = Math.round((TOP - 0.5) / STEP);
  for (let round = 0; round < 4; round++) {
    for (let j = first; j < ROWS; j++) {
      bridge(
        taut,
        Array.from({ length: COLUMNS }, (_, i) => j * COLUMNS + i),
      );
    }
    for (let i = 0; i < COLUMNS; i++) {
      bridge(
        taut,
        Array.from({ length: ROWS - first }, (_, j) => (first + j) * COLUMNS + i),
      );
    }
  }
  return new Heights(smoothed(taut));
}

/** Raises the values along a line to the upper convex hull of their course. */
function bridge(values: Float32Array, line: readonly number[]): void {
  const hull: number[] = [];
  const z = (k: number): number => values[line[k]!]!;
  for (let k = 0; k < line.length; k++) {
    while (hull.length > 1) {
      const [a, b] = [hull.at(-2)!, hull.at(-1)!];
      if ((z(b) - z(a)) * (k - a) > (z(k) - z(a)) * (b - a)) break;
      hull.pop();
    }
    hull.push(k);
  }
  for (let h = 1; h < hull.length; h++) {
    const [a, b] = [hull[h - 1]!, hull[h]!];
    for (let k = a + 1; k < b; k++) values[line[k]!] = z(a) + ((z(b) - z(a)) * (k - a)) / (b - a);
  }
}

function smoothed(values: Float32Array): Float32Array {
  const { COLUMNS, ROWS } = Heights;
  let from = values;
  for (let round = 0; round < 3; round++) {
    const to = from.slice();
    for (let j = 1; j < ROWS - 1; j++) {
      for (let i = 1; i < COLUMNS - 1; i++) {
        const at = j * COLUMNS + i;
        to[at] =
          (4 * from[at]! + from[at - 1]! + from[at + 1]! + from[at - COLUMNS]! + from[at + COLUMNS]!) / 8;
      }
    }
    from = to;
  }
  return from;
}

const skin = front();
const cloth = stretched(skin);

/** Height of the mean face's skin at x, y: z, all in cm. */
export const skinAt = (x: number, y: number): number => skin.at(x, y);

/** Height of a cloth that is pulled tight over nose, lips and chin. */
export const clothAt = (x: number, y: number): number => cloth.at(x, y);
