import { METRIC_KEYS, type MetricKey, metricCards } from '../metrics/cards.ts';
import { IDENTICAL, type SampleRecord } from '../protocol.ts';
import { type BootstrapOptions, clusteredMean, type Interval } from '../statistics/bootstrap.ts';
import type { Table, TableCell, TableDifference, TableRow, TableSection, TableSource } from './schema.ts';

/** A row to be: a method as its keys and notes describe it, and the runs it comes from. */
export interface RowInfo {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  readonly needsMask: boolean;
  /** The checkpoint behind it was chosen on test images. */
  readonly testSelected?: boolean;
  readonly runs?: readonly string[];
  readonly seeds?: readonly (number | string)[];
}

export interface TableOptions {
  readonly title: string;
  /** ISO 8601 time. */
  readonly created: string;
  readonly synthetic: boolean;
  readonly data: { readonly name: string; readonly split: string; readonly contentHash: string | null };
  /** Name of the recogniser behind the similarity. */
  readonly judge: string | null;
  readonly records: readonly SampleRecord[];
  readonly rows: readonly RowInfo[];
  /** Rows that every other one is compared with; `['occluded', 'mean-face', 'stage-one']` where present. */
  readonly references: readonly string[];
  readonly sources: readonly TableSource[];
  readonly bootstrap: Required<BootstrapOptions>;
}

/** The table of a set of records: all samples, then each kind of occluder where there are several. */
export function buildTable(options: TableOptions): Table {
  const { records, bootstrap } = options;
  if (records.length === 0) throw new RangeError('a table of no samples was asked for');
  const kinds = [...new Set(records.map((record) => record.occluder))].sort();
  const cards = metricCards(options.judge);
  const sections = [
    makeSection('all', 'All occluders', records, options),
    ...(kinds.length > 1 ? kinds : []).map((kind) =>
      makeSection(
        kind,
        kind,
        records.filter((record) => record.occluder === kind),
        options,
      ),
    ),
  ];
  return {
    format: 'fsg-table-1',
    title: options.title,
    created: options.created,
    synthetic: options.synthetic,
    data: { ...options.data },
    judge: options.judge,
    interval: { ...bootstrap, method: 'BCa bootstrap, identities drawn with replacement' },
    conventions: Object.fromEntries(cards.map(({ key, convention }) => [key, convention])),
    columns: cards.map(({ key, label, unit, better, digits }) => ({ key, label, unit, better, digits })),
    sections,
    sources: [...options.sources],
  };
}

function makeSection(
  key: string,
  label: string,
  records: readonly SampleRecord[],
  options: TableOptions,
): TableSection {
  const rows = options.rows.map(
    ({ key: method, label: name, note, needsMask, testSelected, runs = [], seeds = [] }): TableRow => {
      const cells = METRIC_KEYS.map((metric) => [metric, makeCell(records, method, metric, options)]);
      return {
        key: method,
        label: name,
        note,
        needsMask,
        ...(testSelected && { testSelected }),
        runs: [...runs],
        seeds: [...seeds],
        cells: Object.fromEntries(cells),
      };
    },
  );
  return { key, label, samples: records.length, identities: countIdentities(records), rows };
}

const countIdentities = (records: readonly SampleRecord[]): number =>
  new Set(records.map((r) => r.identity)).size;

/** Values with their identities, ready to be averaged. */
interface Values {
  readonly values: number[];
  readonly identities: string[];
}

/** A value for each record where `value` finds one. */
function collect(records: readonly SampleRecord[], value: (record: SampleRecord) => number | null): Values {
  const found: Values = { values: [], identities: [] };
  for (const record of records) {
    const v = value(record);
    if (v === null) continue;
    found.values.push(v);
    found.identities.push(record.identity);
  }
  return found;
}

const mean = ({ values, identities }: Values, bootstrap: BootstrapOptions): Interval | null =>
  values.length > 0 ? clusteredMean(values, identities, bootstrap) : null;

function scoreOf(record: SampleRecord, method: string, metric: MetricKey): number | null {
  const scores = record.scores[method];
  if (!scores) throw new RangeError(`sample ${record.key} has no scores of ${method}`);
  return scores.values[metric];
}

function makeCell(
  records: readonly SampleRecord[],
  method: string,
  metric: MetricKey,
  options: TableOptions,
): TableCell {
  const found = mean(
    collect(records, (record) => scoreOf(record, method, metric)),
    options.bootstrap,
  );
  const whys = records.flatMap((record) => record.scores[method]?.why[metric] ?? []);
  const identical = whys.filter((why) => why === IDENTICAL).length;
  const shared = { identical, convention: metric, differences: {} };
  if (!found)
    return {
      value: null,
      low: null,
      high: null,
      n: 0,
      identities: 0,
      ...shared,
      reason: whys[0] ?? 'not measured',
    };
  return {
    value: found.value,
    low: found.low,
    high: found.high,
    n: found.n,
    identities: found.clusters,
    ...shared,
    ...(found.low === null ? { reason: 'no interval from one identity' } : {}),
    differences: compare(records, method, metric, options),
  };
}

/** Paired differences to the reference rows, over the samples that both have. */
function compare(
  records: readonly SampleRecord[],
  method: string,
  metric: MetricKey,
  { references, rows, bootstrap }: TableOptions,
): Record<string, TableDifference> {
  const differences: Record<string, TableDifference> = {};
  for (const reference of references) {
    if (reference === method || !rows.some(({ key }) => key === reference)) continue;
    const pairs = collect(records, (record) => {
      const value = scoreOf(record, method, metric);
      const other = scoreOf(record, reference, metric);
      return value === null || other === null ? null : value - other;
    });
    const found = mean(pairs, bootstrap);
    if (found) differences[reference] = { value: found.value, low: found.low, high: found.high, n: found.n };
  }
  return differences;
}
