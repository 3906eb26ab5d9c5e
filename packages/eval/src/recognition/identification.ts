/** Identification: whether the person asked about comes first in the gallery, or among the first few. */
import {
  type BootstrapOptions,
  meanDifference,
  type NamedObservations,
  seededMean,
} from '../statistics/bootstrap.ts';
import { correctedLevel } from '../statistics/comparisons.ts';
import { type Difference, type Estimate, NOT_ESTIMABLE, unknown } from '../statistics/estimate.ts';
import { type Comparisons, named } from './compare.ts';
import type { Identification } from './probes.ts';

export const IDENTIFICATION_MEASURES = ['rank_1', 'rank_5'] as const;
export type IdentificationMeasure = (typeof IDENTIFICATION_MEASURES)[number];

const RANKS: Record<IdentificationMeasure, number> = { rank_1: 1, rank_5: 5 };

export interface RankedCondition {
  readonly name: string;
  /** `identificationRanks` of all the probes: one list, or one for each training seed. */
  readonly ranks: readonly ArrayLike<number>[];
  readonly seeds?: readonly string[];
}

export interface IdentificationOptions {
  readonly split: Identification;
  /** Of every picture. */
  readonly identities: readonly string[];
  readonly conditions: readonly RankedCondition[];
  readonly bootstrap: BootstrapOptions;
  readonly compare?: Comparisons;
}

type ByRank<T> = Readonly<Record<IdentificationMeasure, T>>;

export interface IdentificationResults {
  readonly conditions: readonly { readonly name: string; readonly measures: ByRank<Estimate> }[];
  readonly differences: readonly {
    readonly of: string;
    readonly to: string;
    readonly measures: ByRank<Difference>;
  }[];
}

/** Rates at rank 1 and 5 with BCa intervals, and differences: probe identities are drawn, the gallery stays as it is. */
export function identification(options: IdentificationOptions): IdentificationResults {
  const { split, conditions, bootstrap, compare = { differences: [], count: 1 } } = options;
  const { level = 0.95 } = bootstrap;
  const { reason } = split;
  const none = { n: split.probes.length, clusters: 0, seeds: 0, marks: [] };
  const why = reason && `${NOT_ESTIMABLE}: ${reason}`;
  return {
    conditions: conditions.map((condition) => ({
      name: condition.name,
      measures: record((measure) =>
        why ? unknown(none, why) : seededMean(hits(condition, measure, options), bootstrap),
      ),
    })),
    differences: compare.differences.map(({ of, to }) => ({
      of,
      to,
      measures: record((measure) => {
        if (why)
          return { of, to, level: correctedLevel(level, compare.count), p: null, ...unknown(none, why) };
        const [a, b] = [named(conditions, of), named(conditions, to)];
        return meanDifference(hits(a, measure, options), hits(b, measure, options), {
          ...bootstrap,
          comparisons: compare.count,
        });
      }),
    })),
  };
}

const record = <T>(make: (measure: IdentificationMeasure) => T): ByRank<T> => ({
  rank_1: make('rank_1'),
  rank_5: make('rank_5'),
});

/** 1 for each probe (of each seed) whose person is among the first, else 0. */
function hits(
  { name, ranks, seeds }: RankedCondition,
  measure: IdentificationMeasure,
  { split, identities }: IdentificationOptions,
): NamedObservations {
  const { probes } = split;
  if (ranks.length !== (seeds?.length ?? 1) || ranks.some((list) => list.length !== probes.length)) {
    const sizes = ranks.map((list) => list.length).join(', ');
    throw new RangeError(`${name}: ranks of ${sizes} probes where each of its seeds has ${probes.length}`);
  }
  const people = probes.map((picture) => identities[picture] as string);
  return {
    name,
    values: ranks.flatMap((list) => Array.from(list, (rank) => (rank <= RANKS[measure] ? 1 : 0))),
    clusters: ranks.flatMap(() => people),
    ...(seeds && { seeds: seeds.flatMap((seed) => people.map(() => seed)) }),
  };
}
