import { correctedLevel, resamplesFor } from './comparisons.ts';
import { bcaBend } from './ends.ts';
import { type Basis, type Difference, type Estimate, estimate } from './estimate.ts';
import { resampling } from './resampling.ts';

/** A mean with its interval. `low` and `high` are null where fewer than two clusters leave nothing to resample. */
export interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Values averaged. */
  readonly n: number;
  /** Independent groups among them: identities, as pictures of one person resemble each other. */
  readonly clusters: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** `resamplesFor(level)` unless told: 2,000 at 0.95. */
  readonly resamples?: number;
  /** Coverage aimed at, 0.95 unless told. */
  readonly level?: number;
}

/** Values, at least one, with the name of the cluster (identity) and of the training seed that each comes from. */
export interface Observations {
  readonly values: readonly number[];
  readonly clusters: readonly string[];
  /** Left out where nothing was trained. */
  readonly seeds?: readonly string[];
}

/**
 * The mean of values that come in clusters, with its bias-corrected and accelerated bootstrap interval (BCa;
 * Efron, 1987): whole clusters are drawn with replacement, the acceleration is the jackknife's over clusters.
 * For a paired comparison hand in the differences. The same values, clusters and seed give the same interval.
 *
 * @param values at least one finite number
 * @param clusters the name of each value's cluster
 */
export function clusteredMean(
  values: readonly number[],
  clusters: readonly string[],
  options: BootstrapOptions,
): Interval {
  const { value, low, high, n, clusters: count } = seededMean({ values, clusters }, options);
  return { value: value as number, low, high, n, clusters: count };
}

/**
 * The same where networks of several training seeds made the values: seeds and clusters are drawn, as crossed factors
 * (see `Resampling`). With one seed it is `clusteredMean`.
 */
export function seededMean(observations: Observations, options: BootstrapOptions): Estimate {
  const { level = 0.95, resamples = resamplesFor(level), seed } = options;
  const index = clusterIndex([observations]);
  const cells = cellsOf(observations, index);
  const drawn = resampling(seed, index.size);
  const mean = (): number => meanOf(cells, drawn.people, drawn.seeds(cells.seeds));
  const value = mean();
  const means = Float64Array.from({ length: resamples }, () => {
    drawn.next();
    return mean();
  });
  const { p: _, ...found } = estimate(value, means, level, basisOf([cells]), (sorted) =>
    bcaBend(sorted, value, [leftOut(cells, 'clusters'), leftOut(cells, 'seeds')]),
  );
  return found;
}

/** One side of a comparison of means. */
export interface NamedObservations extends Observations {
  readonly name: string;
}

/**
 * The difference of two means over the same clusters, with its BCa interval at the level that `comparisons` such
 * differences need. Both means are taken from the same draws. Sides that name the same seeds are pairs of networks and
 * share the draw of seeds too (a network's output and its composite); other sides' seeds are independent.
 *
 * For a paired difference hand in values of the same pictures on both sides.
 */
export function meanDifference(
  of: NamedObservations,
  to: NamedObservations,
  { comparisons, ...options }: BootstrapOptions & { readonly comparisons: number },
): Difference {
  const level = correctedLevel(options.level ?? 0.95, comparisons);
  const { resamples = resamplesFor(level), seed } = options;
  const index = clusterIndex([of, to]);
  const [a, b] = [cellsOf(of, index), cellsOf(to, index)];
  const drawn = resampling(seed, index.size);
  const difference = (): number =>
    meanOf(a, drawn.people, drawn.seeds(a.seeds)) - meanOf(b, drawn.people, drawn.seeds(b.seeds));
  const value = difference();
  const differences = Float64Array.from({ length: resamples }, () => {
    drawn.next();
    return difference();
  });
  const found = estimate(value, differences, level, basisOf([a, b]), (sorted) =>
    bcaBend(sorted, value, jackknife(a, b)),
  );
  return { of: of.name, to: to.name, level, ...found };
}

