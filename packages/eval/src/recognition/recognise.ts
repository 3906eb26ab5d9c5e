/** Sets each method's pictures against the clean ones: is it the same person, and who is it? */

import { type Features, scorePairs } from './features.ts';
import type { Pair } from './pairs.ts';
import type { Identification } from './probes.ts';
import { identificationRanks } from './ranks.ts';
import type { RecognitionScores } from './scores.ts';

/** The condition under which both pictures are clean; the others are called after the method that made the probe. */
export const CLEAN = 'clean';

export interface RecogniseOptions {
  /** Of every picture. */
  readonly identities: readonly string[];
  readonly pairs: readonly Pair[];
  readonly split: Identification;
  /** Why there are no pairs, or fewer folds than asked for; null where neither. */
  readonly reason: string | null;
  readonly conditions: readonly string[];
  readonly judges: readonly string[];
  /** Features of all pictures under a condition. */
  features(judge: string, condition: string): Features;
}

/** Probes are the condition's pictures, references and gallery the clean ones. */
export function recognise({
  judges,
  conditions,
  features,
  ...protocol
}: RecogniseOptions): RecognitionScores {
  const { identities, pairs, split } = protocol;
  const byJudge = (measure: (asked: Features, enrolled: Features) => ArrayLike<number>) =>
    Object.fromEntries(
      judges.map((judge) => {
        const enrolled = features(judge, CLEAN);
        const all = [CLEAN, ...conditions].map((condition) => [
          condition,
          Array.from(measure(features(judge, condition), enrolled)),
        ]);
        return [judge, Object.fromEntries(all) as Record<string, number[]>];
      }),
    );
  return {
    ...protocol,
    scores: byJudge((asked, enrolled) => scorePairs(pairs, asked, enrolled)),
    ranks: byJudge((asked, enrolled) =>
      split.probes.length === 0
        ? []
        : identificationRanks(split, identities, { probes: asked, gallery: enrolled }),
    ),
  };
}
