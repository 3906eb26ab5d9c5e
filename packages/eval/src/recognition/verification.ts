/** Verification: measures of scored pairs under several conditions, their intervals and paired differences. */
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import { correctedLevel, resamplesFor } from '../statistics/comparisons.ts';
import {
  type Basis,
  type Difference,
  type Estimate,
  estimate,
  NOT_ESTIMABLE,
  unknown,
} from '../statistics/estimate.ts';
import { meanOfKnown, summary } from './accuracy.ts';
import { type Comparisons, named } from './compare.ts';
import { type Condition, type Given, type Measured, measureResamples } from './resampled.ts';

export const VERIFICATION_MEASURES = [
  'accuracy',
  'tar_at_far_1e-2',
  'tar_at_far_1e-3',
  'eer',
  'auc',
] as const;
export type VerificationMeasure = (typeof VERIFICATION_MEASURES)[number];

/** The FARs of the measures above, in their order. */
const FARS = [0.01, 0.001] as const;
const FAR_OF: Partial<Record<VerificationMeasure, number>> = {
  'tar_at_far_1e-2': FARS[0],
  'tar_at_far_1e-3': FARS[1],
};
/** Fewer impostor pairs expected to pass get a mark. */
const FEW = 10;

export interface VerificationOptions extends Given {
  readonly bootstrap: BootstrapOptions;
  readonly compare?: Comparisons;
}

export interface VerificationResult {
  readonly name: string;
  /** Where several seeds were measured, means over them. */
  readonly measures: Readonly<Record<VerificationMeasure, Estimate>>;
  /** Accuracy of each fold, its mean over the seeds. */
  readonly folds: readonly number[];
  /** Of the accuracy over its folds, as LFW reports it; null where there are fewer than two. */
  readonly standardError: number | null;
}

export interface VerificationDifference {
  readonly of: string;
  readonly to: string;
  readonly measures: Readonly<Record<VerificationMeasure, Difference>>;
}

export interface VerificationResults {
  readonly conditions: readonly VerificationResult[];
  readonly differences: readonly VerificationDifference[];
}

/**
 * All measures of all conditions and the differences asked for, from one bootstrap over identities: people are drawn with
 * replacement; a genuine pair counts as often as its person was drawn, an impostor pair as often as the product of its two
 * people's draws, so that pairs that share either person move together (networks resampled by their vertices: Snijders and
 * Borgatti, 1999; product weights: Owen and Eckles, 2012; by one of the two people alone, as in the subsets bootstrap of Bolle,
 * Ratha and Pankanti, 2004, intervals of FAR are too narrow: Li et al., 2009). Thresholds are sought anew in every resample.
 *
 * Product weights count thrice what each impostor pair adds by itself, apart from its people (Owen and Eckles). The two in
 * excess are measured by drawing single pairs and taken from the variance, which leaves that of pairs dependent by their
 * members (Aronow, Samii and Assenova, 2015): deviations from the estimate shrink by the root of that share, at most to 1 / √3.
 *
 * Intervals are percentiles: TAR, EER and accuracy are steps of few scores, for which the jackknife behind BCa fails (Efron
 * and Tibshirani, 1993, ch. 11), and percentiles stay within 0 and 1. For seeds see `Resampling`.
 */
