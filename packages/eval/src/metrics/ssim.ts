/**
 * Structural similarity (Wang et al., 2004) of 8-bit RGB pictures, in the convention of scikit-image's
 * `structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
 * channel_axis=-1)`: an 11-tap Gaussian, edges mirrored, each channel on its own, then their mean.
 */

const SIGMA = 1.5;
const RADIUS = 5;
const TAPS = 2 * RADIUS + 1;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Kept side by side for each value: local means of a, b, a² + b² and a·b. */
const MOMENTS = 4;
const PIXEL = 3 * MOMENTS;

/** Normalised weights at distance 0 … 5 from the centre. */
const WEIGHTS = gaussian();

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: RADIUS + 1 }, (_, i) =>
    Math.exp((-0.5 * i * i) / (SIGMA * SIGMA)),
  );
  const sum = weights.reduce((total, w, i) => total + (i === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/**
 * The local similarity of two pictures at every pixel, mean of the three channels: [height * width] values
 * in [-1, 1]. Throws where a side is shorter than the window's 11 pixels, as scikit-image does.
 */
export function ssimMap(a: Uint8Array, b: Uint8Array, width: number, height: number): Float64Array {
  const length = width * height * 3;
  if (a.length !== length || b.length !== length) {
    throw new RangeError(
      `pictures of ${a.length} and ${b.length} values where ${width} x ${height} x 3 was expected`,
    );
  }
  if (Math.min(width, height) < TAPS) {
    throw new RangeError(
      `SSIM needs pictures of at least ${TAPS} x ${TAPS} pixels, not ${width} x ${height}`,
    );
  }
  const line = width * PIXEL;
  const padded = new Float64Array((width + 2 * RADIUS) * PIXEL);
  const rows = new Float64Array((height + 2 * RADIUS) * line);
  for (let y = 0; y < height; y++) {
    fillRow(a, b, width, y, padded);
    blur(padded, 0, PIXEL, rows.subarray((y + RADIUS) * line, (y + RADIUS + 1) * line));
  }
  for (let y = 1; y <= RADIUS; y++) {
    const top = RADIUS * line;
    const bottom = (RADIUS + height) * line;
    rows.copyWithin(top - y * line, top + (y - 1) * line, top + y * line);
    rows.copyWithin(bottom + (y - 1) * line, bottom - y * line, bottom - (y - 1) * line);
  }
  const map = new Float64Array(width * height);
  const moments = new Float64Array(line);
  for (let y = 0; y < height; y++) {
    blur(rows, y * line, line, moments);
    compare(moments, map.subarray(y * width, (y + 1) * width));
  }
  return map;
}

/** The moments' terms along row y, with five pixels mirrored at either end (b a | a b c … x y z | z y). */
function fillRow(a: Uint8Array, b: Uint8Array, width: number, y: number, out: Float64Array): void {
  let o = 0;
  for (let x = -RADIUS; x < width + RADIUS; x++) {
    const mirrored = x < 0 ? -1 - x : x >= width ? 2 * width - 1 - x : x;
    const start = 3 * (y * width + mirrored);
    for (let i = start; i < start + 3; i++) {
      const p = a[i] as number;
      const q = b[i] as number;
      out[o] = p;
      out[o + 1] = q;
      out[o + 2] = p * p + q * q;
      out[o + 3] = p * q;
      o += MOMENTS;
    }
  }
}

/**
 * The Gaussian over eleven values `step` apart, of which the first stands at `start`. The taps are spelt out
 * with plain indices: loops, helpers and destructuring each cost half as much again.
 */
function blur(source: Float64Array, start: number, step: number, out: Float64Array): void {
  const k0 = WEIGHTS[0] as number;
  const k1 = WEIGHTS[1] as number;
  const k2 = WEIGHTS[2] as number;
  const k3 = WEIGHTS[3] as number;
  const k4 = WEIGHTS[4] as number;
  const k5 = WEIGHTS[5] as number;
  const s2 = 2 * step;
  const s3 = 3 * step;
  const s4 = 4 * step;
  const s5 = 5 * step;
  const n = out.length;
  for (let o = 0, i = start + s5; o < n; o++, i++) {
    out[o] =
      k0 * (source[i] as number) +
      k1 * ((source[i - step] as number) + (source[i + step] as number)) +
      k2 * ((source[i - s2] as number) + (source[i + s2] as number)) +
      k3 * ((source[i - s3] as number) + (source[i + s3] as number)) +
      k4 * ((source[i - s4] as number) + (source[i + s4] as number)) +
      k5 * ((source[i - s5] as number) + (source[i + s5] as number));
  }
}

/** The index itself from one row of local means. */
function compare(moments: Float64Array, out: Float64Array): void {
  for (let x = 0, i = 0; x < out.length; x++) {
    let sum = 0;
    for (let c = 0; c < 3; c++, i += MOMENTS) {
      const meanA = moments[i] as number;
      const meanB = moments[i + 1] as number;
      const product = meanA * meanB;
      const squares = meanA * meanA + meanB * meanB;
      const covariance = (moments[i + 3] as number) - product;
      const variances = (moments[i + 2] as number) - squares;
      sum += ((2 * product + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
    }
    out[x] = sum / 3;
  }
}

/** Mean of the map inside a border of 5 pixels, which scikit-image leaves out: the picture's SSIM. */
export function ssimMean(map: Float64Array, width: number, height: number): number {
  let sum = 0;
  for (let y = RADIUS; y < height - RADIUS; y++) {
    for (let x = RADIUS; x < width - RADIUS; x++) sum += map[y * width + x] as number;
  }
  return sum / ((width - 2 * RADIUS) * (height - 2 * RADIUS));
}

/** Mean of a map over the pixels of a mask (not 0 = counted), or null where the mask is empty. */
export function meanInside(map: Float64Array, mask: Uint8Array): number | null {
  let sum = 0;
  let pixels = 0;
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 0) continue;
    sum += map[p] as number;
    pixels++;
  }
  return pixels > 0 ? sum / pixels : null;
}

/** SSIM of two pictures, one value. */
export function ssim(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  return ssimMean(ssimMap(a, b, width, height), width, height);
}