/** Sums and counts of the values of each seed and cluster: row after row, a row a seed. */
interface Cells {
  readonly seeds: readonly string[];
  readonly named: boolean;
  readonly clusters: number;
  readonly n: number;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Clusters in order of first appearance. */
function clusterIndex(sides: readonly Observations[]): Map<string, number> {
  const index = new Map<string, number>();
  for (const { clusters } of sides) {
    for (const name of clusters) if (!index.has(name)) index.set(name, index.size);
  }
  return index;
}

function cellsOf({ values, clusters, seeds }: Observations, index: ReadonlyMap<string, number>): Cells {
  if (values.length === 0) throw new RangeError('a mean of no values was asked for');
  if (values.length !== clusters.length || (seeds && values.length !== seeds.length)) {
    const others = seeds ? `${clusters.length} and the seeds of ${seeds.length}` : clusters.length;
    throw new RangeError(`${values.length} values with the clusters of ${others}`);
  }
  const names = [...new Set(seeds ?? [''])].sort();
  const rows = new Map(names.map((name, row) => [name, row]));
  const sums = new Float64Array(names.length * index.size);
  const counts = new Float64Array(names.length * index.size);
  values.forEach((value, i) => {
    const row = rows.get(seeds?.[i] ?? '') as number;
    const cell = row * index.size + (index.get(clusters[i] as string) as number);
    sums[cell] = (sums[cell] as number) + value;
    counts[cell] = (counts[cell] as number) + 1;
  });
  return { seeds: names, named: !!seeds, clusters: index.size, n: values.length, sums, counts };
}

/** What was measured on both sides: of the values and of the seeds that are named, the fewer. */
function basisOf(sides: readonly Cells[]): Basis {
  const seeds = sides.flatMap(({ named, seeds: names }) => (named ? [names.length] : []));
  return {
    n: Math.min(...sides.map(({ n }) => n)),
    clusters: (sides[0] as Cells).clusters,
    seeds: seeds.length > 0 ? Math.min(...seeds) : 0,
    marks: [],
  };
}

/** The mean where each value counts as often as its cluster and its seed were drawn. */
function meanOf({ sums, counts, clusters }: Cells, people: Float64Array, seeds: Float64Array): number {
  let total = 0;
  let n = 0;
  for (let row = 0; row < seeds.length; row++) {
    const times = seeds[row] as number;
    if (times === 0) continue;
    for (let k = 0; k < clusters; k++) {
      const weight = times * (people[k] as number);
      total += weight * (sums[row * clusters + k] as number);
      n += weight * (counts[row * clusters + k] as number);
    }
  }
  return total / n;
}

/** Means without one cluster, or one seed, after the other; none where there is only one. */
function leftOut({ sums, counts, clusters, seeds }: Cells, factor: 'clusters' | 'seeds'): Float64Array {
  const members = factor === 'clusters' ? clusters : seeds.length;
  if (members < 2) return new Float64Array(0);
  const lessSum = new Float64Array(members);
  const lessCount = new Float64Array(members);
  let total = 0;
  let n = 0;
  for (let cell = 0; cell < sums.length; cell++) {
    const member = factor === 'clusters' ? cell % clusters : Math.floor(cell / clusters);
    lessSum[member] = (lessSum[member] as number) + (sums[cell] as number);
    lessCount[member] = (lessCount[member] as number) + (counts[cell] as number);
    total += sums[cell] as number;
    n += counts[cell] as number;
  }
  return lessSum.map((less, member) => (total - less) / (n - (lessCount[member] as number)));
}

/** Differences without one cluster after the other, and without one seed: of both sides at once where they are pairs. */
function jackknife(a: Cells, b: Cells): Float64Array[] {
  const minus = (x: Float64Array, y: Float64Array): Float64Array => x.map((v, i) => v - (y[i] as number));
  const people = minus(leftOut(a, 'clusters'), leftOut(b, 'clusters'));
  const [ofA, ofB] = [leftOut(a, 'seeds'), leftOut(b, 'seeds')];
  const pairs = a.seeds.join('\u0000') === b.seeds.join('\u0000');
  return pairs ? [people, minus(ofA, ofB)] : [people, ofA, ofB.map((v) => -v)];
}
