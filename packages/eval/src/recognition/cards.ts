/** What each measure of recognition is, and by which convention. */
import type { MetricCard } from '../metrics/cards.ts';
import type { IdentificationMeasure } from './identification.ts';
import type { VerificationMeasure } from './verification.ts';

export interface RecognitionCard extends Omit<MetricCard, 'key'> {
  readonly key: VerificationMeasure | IdentificationMeasure;
}

const RESAMPLED =
  'identities drawn with replacement, an impostor pair counting as the product of its two people’s draws, what single pairs add counted once; percentiles';
const PROBES = 'probe identities drawn with replacement, the gallery kept; BCa';

/** The measures of recognition; `judge` names the recogniser whose features are compared. */
export function recognitionCards(judge: string): readonly RecognitionCard[] {
  const by = `cosine of features by ${judge}`;
  const tar = (share: string): string =>
    `${by}; share of genuine pairs accepted at the smallest threshold that accepts at most ${share} of the impostor pairs, nothing interpolated, as scikit-learn’s roc_curve; marked where fewer than 10 impostor pairs are expected to pass, not estimable below 1; interval: ${RESAMPLED}`;
  const rate = (rank: string): string =>
    `${by}; share of probes whose person is ${rank} of a gallery of one clean picture an identity, people without probes among them; an equal score counts against it; interval: ${PROBES}`;
  const share = { unit: null, digits: 3, main: true, better: 'higher' } as const;
  return [
    {
      key: 'accuracy',
      label: 'Verification accuracy',
      ...share,
      convention: `${by}; mean over the folds, each with the threshold that is best on the other folds (of equally good ones the highest, halfway between scores), as LFW; interval: ${RESAMPLED}, thresholds sought anew`,
    },
    { key: 'tar_at_far_1e-2', label: 'TAR at FAR 1 %', ...share, convention: tar('1 %') },
    { key: 'tar_at_far_1e-3', label: 'TAR at FAR 0.1 %', ...share, convention: tar('0.1 %') },
    {
      key: 'eer',
      label: 'Equal error rate',
      ...share,
      better: 'lower',
      convention: `${by}; where false accepts and false rejects are equally frequent on the ROC curve, linear between its points; interval: ${RESAMPLED}`,
    },
    {
      key: 'auc',
      label: 'AUC',
      ...share,
      digits: 4,
      convention: `${by}; chance that a genuine pair scores above an impostor pair, ties half; interval: ${RESAMPLED}`,
    },
    { key: 'rank_1', label: 'Identification, rank 1', ...share, convention: rate('the first') },
    { key: 'rank_5', label: 'Identification, rank 5', ...share, convention: rate('among the first five') },
  ];
}
