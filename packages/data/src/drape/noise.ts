/** How strong a picture's noise is: what is drawn into it has as much. */
import type { Paint } from '../draw/canvas.ts';
import { grain } from '../draw/texture.ts';
import type { Rgb } from '../face.ts';
import type { Random } from '../random.ts';

const STRIDE = 5;
/** Of noise of deviation 1: the median of its absolute values, and the deviation of a pixel less the mean of two neighbours. */
const MEDIAN = 0.6745;
const SECOND = 1.2247;

/** Standard deviation in levels, from the median difference of pixels and the mean of their neighbours: texture hardly counts. */
export function noiseIn({ width, height, data }: Rgb): number {
  const counts = new Int32Array(512);
  let n = 0;
  const green = (x: number, y: number): number => data[3 * (y * width + x) + 1]!;
  for (let y = 1; y < height - 1; y += STRIDE) {
    for (let x = 1 + (y % 3); x < width - 1; x += STRIDE) {
      const off = Math.abs(2 * green(x, y) - green(x - 1, y) - green(x + 1, y));
      counts[off] = counts[off]! + 1;
      n++;
    }
  }
  let [below, median] = [0, 0];
  while (below + counts[median]! < n / 2) below += counts[median++]!;
  // Differences are whole numbers: the median's share within its own.
  const exact = median + (n / 2 - below) / Math.max(1, counts[median]!) - 0.5;
  return Math.max(0, exact) / (2 * SECOND * MEDIAN);
}

/** Of even noise from -1 to 1. */
const EVEN = 0.5774;

/** Gives what paints draw into the picture its noise, and that of `rough` more levels. */
export function grainLike(image: Rgb, random: Random, rough = 0): (paint: Paint) => Paint {
  const strength = noiseIn(image) / EVEN + rough;
  const field = grain(random);
  return (paint) => (x, y, out, at) => {
    const opacity = paint(x, y, out, at);
    const speck = strength * field(x, y);
    for (let c = 0; c < 3; c++) out[c] = out[c]! + speck;
    return opacity;
  };
}
