/** What each column measures, and by which convention. */
import { BAND } from '../pictures/regions.ts';

export interface MetricCard {
  readonly key: string;
  readonly label: string;
  readonly unit: string | null;
  readonly better: 'higher' | 'lower';
  /** Decimals shown. */
  readonly digits: number;
  /** Shown first in a table; the others in a second one. */
  readonly main: boolean;
  readonly convention: string;
  /** Why it is missing where nothing was measured. */
  readonly absent?: string;
}

const PSNR = 'PSNR on 8-bit RGB, range 255, mean of the pictures’ own values, identical pairs counted apart';
const SSIM =
  'SSIM as scikit-image with gaussian_weights, sigma 1.5, use_sample_covariance False, data_range 255, mean of the three channels';
const L1 = 'mean absolute difference of 8-bit RGB, in levels of 255';
const BAND_TEXT = `over the pixels up to ${BAND} columns or rows from the true mask’s border, on either side`;

/** What the pixelwise metrics are taken over, by what stands behind their keys. */
const PLACES = [
  { suffix: '_hole', label: ' in the hole', over: 'over the true mask’s pixels', main: true },
  { suffix: '', label: '', over: 'whole image', main: true },
  {
    suffix: '_visible',
    label: ' in the visible part',
    over: 'over the pixels that are not occluded',
    main: false,
  },
  { suffix: '_band', label: ' at the border', over: BAND_TEXT, main: false },
] as const;

const PIXELWISE = [
  { key: 'psnr', label: 'PSNR', unit: 'dB', better: 'higher', digits: 2, convention: PSNR, main: true },
  {
    key: 'ssim',
    label: 'SSIM',
    unit: null,
    better: 'higher',
    digits: 3,
    convention: `${SSIM}; in a part the mean of that map`,
    main: true,
  },
  { key: 'l1', label: 'L1', unit: 'levels', better: 'lower', digits: 2, convention: L1, main: false },
] as const;

export const LPIPS = 'lpips';
export const FID = 'fid';
export const LANDMARK_ERROR = 'landmark_error';
export const TIME = 'time';
export const MEMORY = 'memory';

const MORE: readonly MetricCard[] = [
  {
    key: LPIPS,
    label: 'LPIPS',
    unit: null,
    better: 'lower',
    digits: 4,
    main: false,
    convention:
      'LPIPS 0.1 as the lpips package, RGB in [-1, 1], the picture as it is; the backbone stands with the sources',
    absent: 'its weights were not supplied: lpips.backbone=FILE lpips.linear=FILE',
  },
  {
    key: FID,
    label: 'FID',
    unit: null,
    better: 'lower',
    digits: 2,
    main: false,
    convention:
      'FID as pytorch-fid, 2,048 features, resized to 299 x 299 without smoothing, against the clean test images',
    absent: 'its weights were not supplied: inception=FILE',
  },
  {
    key: LANDMARK_ERROR,
    label: 'Landmark error',
    unit: '%',
    better: 'lower',
    digits: 2,
    main: false,
    convention:
      'mean distance of the 468 points that the face mesh network finds from those of the clean face, in % of the distance of the outer eye corners',
    absent: 'it was not asked for: landmarks=true',
  },
  {
    key: 'ms_ssim',
    label: 'MS-SSIM',
    unit: null,
    better: 'higher',
    digits: 3,
    main: false,
    convention:
      'MS-SSIM as torchmetrics (gaussian_kernel, sigma 1.5, kernel_size 11, data_range 255, normalize="relu"); five scales where both sides have at least 176 pixels, below that the first four with their weights renormalised',
  },
  {
    key: 'psnr_release',
    label: 'PSNR, release’s (G)',
    unit: 'dB',
    better: 'higher',
    digits: 2,
    main: false,
    convention: 'the authors’ release: peak 1 on data in [-1, 1], 6.02 dB too low (docs/defects.md, G)',
  },
  {
    key: 'ssim_release',
    label: 'SSIM, release’s (H)',
    unit: null,
    better: 'higher',
    digits: 3,
    main: false,
    convention: 'the authors’ release: constants of the range 1 on data in [-1, 1] (docs/defects.md, H)',
  },
  {
    key: 'psnr_stretched',
    label: 'PSNR, release’s (J)',
    unit: 'dB',
    better: 'higher',
    digits: 2,
    main: false,
    convention: `${PSNR}; after the picture was stretched from its least to its greatest level (docs/defects.md, J)`,
  },
  {
    key: 'ssim_stretched',
    label: 'SSIM, release’s (J)',
    unit: null,
    better: 'higher',
    digits: 3,
    main: false,
    convention: `${SSIM}; after the picture was stretched from its least to its greatest level (docs/defects.md, J)`,
  },
];

const COSTS: readonly MetricCard[] = [
  {
    key: TIME,
    label: 'Time',
    unit: 'ms an image',
    better: 'lower',
    digits: 1,
    main: false,
    convention:
      'of the method alone, in batches of 16, the median of three; on the machine of the evaluation',
  },
  {
    key: MEMORY,
    label: 'Memory',
    unit: 'MB',
    better: 'lower',
    digits: 1,
    main: false,
    convention: 'the most that tensors take beside the weights, on a batch of 16',
    absent: 'it takes no tensors',
  },
];

export const similarityKey = (judge: string): string => `similarity_${judge}`;

/** The columns of a table; `judges`: names of the recognisers whose features the similarities compare. */
export function metricCards(judges: readonly string[]): readonly MetricCard[] {
  const pixelwise = PLACES.flatMap(({ suffix, label, over, main }) =>
    PIXELWISE.map((card) => ({
      ...card,
      key: `${card.key}${suffix}`,
      label: `${card.label}${label}`,
      main: main && card.main,
      convention: `${card.convention}; ${over}`,
    })),
  );
  return [
    ...pixelwise.filter(({ main }) => main),
    ...judges.map((judge) => ({
      key: similarityKey(judge),
      label: `Identity similarity (${judge})`,
      unit: null,
      better: 'higher' as const,
      digits: 3,
      main: true,
      convention: `cosine between the features of this image and of the clean one, by ${judge}`,
    })),
    {
      key: 'hole_iou',
      label: 'IoU of the hole',
      unit: null,
      better: 'higher',
      digits: 3,
      main: true,
      convention: 'intersection over union of the predicted and the true mask, mean over images',
    },
    ...pixelwise.filter(({ main }) => !main),
    ...MORE,
    ...COSTS,
  ];
}
