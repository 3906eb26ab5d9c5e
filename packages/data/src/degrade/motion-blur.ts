/** Blur of a picture that moved evenly along a line while it was taken. */
import type { Rgb } from '../face.ts';

/** How far it moved, in pixels. */
export interface Motion {
  readonly x: number;
  readonly y: number;
}

/** The mean of the picture over all places on its way, bilinear between pixels, beyond the border its outermost pixels. */
export function motionBlurred({ width, height, data }: Rgb, motion: Motion): Rgb {
  const taps = tapsOf(motion);
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [0.5, 0.5, 0.5];
      for (const { dx, dy, weight } of taps) {
        const column = Math.min(width - 1, Math.max(0, x + dx));
        const row = Math.min(height - 1, Math.max(0, y + dy));
        const at = 3 * (row * width + column);
        red += weight * (data[at] as number);
        green += weight * (data[at + 1] as number);
        blue += weight * (data[at + 2] as number);
      }
      const to = 3 * (y * width + x);
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
    }
  }
  return { width, height, data: out };
}

interface Tap {
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

/** Places on the way for each pixel of its length. */
const PLACES = 16;

/** The pixels that a blurred one is a mean of. Weights are multiples of 2^-16 that add up to 1: an even picture stays as it is. */
function tapsOf({ x, y }: Motion): Tap[] {
  const places = PLACES * Math.ceil(Math.max(1, Math.abs(x), Math.abs(y)));
  const reach = Math.ceil(Math.max(Math.abs(x), Math.abs(y)) / 2) + 1;
  const side = 2 * reach + 1;
  const sums = new Float64Array(side * side);
  for (let i = 0; i < places; i++) {
    const t = (i + 0.5) / places - 0.5;
    const [px, py] = [t * x + reach, t * y + reach];
    const [column, row] = [Math.floor(px), Math.floor(py)];
    const [right, down] = [px - column, py - row];
    const at = row * side + column;
    sums[at] = (sums[at] as number) + (1 - right) * (1 - down);
    sums[at + 1] = (sums[at + 1] as number) + right * (1 - down);
    sums[at + side] = (sums[at + side] as number) + (1 - right) * down;
    sums[at + side + 1] = (sums[at + side + 1] as number) + right * down;
  }
  const weights = sums.map((sum) => Math.round((sum / places) * 2 ** 16) / 2 ** 16);
  const middle = reach * side + reach;
  weights[middle] = (weights[middle] as number) + 1 - weights.reduce((a, b) => a + b);
  return Array.from(weights, (weight, at) => ({
    dx: (at % side) - reach,
    dy: Math.floor(at / side) - reach,
    weight,
  })).filter(({ weight }) => weight !== 0);
}
