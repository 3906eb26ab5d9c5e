/**
 * Multi-scale structural similarity (Wang, Simoncelli and Bovik, 2003) in the convention of torchmetrics'
 * `multiscale_structural_similarity_index_measure(gaussian_kernel=True, sigma=1.5, kernel_size=11, data_range=255.0, k1=0.01,
 * k2=0.03, betas=…, normalize="relu")`: of every scale but the last the mean contrast where the whole window lies in the
 * picture, of the last the mean similarity of all pixels, the picture reflected at its edges; a mean below 0 counts as 0.
 */
import { ssimMean } from './ssim.ts';
import { type Structure, structures } from './structure.ts';

/** Wang's weights of the five scales, the finest first. */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * Shorter sides, in pixels, from which so many scales are taken. torchmetrics demands floor(side / (scales - 1)²) > 10: for
 * five scales 176, although its message says "larger than 160".
 */
const FIVE_FROM = 176;
export const FOUR_FROM = 99;

/**
 * The scales' exponents, finest first: Wang's five where the picture's size allows them, else (as at 128 x 128) the first four
 * of them, divided by their sum; none where it allows no four.
 */
export function scaleWeights(width: number, height: number): readonly number[] {
  const side = Math.min(width, height);
  if (side >= FIVE_FROM) return WEIGHTS;
  if (side < FOUR_FROM) return [];
  const four = WEIGHTS.slice(0, 4);
  const sum = four.reduce((total, weight) => total + weight, 0);
  return four.map((weight) => weight / sum);
}

/** MS-SSIM of two interleaved 8-bit RGB pictures, in [0, 1]; null where a side is shorter than 99 pixels. */
export function msSsim(a: Uint8Array, b: Uint8Array, width: number, height: number): number | null {
  const weights = scaleWeights(width, height);
  return weights.length === 0 ? null : multiScale(structures(a, b, width, height, weights.length), weights);
}

/**
 * The same from the scales' structure, finest first. That the first one's edges are mirrored otherwise than torchmetrics does is
 * of no account: where the whole window lies in the picture, they are not seen.
 */
export function multiScale(scales: readonly Structure[], weights: readonly number[]): number {
  const means = scales.map(({ similarity, contrast, width, height }, scale) =>
    scale < scales.length - 1
      ? ssimMean(contrast, width, height)
      : similarity.reduce((sum, value) => sum + value, 0) / similarity.length,
  );
  return means.reduce((product, mean, i) => product * Math.max(mean, 0) ** (weights[i] as number), 1);
}
