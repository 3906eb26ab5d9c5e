/** A table from per-sample results: a metric at a time, so that it takes the memory of one column. */
import { UserError } from '@fsg/runs';
import type { MetricCard } from '../metrics/cards.ts';
import { IDENTICAL } from '../metrics/measure-pair.ts';
import type { Results, SampleInfo } from '../results/results.ts';
import {
  type BootstrapOptions,
  meanDifference,
  type Observations,
  seededMean,
} from '../statistics/bootstrap.ts';
import type { Table, TableCell, TableDifference, TableRow, TableSource } from './schema.ts';
import { planSections } from './sections.ts';

/** Where a row's figures come from: one a seed, all on the same samples. */
export interface RowPart {
  readonly results: Results;
  /** Key of the method there. */
  readonly method: string;
}

/** One number of a whole set. */
export interface SingleValue {
  readonly value: number;
  /** Images behind it. */
  readonly n: number;
  readonly mark?: TableCell['mark'];
}

/** A row to be: a method as its keys and notes describe it, and the runs it comes from. */
export interface RowInfo {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  readonly needsMask: boolean;
  readonly parts: readonly RowPart[];
  /** Metrics of all samples together, which have no value a sample: of the first section. */
  readonly single?: Readonly<Record<string, SingleValue>>;
  /** The checkpoint behind it was chosen on test images. */
  readonly testSelected?: boolean;
  /** Metrics by a judge that the row's training was to please. */
  readonly pleased?: readonly string[];
  readonly runs?: readonly string[];
  readonly seeds?: readonly (number | string)[];
}

export interface TableOptions {
  readonly title: string;
  /** ISO 8601 time. */
  readonly created: string;
  readonly synthetic: boolean;
  readonly data: { readonly name: string; readonly split: string; readonly contentHash: string | null };
  /** Names of the recognisers behind the similarities. */
  readonly judges: readonly string[];
  readonly cards: readonly MetricCard[];
  readonly rows: readonly RowInfo[];
  /** Rows that every other one is compared with, where they are present. */
  readonly references: readonly string[];
  readonly sources: readonly TableSource[];
  readonly bootstrap: Required<BootstrapOptions>;
}

/** Throws a UserError where rows were measured on different samples. */
export async function buildTable(options: TableOptions): Promise<Table> {
  const { rows, cards, bootstrap } = options;
  const samples = samplesOf(rows);
  const references = options.references.filter((key) => rows.some((row) => row.key === key));
  const metrics = [...new Set(rows.flatMap(({ parts }) => parts.flatMap(({ results }) => results.metrics)))];
  const plans = planSections(samples, metrics);
  const sections = plans.map((plan) => ({
    key: plan.key,
    label: plan.label,
    group: plan.group,
    samples: plan.samples.length,
    identities: new Set(plan.samples.map((i) => samples[i]?.identity)).size,
    rows: rows.map(emptyRow),
  }));
  const comparisons = Math.max(1, references.length * (rows.length - 1));
  for (const card of cards) {
    const columns = new Columns(rows);
    for (const [s, plan] of plans.entries()) {
      const column = await columns.read(plan.region ? `${card.key}_${plan.region}` : card.key);
      // Of the whole, and where they are shown: each takes thousands of resamples.
      const compared = plan.group === 'all' && card.main ? references : [];
      const cells = makeCells(column, plan.samples, samples, {
        ...options,
        card,
        references: compared,
        comparisons,
        single: plan.group === 'all',
      });
      for (const [r, cell] of cells.entries()) {
        const row = sections[s]?.rows[r] as TableRow;
        row.cells[card.key] = { ...cell, convention: card.key };
      }
    }
  }
  return {
    ...headOf(options, cards),
    interval: { ...bootstrap, method: 'BCa bootstrap, identities drawn with replacement', comparisons },
    sections,
  };
}

