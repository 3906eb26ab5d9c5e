/**
 * Structural similarity (Wang et al., 2004) of 8-bit RGB pictures, in the convention of scikit-image's
 * `structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255,
 * channel_axis=-1)`: an 11-tap Gaussian, edges mirrored, each channel on its own, then their mean.
 */
import { RADIUS, type Structure, structures } from './structure.ts';

/**
 * The local similarity of two pictures at every pixel, mean of the three channels: [height * width] values
 * in [-1, 1]. Throws where a side is shorter than the window's 11 pixels, as scikit-image does.
 */
export function ssimMap(a: Uint8Array, b: Uint8Array, width: number, height: number): Float64Array {
  const [{ similarity }] = structures(a, b, width, height, 1) as [Structure];
  return similarity;
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
