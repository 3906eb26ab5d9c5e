/** Boxes in a picture and which of them mean the same thing. */

/** In pixels; x, y is the upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Scored {
  readonly score: number;
  readonly box: Box;
}

/** Boxes that share more of the smaller one than this mean the same: what looks like a face inside a face is none. */
const SAME = 0.4;

/** The best of each heap of overlapping boxes, the best first (non-maximum suppression). */
export function strongest<T extends Scored>(all: readonly T[]): T[] {
  const kept: T[] = [];
  for (const one of [...all].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, one.box) < SAME)) kept.push(one);
  }
  return kept;
}

export const area = ({ width, height }: Box): number => width * height;

/** Share of the smaller box that the other one covers. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return (Math.max(0, width) * Math.max(0, height)) / Math.min(area(a), area(b));
}
