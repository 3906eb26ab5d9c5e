/** How runs differ, in numbers and as tables. */
import {
  type ComparedMetric,
  compareMetrics,
  configDifferences,
  type Difference,
  type Direction,
  findRun,
  type MetricRange,
  nearest,
  type Point,
  provenanceDifferences,
  UserError,
} from '@fsg/runs';
import { type MetricValue, metricValue } from '../metric-value.ts';
import { columns, rounded } from '../table.ts';

type Range = Record<'last' | 'best' | 'min' | 'max', MetricValue | null>;

export interface Comparison {
  /** Ids, in the order of the command line. */
  readonly runs: readonly string[];
  readonly config: readonly Difference[];
  readonly provenance: readonly Difference[];
  readonly metrics: readonly {
    readonly name: string;
    readonly better: Direction;
    /** By run id; runs that never measured it are left out. */
    readonly runs: Readonly<Record<string, Range>>;
  }[];
}

export async function compareTask(
  root: string,
  wanted: readonly string[],
  metric: string | undefined,
): Promise<Comparison> {
  const found = await Promise.all(wanted.map((name) => findRun(root, name)));
  const ids = [...new Set(found.map(({ id }) => id))];
  if (ids.length < found.length || ids.length < 2) {
    throw new UserError(`compare takes two different runs or more; found ${ids.join(', ')}`, 2);
  }
  return {
    runs: ids,
    config: configDifferences(found),
    provenance: provenanceDifferences(found),
    metrics: only(metric, compareMetrics(found)).map(({ name, better, runs }) => ({
      name,
      better,
      runs: Object.fromEntries(Object.entries(runs).map(([id, range]) => [id, rangeJson(range)])),
    })),
  };
}

function only(wanted: string | undefined, metrics: readonly ComparedMetric[]): readonly ComparedMetric[] {
  if (wanted === undefined) return metrics;
  const found = metrics.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const near = nearest(
    wanted,
    metrics.map(({ name }) => name),
  );
  throw new UserError(
    `no metric ${wanted} in these runs; ${near ? `nearest: ${near}` : 'they have none'}`,
    2,
  );
}

function rangeJson({ last, best, min, max }: MetricRange): Range {
  const value = (point: Point | undefined): MetricValue | null => (point ? metricValue(point) : null);
  return { last: metricValue(last), best: value(best), min: value(min), max: value(max) };
}

export function renderComparison({ runs, config, provenance, metrics }: Comparison): string {
  const labels = runs.map((_, i) => String(i + 1));
  const differences = (title: string, found: readonly Difference[]): string =>
    found.length === 0
      ? `${title}: no difference`
      : columns([
          [title, ...labels],
          ...found.map(({ key, values }) => [
            key,
            ...runs.map((id) => (id in values ? JSON.stringify(values[id]) : '–')),
          ]),
        ]);
  const rows = metrics.flatMap(({ name, better, runs: ranges }) =>
    runs.flatMap((id, i) => {
      const range = ranges[id];
      if (!range) return [];
      return [[name, better, String(i + 1), ...[range.last, range.best, range.min, range.max].map(atStep)]];
    }),
  );
  return [
    columns([['', 'run'], ...runs.map((id, i) => [String(i + 1), id])]),
    differences('config', config),
    differences('provenance', provenance),
    rows.length === 0
      ? 'no metrics yet'
      : columns([
          ['metric', 'better', 'run', 'last (step)', 'best (step)', 'min (step)', 'max (step)'],
          ...rows,
        ]),
  ].join('\n\n');
}

const atStep = (found: MetricValue | null): string =>
  found ? `${found.value === null ? found.reason : rounded(found.value)} (${found.step})` : '–';
