/** How runs differ: what they were set to, where they ran, how their metrics went. */
import { metricHistory, type Point, readJournal } from './journal.ts';
import { journalPath, type Run } from './run.ts';

/** Something that is not the same in all runs: by run id; runs that lack it are left out. */
export interface Difference {
  /** Dotted, such as "optimiser.rate". */
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Direction = 'higher' | 'lower' | 'unknown';

export interface MetricRange {
  readonly last: Point;
  /** Of the finite values; undefined where there is none, the best also where nobody knows which way is better. */
  readonly min?: Point;
  readonly max?: Point;
  readonly best?: Point;
}

export interface ComparedMetric {
  readonly name: string;
  readonly better: Direction;
  /** By run id; runs that never measured it are left out. */
  readonly runs: Readonly<Record<string, MetricRange>>;
}

export const configDifferences = (runs: readonly Run[]): Difference[] =>
  differences(runs, ({ record }) => record.config);

/** Of commit, versions, machine and inputs. */
export const provenanceDifferences = (runs: readonly Run[]): Difference[] =>
  differences(runs, ({ record: { commit, uncommitted, versions, machine, inputs } }) => ({
    commit,
    uncommitted,
    versions,
    machine,
    inputs,
  }));

/** All metrics that any of the runs has measured, by name. */
export function compareMetrics(runs: readonly Run[]): ComparedMetric[] {
  const histories = runs.map((run) => metricHistory(readJournal(journalPath(run)).entries));
  const names = new Set(histories.flatMap((history) => [...history.keys()]));
  return [...names].sort().map((name) => {
    const better = directionOf(name);
    const ranges = runs.flatMap(({ id }, i): [string, MetricRange][] => {
      const points = histories[i]?.get(name);
      return points ? [[id, rangeOf(points, better)]] : [];
    });
    return { name, better, runs: Object.fromEntries(ranges) };
  });
}

const HIGHER = ['psnr', 'ssim', 'similarity', 'accuracy', 'auc'];
const LOWER = ['loss', 'l1', 'error'];

/** Which values of a metric are good, by the last telling word of its name. */
export function directionOf(name: string): Direction {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const told = words.findLast((word) => HIGHER.includes(word) || LOWER.includes(word));
  if (told === undefined) return 'unknown';
  return HIGHER.includes(told) ? 'higher' : 'lower';
}

/** Of several equal values the earliest counts. */
function rangeOf(points: readonly Point[], better: Direction): MetricRange {
  const last = points.at(-1) as Point;
  const [first, ...rest] = points.filter(({ value }) => Number.isFinite(value));
  if (!first) return { last };
  const min = rest.reduce((a, b) => (b.value < a.value ? b : a), first);
  const max = rest.reduce((a, b) => (b.value > a.value ? b : a), first);
  if (better === 'unknown') return { last, min, max };
  return { last, min, max, best: better === 'higher' ? max : min };
}

function differences(runs: readonly Run[], part: (run: Run) => object): Difference[] {
  const leaves = runs.map((run) => new Map(leavesOf(part(run))));
  const keys = [...new Set(leaves.flatMap((one) => [...one.keys()]))].sort();
  return keys
    .filter((key) => new Set(leaves.map((one) => JSON.stringify(one.get(key)))).size > 1)
    .map((key) => ({
      key,
      values: Object.fromEntries(
        runs.flatMap(({ id }, i) => (leaves[i]?.has(key) ? [[id, leaves[i].get(key)]] : [])),
      ),
    }));
}

/** Sections are gone into; a list is one value. */
function leavesOf(value: unknown, path: readonly string[] = []): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