/** What tables of any kind say of themselves. */
export const headOf = (
  { title, created, synthetic, data, judges, sources }: Omit<TableOptions, 'rows' | 'cards'>,
  cards: readonly MetricCard[],
): Omit<Table, 'interval' | 'sections'> => ({
  format: 'fsg-table-2',
  title,
  created,
  synthetic,
  data: { ...data },
  judges: [...judges],
  conventions: Object.fromEntries(cards.map(({ key, convention }) => [key, convention])),
  columns: cards.map(columnOf),
  sources: [...sources],
});

export const columnOf = ({
  key,
  label,
  unit,
  better,
  digits,
  main,
}: MetricCard): Table['columns'][number] => ({
  key,
  label,
  unit,
  better,
  digits,
  main,
});

/** Those of the first row; the others must have the same. */
function samplesOf(rows: readonly RowInfo[]): readonly SampleInfo[] {
  const parts = rows.flatMap((row) => row.parts.map((part) => ({ row, part })));
  const first = parts[0]?.part.results.samples;
  if (!first || first.length === 0) throw new RangeError('a table of no samples was asked for');
  for (const { row, part } of parts) {
    const { samples } = part.results;
    if (samples === first) continue;
    const other = first.findIndex(
      ({ key, sha256 }, i) => samples[i]?.key !== key || samples[i]?.sha256 !== sha256,
    );
    if (samples.length !== first.length || other >= 0) {
      throw new UserError(
        `${row.label} was measured on other samples (${samples.length} of them) than ${rows[0]?.label} ` +
          `(${first.length}); measure both on the same data`,
      );
    }
  }
  return first;
}

/** Without cells. */
export const emptyRow = ({
  key,
  label,
  note,
  needsMask,
  testSelected,
  runs = [],
  seeds = [],
  pleased = [],
}: RowInfo): TableRow => ({
  key,
  label,
  note,
  needsMask,
  ...(testSelected && { testSelected }),
  ...(pleased.length > 0 && { pleased: [...pleased] }),
  runs: [...runs],
  seeds: [...seeds],
  cells: {},
});

/** A row's values of one metric. */
interface RowValues {
  /** By seed and sample; NaN where there is none. */
  readonly bySeed: readonly Float64Array[];
  /** Why a sample has none, of the first seed. */
  readonly reasons: readonly (string | undefined)[];
}

/** Reads a metric of all rows, each result's file once, and keeps the last one read. */
class Columns {
  readonly #rows: readonly RowInfo[];
  #key: string | undefined;
  #read: readonly RowValues[] = [];

  constructor(rows: readonly RowInfo[]) {
    this.#rows = rows;
  }

  async read(metric: string): Promise<readonly RowValues[]> {
    if (metric === this.#key) return this.#read;
    const known = new Map<Results, Awaited<ReturnType<typeof readMetric>>>();
    for (const { results } of this.#rows.flatMap(({ parts }) => parts)) {
      if (!known.has(results)) known.set(results, await readMetric(results, metric));
    }
    this.#read = this.#rows.map(({ parts }) => {
      const found = parts.map(({ results, method }) => {
        const { values, reasons } = known.get(results) as Awaited<ReturnType<typeof readMetric>>;
        if (!results.methods.includes(method)) throw new RangeError(`there are no scores of ${method}`);
        const none = new Float64Array(results.samples.length).fill(Number.NaN);
        return { values: values[method] ?? none, reasons: reasons[method] ?? [] };
      });
      return { bySeed: found.map(({ values }) => values), reasons: found[0]?.reasons ?? [] };
    });
    this.#key = metric;
    return this.#read;
  }
}

const readMetric = async (results: Results, metric: string) =>
  results.metrics.includes(metric)
    ? { values: await results.values(metric), reasons: await results.reasons(metric) }
    : { values: {} as Record<string, Float64Array>, reasons: {} as Record<string, (string | undefined)[]> };

type Cell = Omit<TableCell, 'convention'>;

interface CellOptions extends Pick<TableOptions, 'rows' | 'bootstrap'> {
  /** Rows that the others are compared with, in this column; none: no differences. */
  readonly references: readonly string[];
  readonly comparisons: number;
  readonly card: MetricCard;
  /** Whether metrics of all samples together belong here. */
  readonly single: boolean;
}

