/** What each column measures, and by which convention. */

export const METRIC_KEYS = ['psnr_hole', 'ssim_hole', 'psnr', 'ssim', 'similarity', 'hole_iou'] as const;
export type MetricKey = (typeof METRIC_KEYS)[number];

export interface MetricCard {
  readonly key: MetricKey;
  readonly label: string;
  readonly unit: string | null;
  readonly better: 'higher' | 'lower';
  /** Decimals shown. */
  readonly digits: number;
  readonly convention: string;
}

const PSNR = 'PSNR on 8-bit RGB, range 255, mean of the pictures’ own values, identical pairs counted apart';
const SSIM =
  'SSIM as scikit-image with gaussian_weights, sigma 1.5, use_sample_covariance False, data_range 255, mean of the three channels';

/** The columns of a table; `judge` names the recogniser whose features the similarity compares. */
export function metricCards(judge: string | null): readonly MetricCard[] {
  const by = judge === null ? 'no judge was given' : `by ${judge}`;
  return [
    {
      key: 'psnr_hole',
      label: 'PSNR in the hole',
      unit: 'dB',
      better: 'higher',
      digits: 2,
      convention: `${PSNR}; over the true mask’s pixels`,
    },
    {
      key: 'ssim_hole',
      label: 'SSIM in the hole',
      unit: null,
      better: 'higher',
      digits: 3,
      convention: `${SSIM}; mean of that map over the true mask`,
    },
    {
      key: 'psnr',
      label: 'PSNR',
      unit: 'dB',
      better: 'higher',
      digits: 2,
      convention: `${PSNR}; whole image`,
    },
    {
      key: 'ssim',
      label: 'SSIM',
      unit: null,
      better: 'higher',
      digits: 3,
      convention: `${SSIM}; whole image`,
    },
    {
      key: 'similarity',
      label: 'Identity similarity',
      unit: null,
      better: 'higher',
      digits: 3,
      convention: `cosine between the features of this image and of the clean one, ${by}`,
    },
    {
      key: 'hole_iou',
      label: 'IoU of the hole',
      unit: null,
      better: 'higher',
      digits: 3,
      convention: 'intersection over union of the predicted and the true mask, mean over images',
    },
  ];
}
