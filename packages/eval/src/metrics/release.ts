/**
 * The same quality by the conventions of the authors' release, beside ours: docs/defects.md, G, H and J. Its pictures are in
 * [-1, 1]; ours of 8 bits stand in for them, level p at p / 127.5 - 1.
 */
import { IDENTICAL, type Measured } from './measure-pair.ts';
import { psnr } from './psnr.ts';
import { ssim, ssimMean } from './ssim.ts';
import { type Levels, type Structure, structures } from './structure.ts';

/** What a peak of 1 takes off the PSNR of data in [-1, 1], whose peak is 2: 6.02 dB. */
const PEAK_OF_ONE = 20 * Math.log10(2);

/** Data in [-1, 1] with the constants of the range 1. */
const SIGNED: Levels = { zero: 127.5, range: 127.5 };

/**
 * Of the whole picture, `restored` against `clean`, interleaved 8-bit RGB:
 * - `psnr_release` (G): peak 1 on data in [-1, 1], in dB;
 * - `ssim_release` (H): of data in [-1, 1], with the constants of the range 1, otherwise as ours;
 * - `psnr_stretched`, `ssim_stretched` (J): ours, after `stretched(restored)`.
 * Throws a RangeError at pictures of another size or below 11 x 11 pixels.
 */
export function measureRelease(
  restored: Uint8Array,
  clean: Uint8Array,
  width: number,
  height: number,
): Measured {
  const [signed] = structures(restored, clean, width, height, 1, SIGNED) as [Structure];
  const saved = stretched(restored);
  const ratio = psnr(restored, clean);
  const values = {
    psnr_release: ratio === null ? null : ratio - PEAK_OF_ONE,
    ssim_release: ssimMean(signed.similarity, width, height),
    psnr_stretched: psnr(saved, clean),
    ssim_stretched: ssim(saved, clean, width, height),
  };
  const nulls = Object.entries(values).filter(([, value]) => value === null);
  return { values, why: Object.fromEntries(nulls.map(([key]) => [key, IDENTICAL])) };
}

/**
 * A picture as the release saves it: its lowest level at 0, its highest at 255, over all channels together, the rest in
 * proportion and rounded. A picture of one level becomes black.
 */
export function stretched(picture: Uint8Array): Uint8Array {
  let [low, high] = [255, 0];
  for (const level of picture) {
    low = Math.min(low, level);
    high = Math.max(high, level);
  }
  const span = Math.max(high - low, 1);
  const saved = Uint8Array.from({ length: 256 }, (_, level) => Math.round((255 * (level - low)) / span));
  return picture.map((level) => saved[level] as number);
}
