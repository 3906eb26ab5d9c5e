/**
 * Pixel error of 8-bit pictures. Pictures are interleaved RGB, row-major, `width * height * 3` values of 0-255;
 * a mask has `width * height` values, not 0 where the pixel counts.
 */

/** At every pixel, summed over its three channels. */
export interface PixelErrors {
  /** Squared differences, in levels². */
  readonly squared: Float64Array;
  /** Absolute differences, in levels. */
  readonly absolute: Float64Array;
}

/** Throws a RangeError where the pictures differ in size. */
export function pixelErrors(a: Uint8Array, b: Uint8Array): PixelErrors {
  if (a.length !== b.length)
    throw new RangeError(`pictures of ${a.length} and ${b.length} values cannot be compared`);
  const pixels = Math.floor(a.length / 3);
  const squared = new Float64Array(pixels);
  const absolute = new Float64Array(pixels);
  for (let p = 0, i = 0; p < pixels; p++, i += 3) {
    const red = Math.abs((a[i] as number) - (b[i] as number));
    const green = Math.abs((a[i + 1] as number) - (b[i + 1] as number));
    const blue = Math.abs((a[i + 2] as number) - (b[i + 2] as number));
    squared[p] = red * red + green * green + blue * blue;
    absolute[p] = red + green + blue;
  }
  return { squared, absolute };
}

/** Over channels and counted pixels, or null where the mask is empty. */
function meanError(errors: Float64Array, mask?: Uint8Array): number | null {
  if (mask && mask.length !== errors.length) {
    throw new RangeError(`a mask of ${mask.length} values for pictures of ${errors.length} pixels`);
  }
  let sum = 0;
  let pixels = 0;
  for (let p = 0; p < errors.length; p++) {
    if (mask?.[p] === 0) continue;
    sum += errors[p] as number;
    pixels++;
  }
  return pixels > 0 ? sum / (3 * pixels) : null;
}

/** Squared error over channels and counted pixels, in levels²; null where the mask is empty. */
export const meanSquaredError = (a: Uint8Array, b: Uint8Array, mask?: Uint8Array): number | null =>
  meanError(pixelErrors(a, b).squared, mask);

/** L1: absolute error over channels and counted pixels, in levels of 255; null where the mask is empty. */
export const meanAbsoluteError = (a: Uint8Array, b: Uint8Array, mask?: Uint8Array): number | null =>
  meanError(pixelErrors(a, b).absolute, mask);

/** 10·log10(255² / mean squared error), in dB; null for an error of 0, where the ratio has no value. */
export const decibels = (meanSquare: number): number | null =>
  meanSquare === 0 ? null : 10 * Math.log10((255 * 255) / meanSquare);

/**
 * Peak signal-to-noise ratio in dB: 10·log10(255² / mean squared error), one value a picture (the mean over
 * pictures is the mean of these, not the ratio of a pooled error). Null for pictures that are identical in
 * the counted pixels, where the ratio has no value, and for an empty mask.
 */
export function psnr(a: Uint8Array, b: Uint8Array, mask?: Uint8Array): number | null {
  const error = meanSquaredError(a, b, mask);
  return error === null ? null : decibels(error);
}