function makeCells(
  column: readonly RowValues[],
  samples: readonly number[],
  infos: readonly SampleInfo[],
  { rows, references, bootstrap, comparisons, card, single }: CellOptions,
): Cell[] {
  return rows.map((row, r): Cell => {
    const of = single ? row.single?.[card.key] : undefined;
    if (of) return singleCell(of, samples, infos);
    const own = column[r] as RowValues;
    const seen = observe(samples, infos, row, own);
    const whys = samples.flatMap((i) => own.reasons[i] ?? []);
    const identical = whys.filter((why) => why === IDENTICAL).length;
    if (seen.values.length === 0) {
      const reason = whys[0] ?? card.absent ?? 'not measured';
      return { value: null, low: null, high: null, n: 0, identities: 0, identical, reason, differences: {} };
    }
    const { value, low, high, clusters, reason } = seededMean(seen, bootstrap);
    const differences: Record<string, TableDifference> = {};
    for (const reference of references.filter((key) => key !== row.key)) {
      const other = rows.findIndex(({ key }) => key === reference);
      const found = difference(
        samples,
        infos,
        [row, rows[other] as RowInfo],
        [own, column[other] as RowValues],
        {
          ...bootstrap,
          comparisons,
        },
      );
      if (found) differences[reference] = found;
    }
    return {
      value,
      low,
      high,
      n: new Set(samples.filter((i) => own.bySeed.some((values) => !Number.isNaN(values[i])))).size,
      identities: clusters,
      identical,
      ...(reason !== undefined && { reason }),
      ...(own.bySeed.length > 1 && { bySeed: own.bySeed.map((values) => meanOf(samples, values)) }),
      differences,
    };
  });
}

const singleCell = (
  { value, n, mark }: SingleValue,
  samples: readonly number[],
  infos: readonly SampleInfo[],
): Cell => ({
  value,
  low: null,
  high: null,
  n,
  identities: new Set(samples.map((i) => infos[i]?.identity)).size,
  identical: 0,
  reason: 'one number of the whole set: no interval',
  ...(mark && { mark }),
  differences: {},
});

/** The values that there are, with their people, and seeds where there are several. */
function observe(
  samples: readonly number[],
  infos: readonly SampleInfo[],
  { seeds = [] }: RowInfo,
  { bySeed }: RowValues,
): Observations {
  const values: number[] = [];
  const clusters: string[] = [];
  const names: string[] = [];
  for (const [seed, all] of bySeed.entries()) {
    for (const i of samples) {
      const value = all[i] as number;
      if (Number.isNaN(value)) continue;
      values.push(value);
      clusters.push(infos[i]?.identity as string);
      names.push(String(seeds[seed] ?? seed));
    }
  }
  return { values, clusters, ...(bySeed.length > 1 && { seeds: names }) };
}

/** Paired: over the samples that have a value on both sides. */
function difference(
  samples: readonly number[],
  infos: readonly SampleInfo[],
  [row, other]: readonly [RowInfo, RowInfo],
  [own, reference]: readonly [RowValues, RowValues],
  options: BootstrapOptions & { readonly comparisons: number },
): TableDifference | undefined {
  const has =
    ({ bySeed }: RowValues) =>
    (i: number): boolean =>
      bySeed.every((values) => !Number.isNaN(values[i]));
  const both = samples.filter((i) => has(own)(i) && has(reference)(i));
  if (both.length === 0) return undefined;
  const of = { name: row.key, ...observe(both, infos, row, own) };
  const to = { name: other.key, ...observe(both, infos, other, reference) };
  const { value, low, high } = meanDifference(of, to, options);
  return value === null ? undefined : { value, low, high, n: both.length };
}

function meanOf(samples: readonly number[], values: Float64Array): number | null {
  const found = samples.map((i) => values[i] as number).filter((value) => !Number.isNaN(value));
  return found.length > 0 ? found.reduce((sum, value) => sum + value, 0) / found.length : null;
}