export function verification(options: VerificationOptions): VerificationResults {
  const { pairs, conditions, bootstrap, compare = { differences: [], count: 1 } } = options;
  const { seed, level = 0.95 } = bootstrap;
  const strict = correctedLevel(level, compare.count);
  const resamples = bootstrap.resamples ?? resamplesFor(compare.differences.length > 0 ? strict : level);
  const { people, conditions: measured } = measureResamples(options, FARS, { seed, resamples });
  const genuine = pairs.filter(({ same }) => same).length;
  const known = (measure: VerificationMeasure, m: number, sides: readonly Side[], at: number): Known => {
    const impostor = pairs.length - genuine;
    const far = FAR_OF[measure];
    const few = far !== undefined && far * impostor < FEW;
    const seeds = sides.flatMap(({ condition }) => condition.seeds?.length ?? []);
    const basis: Basis = {
      n: pairs.length,
      clusters: people,
      seeds: seeds.length > 0 ? Math.min(...seeds) : 0,
      marks: few ? ['few impostors'] : [],
    };
    const reason = whyNot(measure, genuine, impostor, (sides[0] as Side).found.folds.length);
    if (reason) return { ...unknown(basis, reason), p: null };
    const [value, drawn, single] = minus(sides, m);
    return estimate(value, shrunk(value, drawn, single), at, basis);
  };
  const sideOf = (condition: Condition): Side => ({
    condition,
    found: measured[conditions.indexOf(condition)] as Measured,
  });
  return {
    conditions: conditions.map((condition) => {
      const side = sideOf(condition);
      const measures = record((measure, m): Estimate => {
        const { p: _, ...found } = known(measure, m, [side], level);
        return found;
      });
      const { folds } = side.found;
      const byFold = measures.accuracy.value !== null;
      return {
        name: condition.name,
        measures,
        folds: byFold ? [...folds] : [],
        standardError: byFold ? summary(folds).standardError : null,
      };
    }),
    differences: compare.differences.map(({ of, to }) => {
      const sides = [named(conditions, of), named(conditions, to)].map(sideOf);
      const measures = record(
        (measure, m): Difference => ({ of, to, level: strict, ...known(measure, m, sides, strict) }),
      );
      return { of, to, measures };
    }),
  };
}

type Known = Estimate & Pick<Difference, 'p'>;

interface Side {
  readonly condition: Condition;
  readonly found: Measured;
}

/** A measure's value, and in the resamples of people and of single pairs; of two sides the difference. */
function minus([one, other]: readonly Side[], m: number): [number, Float64Array, Float64Array] {
  const { values, drawn, single } = (one as Side).found;
  const [a, b, c] = [values[m] as number, drawn[m] as Float64Array, single[m] as Float64Array];
  if (!other) return [a, b, c];
  const [value, people, pairs] = minus([other], m);
  return [a - value, b.map((v, r) => v - (people[r] as number)), c.map((v, r) => v - (pairs[r] as number))];
}

/** Resamples drawn in towards the value, so that single impostor pairs count once in their variance and not thrice. */
function shrunk(value: number, drawn: Float64Array, single: Float64Array): Float64Array {
  const all = variance(drawn);
  const share = all > 0 ? Math.max(1 / 3, 1 - (2 * variance(single)) / all) : 1;
  return drawn.map((one) => value + Math.sqrt(share) * (one - value));
}

/** Of the values that are not NaN. */
function variance(values: Float64Array): number {
  const mean = meanOfKnown(values);
  return meanOfKnown(values.map((value) => (value - mean) ** 2));
}

/** Why a measure cannot be estimated; null where it can. */
function whyNot(
  measure: VerificationMeasure,
  genuine: number,
  impostor: number,
  folds: number,
): string | null {
  if (genuine === 0 || impostor === 0) {
    return `${NOT_ESTIMABLE}: ${genuine} genuine and ${impostor} impostor pairs`;
  }
  const far = FAR_OF[measure];
  if (far !== undefined && far * impostor < 1) {
    return `${NOT_ESTIMABLE}: ${impostor} impostor pairs, of which fewer than one is expected at this FAR`;
  }
  if (measure === 'accuracy' && folds < 2) return `${NOT_ESTIMABLE}: no other fold to take a threshold from`;
  return null;
}

function record<T>(make: (measure: VerificationMeasure, index: number) => T): Record<VerificationMeasure, T> {
  return Object.fromEntries(VERIFICATION_MEASURES.map((key, i) => [key, make(key, i)])) as Record<
    VerificationMeasure,
    T
  >;
}
