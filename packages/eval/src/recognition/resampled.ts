/** What verification measures in the data, and in resamples of its people, seeds and pairs. */
import { random } from '@fsg/data';
import { resampling } from '../statistics/resampling.ts';
import { type Measures, measuring } from './measuring.ts';
import type { Pair } from './pairs.ts';

/** A condition (clean-clean, occluded-clean, restored-clean …) by one judge. */
export interface Condition {
  readonly name: string;
  /** `scorePairs` of all the pairs: one list, or one for each training seed. */
  readonly scores: readonly ArrayLike<number>[];
  /** The training seed of each list; left out where nothing was trained. */
  readonly seeds?: readonly string[];
}

export interface Given {
  readonly pairs: readonly Pair[];
  /** Of every picture. */
  readonly identities: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A condition's measures: accuracy, TAR at each FAR, EER, AUC; means over its seeds. */
export interface Measured {
  readonly values: Float64Array;
  /** In each resample of people and seeds: by measure, then by resample. */
  readonly drawn: readonly Float64Array[];
  /** In each resample of single impostor pairs. */
  readonly single: readonly Float64Array[];
  /** Accuracy of each fold. */
  readonly folds: Float64Array;
}

export interface Resampled {
  /** How many identities the pairs have. */
  readonly people: number;
  readonly conditions: readonly Measured[];
}

/** Resamples of single pairs, from which a variance alone is taken. */
const SINGLE = 300;

/** All conditions in the same resamples. */
export function measureResamples(
  given: Given,
  fars: readonly number[],
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
): Resampled {
  const { pairs, conditions } = given;
  const people = peopleIn(given);
  const measures = measuring(pairs, fars);
  const drawn = resampling(seed, people.count);
  const weights = new Float64Array(pairs.length).fill(1);
  const tracked = conditions.map((condition) => {
    const { seeds, scores } = bySeed(condition);
    return {
      rankings: scores.map((list) => measures.rank(list)),
      times: drawn.seeds(seeds),
      once: new Float64Array(seeds.length).fill(1),
    };
  });
  const lists = (length: number): Float64Array[] =>
    Array.from({ length: measures.count }, () => new Float64Array(length));
  measures.weigh(weights);
  const found = tracked.map(({ rankings, once }): Measured => {
    const folds = new Float64Array(measures.folds);
    const values = meanOver(rankings, once, measures, folds);
    return { values, folds, drawn: lists(resamples), single: lists(SINGLE) };
  });
  for (let r = 0; r < resamples; r++) {
    drawn.next();
    weighByPeople(weights, given.pairs, people, drawn.people);
    measures.weigh(weights);
    tracked.forEach(({ rankings, times }, c) => {
      put(meanOver(rankings, times, measures), (found[c] as Measured).drawn, r);
    });
  }
  const draw = singleDraws(pairs, seed);
  for (let r = 0; r < SINGLE; r++) {
    draw(weights);
    measures.weigh(weights);
    tracked.forEach(({ rankings, once }, c) => {
      put(meanOver(rankings, once, measures), (found[c] as Measured).single, r);
    });
  }
  return { people: people.count, conditions: found };
}

function put(values: Float64Array, lists: readonly Float64Array[], at: number): void {
  lists.forEach((list, m) => {
    list[at] = values[m] as number;
  });
}

/** A genuine pair counts as often as its person was drawn, an impostor pair as often as both together. */
function weighByPeople(
  weights: Float64Array,
  pairs: readonly Pair[],
  { a, b }: People,
  drawn: Float64Array,
): void {
  for (let i = 0; i < weights.length; i++) {
    const first = drawn[a[i] as number] as number;
    weights[i] = pairs[i]?.same ? first : first * (drawn[b[i] as number] as number);
  }
}

/** Writes weights for which as many impostor pairs as there are were drawn one by one; genuine pairs weigh 1. */
function singleDraws(pairs: readonly Pair[], seed: number): (weights: Float64Array) => void {
  const impostor = pairs.flatMap(({ same }, i) => (same ? [] : [i]));
  const stream = random(seed, 'bootstrap of pairs', impostor.length);
  return (weights) => {
    weights.fill(1);
    for (const i of impostor) weights[i] = 0;
    for (let draw = 0; draw < impostor.length; draw++) {
      const i = impostor[Math.floor(stream.next() * impostor.length)] as number;
      weights[i] = (weights[i] as number) + 1;
    }
  };
}

/** The people of the pairs, numbered: of each pair's sides, and how many. */
interface People {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly count: number;
}

function peopleIn({ pairs, identities }: Given): People {
  const index = new Map<string, number>();
  const number = (picture: number): number => {
    const identity = identities[picture];
    if (identity === undefined) throw new RangeError(`picture ${picture} has no identity`);
    if (!index.has(identity)) index.set(identity, index.size);
    return index.get(identity) as number;
  };
  const sides = pairs.map((pair) => {
    const [a, b] = [number(pair.a), number(pair.b)];
    if ((a === b) !== pair.same) {
      const [one, other] = [identities[pair.a], identities[pair.b]];
      throw new RangeError(
        `pictures of ${one} and ${other} as ${pair.same ? 'a genuine' : 'an impostor'} pair`,
      );
    }
    return { a, b };
  });
  return {
    a: Int32Array.from(sides, ({ a }) => a),
    b: Int32Array.from(sides, ({ b }) => b),
    count: index.size,
  };
}

/** A condition's lists of scores in the order of their seeds' names. */
function bySeed({ name, scores, seeds = [''] }: Condition): {
  readonly seeds: readonly string[];
  readonly scores: readonly ArrayLike<number>[];
} {
  if (scores.length !== seeds.length || new Set(seeds).size !== seeds.length) {
    throw new RangeError(
      `${name}: ${scores.length} lists of scores by the seeds ${seeds.join(', ') || '(none)'}`,
    );
  }
  const rising = seeds.map((seed, i) => ({ seed, i })).sort((a, b) => (a.seed < b.seed ? -1 : 1));
  return {
    seeds: rising.map(({ seed }) => seed),
    scores: rising.map(({ i }) => scores[i] as ArrayLike<number>),
  };
}

/** Mean of the measures over the seeds as often as each was drawn; `folds` is added up likewise. */
function meanOver(
  rankings: readonly ReturnType<Measures['rank']>[],
  times: Float64Array,
  measures: Measures,
  folds?: Float64Array,
): Float64Array {
  const sums = new Float64Array(measures.count);
  const all = times.reduce((sum, t) => sum + t, 0);
  rankings.forEach((ranking, s) => {
    const share = (times[s] as number) / all;
    if (share === 0) return;
    const { accuracy, folds: own, tars, eer, auc } = measures.of(ranking);
    [accuracy, ...tars, eer, auc].forEach((value, m) => {
      sums[m] = (sums[m] as number) + share * value;
    });
    own.forEach((value, f) => {
      if (folds) folds[f] = (folds[f] as number) + share * value;
    });
  });
  return sums;
}
