/** All pixel metrics of a restored picture against the clean one, whole and by region, from work that is done once. */
import type { PictureRegion } from '../pictures/regions.ts';
import { FOUR_FROM, multiScale, scaleWeights } from './ms-ssim.ts';
import { decibels, pixelErrors } from './psnr.ts';
import { ssimMean } from './ssim.ts';
import { type Structure, structures } from './structure.ts';

/** Why a pair has no PSNR. */
export const IDENTICAL = 'identical';

export interface Measured {
  /** By key: `psnr`, `ssim`, `l1`, `ms_ssim`, and `psnr_<region>`, `ssim_<region>`, `l1_<region>`. Null: there is no value. */
  readonly values: Readonly<Record<string, number | null>>;
  /** The reason for each null. */
  readonly why: Readonly<Record<string, string>>;
}

/**
 * PSNR in dB, SSIM (in a region the mean of its map), L1 in levels of 255, and MS-SSIM of the whole. Pictures are interleaved
 * 8-bit RGB, `regions` those of `pictureRegions`. Throws a RangeError at pictures of another size or below 11 x 11 pixels, and
 * at regions of a larger picture.
 */
export function measurePair(
  restored: Uint8Array,
  clean: Uint8Array,
  width: number,
  height: number,
  regions: Readonly<Record<string, PictureRegion>>,
): Measured {
  const values: Record<string, number | null> = {};
  const why: Record<string, string> = {};
  const note = (key: string, value: number | null, reason: string): void => {
    values[key] = value;
    if (value === null) why[key] = reason;
  };

  const weights = scaleWeights(width, height);
  const scales = structures(restored, clean, width, height, Math.max(weights.length, 1));
  const { similarity } = scales[0] as Structure;
  const { squared, absolute } = pixelErrors(restored, clean);

  note('psnr', decibels(mean(squared) / 3), IDENTICAL);
  values.ssim = ssimMean(similarity, width, height);
  values.l1 = mean(absolute) / 3;
  const several = weights.length > 0 ? multiScale(scales, weights) : null;
  note('ms_ssim', several, `a side is shorter than ${FOUR_FROM} pixels`);
  for (const [name, { pixels, whenEmpty }] of Object.entries(regions)) {
    if ((pixels.at(-1) ?? 0) >= width * height) {
      throw new RangeError(`region ${name} belongs to a picture larger than ${width} x ${height}`);
    }
    const some = pixels.length > 0;
    note(`psnr_${name}`, some ? decibels(meanAt(squared, pixels) / 3) : null, some ? IDENTICAL : whenEmpty);
    note(`ssim_${name}`, some ? meanAt(similarity, pixels) : null, whenEmpty);
    note(`l1_${name}`, some ? meanAt(absolute, pixels) / 3 : null, whenEmpty);
  }
  return { values, why };
}

function mean(map: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < map.length; p++) sum += map[p] as number;
  return sum / map.length;
}

function meanAt(map: Float64Array, pixels: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) sum += map[pixels[i] as number] as number;
  return sum / pixels.length;
}
