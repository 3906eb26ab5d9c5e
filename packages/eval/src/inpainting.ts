/** Fills a hole smoothly from its border: what needs neither training nor any idea of a face. */
import type { Rgb } from '@fsg/data';

const SWEEPS = 400;
/** Over-relaxation for holes of some fifty pixels across: 2 − 2π / 50. */
const RELAXATION = 1.87;

/**
 * The image with the pixels of the mask (1 = hole) replaced by the solution of Laplace's equation, whose values on the
 * border of the hole are the image's; at the image's own edge nothing flows. Source: harmonic inpainting (Chan and Shen
 * 2001), by successive over-relaxation.
 */
export function inpaint({ width, height, data }: Rgb, mask: Uint8Array): Rgb {
  const hole = Int32Array.from([...mask.keys()].filter((p) => mask[p] === 1));
  const around = neighbours(hole, width, height);
  const out = Uint8Array.from(data);
  for (let channel = 0; channel < 3; channel++) {
    const values = Float64Array.from(mask, (_, p) => data[3 * p + channel] as number);
    const start = meanOutside(values, mask);
    for (const p of hole) values[p] = start;
    for (let sweep = 0; sweep < SWEEPS; sweep++) relax(values, hole, around);
    for (const p of hole) out[3 * p + channel] = Math.round(Math.min(255, Math.max(0, values[p] as number)));
  }
  return { width, height, data: out };
}

/** Moves every pixel of the hole towards the mean of its neighbours, and beyond. */
function relax(values: Float64Array, hole: Int32Array, around: Int32Array): void {
  for (let i = 0; i < hole.length; i++) {
    const p = hole[i] as number;
    let sum = 0;
    for (let k = 4 * i; k < 4 * i + 4; k++) sum += values[around[k] as number] as number;
    values[p] = (values[p] as number) + RELAXATION * (sum / 4 - (values[p] as number));
  }
}

/** The four neighbours of each pixel; where the image ends, the pixel itself, so that nothing flows there. */
function neighbours(hole: Int32Array, width: number, height: number): Int32Array {
  const around = new Int32Array(4 * hole.length);
  hole.forEach((p, i) => {
    const [x, y] = [p % width, Math.floor(p / width)];
    around[4 * i] = x > 0 ? p - 1 : p;
    around[4 * i + 1] = x < width - 1 ? p + 1 : p;
    around[4 * i + 2] = y > 0 ? p - width : p;
    around[4 * i + 3] = y < height - 1 ? p + width : p;
  });
  return around;
}

function meanOutside(values: Float64Array, mask: Uint8Array): number {
  let [sum, count] = [0, 0];
  values.forEach((value, p) => {
    if (mask[p] === 1) return;
    sum += value;
    count += 1;
  });
  return count === 0 ? 0 : sum / count;
}
