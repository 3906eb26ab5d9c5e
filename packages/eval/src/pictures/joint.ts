import type { Rgb } from '@fsg/data';

/** Reach of the filter and step between the pixels it visits. */
const RADIUS = 8;
const STEP = 2;
/** Colours this far apart (in 0-255, Euclidean) share little. */
const COLOUR_SIGMA = 22;
/** Squared colour distances are looked up in steps of this. */
const BIN = 64;
const NEARNESS = Float32Array.from({ length: Math.ceil((3 * 255 * 255) / BIN) + 1 }, (_, i) =>
  Math.exp((-i * BIN) / (2 * COLOUR_SIGMA * COLOUR_SIGMA)),
);

/**
 * Each value becomes the mean of those around it whose pixels in `guide` have about the same colour, so that
 * blurred values snap to the guide's edges (a joint bilateral filter; Petschnigg et al., 2004).
 */
export function smoothAlongColours(values: Float32Array, guide: Rgb): Float32Array {
  const { width, height, data } = guide;
  const offsets = disc();
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      let sum = 0;
      let weights = 0;
      for (const [dx, dy] of offsets) {
        const u = x + dx;
        const v = y + dy;
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        const q = v * width + u;
        const red = (data[3 * p] as number) - (data[3 * q] as number);
        const green = (data[3 * p + 1] as number) - (data[3 * q + 1] as number);
        const blue = (data[3 * p + 2] as number) - (data[3 * q + 2] as number);
        const weight = NEARNESS[Math.floor((red * red + green * green + blue * blue) / BIN)] as number;
        sum += weight * (values[q] as number);
        weights += weight;
      }
      out[p] = sum / weights;
    }
  }
  return out;
}

function disc(): readonly (readonly [number, number])[] {
  const offsets: [number, number][] = [];
  for (let dy = -RADIUS; dy <= RADIUS; dy += STEP) {
    for (let dx = -RADIUS; dx <= RADIUS; dx += STEP)
      if (dx * dx + dy * dy <= RADIUS * RADIUS) offsets.push([dx, dy]);
  }
  return offsets;
}
