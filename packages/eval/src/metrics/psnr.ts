/**
 * Pixel error of 8-bit pictures. Pictures are interleaved RGB, row-major, `width * height * 3` values of 0-255;
 * a mask has `width * height` values, not 0 where the pixel counts.
 */

/** Squared error over channels and counted pixels, or null where the mask is empty. */
export function meanSquaredError(a: Uint8Array, b: Uint8Array, mask?: Uint8Array): number | null {
  if (a.length !== b.length)
    throw new RangeError(`pictures of ${a.length} and ${b.length} values cannot be compared`);
  if (mask && mask.length * 3 !== a.length) {
    throw new RangeError(`a mask of ${mask.length} values for pictures of ${a.length / 3} pixels`);
  }
  let sum = 0;
  if (!mask) {
    for (let i = 0; i < a.length; i++) {
      const d = (a[i] as number) - (b[i] as number);
      sum += d * d;
    }
    return a.length > 0 ? sum / a.length : null;
  }
  let pixels = 0;
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 0) continue;
    pixels++;
    for (let i = 3 * p; i < 3 * p + 3; i++) {
      const d = (a[i] as number) - (b[i] as number);
      sum += d * d;
    }
  }
  return pixels > 0 ? sum / (3 * pixels) : null;
}

/**
 * Peak signal-to-noise ratio in dB: 10·log10(255² / mean squared error), one value a picture (the mean over
 * pictures is the mean of these, not the ratio of a pooled error). Null for pictures that are identical in
 * the counted pixels, where the ratio has no value, and for an empty mask.
 */
export function psnr(a: Uint8Array, b: Uint8Array, mask?: Uint8Array): number | null {
  const error = meanSquaredError(a, b, mask);
  return error === null || error === 0 ? null : 10 * Math.log10((255 * 255) / error);
}
