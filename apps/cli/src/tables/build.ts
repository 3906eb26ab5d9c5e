/** The five tables from what was measured. */
import {
  buildRecognitionTable,
  buildTable,
  type MetricCard,
  metricCards,
  recognitionCards,
  similarityKey,
  stacked,
  type Table,
  type TableRow,
  withColumns,
} from '@fsg/eval';
import { BOOTSTRAP } from '../tasks/evaluate.ts';
import { type Measured, type MeasuredRow, SAMPLED } from '../tasks/measure-subjects.ts';
import type { RowDefinition, TableDefinition } from './definitions.ts';

/** One row's measurements, a seed each. */
export type MeasuredOf = (training: string) => readonly Measured[];

export interface BuildOptions {
  readonly definition: TableDefinition;
  readonly measured: MeasuredOf;
  readonly smoke: boolean;
  /** ISO 8601. */
  readonly created: string;
}

/** The sections of a comparison. */
const OUTPUTS = [
  { key: 'network', label: 'Network: the generator’s raw output' },
  { key: 'composite', label: 'Composite: visible pixels kept, the hole found by the network itself' },
] as const;

/** Measures of recognition that stand beside those of pictures. */
const VERIFIED = ['accuracy', 'auc'];

const SAMPLED_CARD: MetricCard = {
  key: 'psnr_sampled',
  label: 'PSNR, release’s (I)',
  unit: 'dB',
  better: 'higher',
  digits: 2,
  main: false,
  convention:
    'the raw output’s PSNR on the whole image where the structure is sampled at test time (docs/defects.md, I)',
};

export async function buildDefined(options: BuildOptions): Promise<Table> {
  const { definition, smoke } = options;
  const table =
    definition.kind === 'quality'
      ? await quality(options, definition.rows)
      : definition.kind === 'recognition'
        ? recognition(options, definition.rows)
        : await comparison(options);
  const { leftOut } = definition;
  return { ...table, ...(smoke && { smoke }), ...(leftOut && { leftOut: [...leftOut] }) };
}

function about({ definition, measured, created }: BuildOptions) {
  const all = definition.rows.flatMap(({ training }) => measured(training));
  const [first] = all as [Measured, ...Measured[]];
  const sources = new Map(
    all.flatMap((one) => one.sources).map((source) => [`${source.run} ${source.what}`, source]),
  );
  return {
    title: definition.title,
    created,
    synthetic: first.data.source.synthetic,
    data: { name: first.data.source.name, split: 'test', contentHash: first.contentHash },
    judges: first.judges,
    sources: [...sources.values()],
    bootstrap: BOOTSTRAP,
    references: [definition.reference],
  };
}

/** What a row shows, whichever seed; the measurements of its seeds. */
function rowOf(
  { key, label, training, method, untrained }: RowDefinition,
  measured: MeasuredOf,
  output?: string,
) {
  const seeds = untrained ? measured(training).slice(0, 1) : measured(training);
  const wanted = method ?? output ?? key;
  const found = seeds.map(({ rows }) => rows.find((row) => row.key === wanted));
  const [first] = found as [MeasuredRow | undefined];
  return {
    seeds,
    method: wanted,
    info: {
      key,
      label: label ?? first?.label ?? key,
      note: first?.note ?? 'the clean image',
      needsMask: first?.needsMask ?? true,
      testSelected: first?.testSelected ?? false,
      runs: found.flatMap((row) => row?.runs ?? []),
      seeds: found.flatMap((row) => row?.seeds ?? []),
      pleased: first?.pleased ?? [],
      single: first?.single ?? {},
    },
  };
}

function quality(
  options: BuildOptions,
  rows: readonly RowDefinition[],
  { output, cards = wantedCards(options) }: { output?: string; cards?: readonly MetricCard[] } = {},
): Promise<Table> {
  const { measured } = options;
  return buildTable({
    ...about(options),
    cards,
    rows: rows.map((row) => {
      const { seeds, method, info } = rowOf(row, measured, output);
      return {
        ...info,
        pleased: info.pleased.map(similarityKey),
        parts: seeds.map(({ results }) => ({ results, method })),
      };
    }),
  });
}

function wantedCards(options: BuildOptions): MetricCard[] {
  const { metrics } = options.definition;
  return metricCards(about(options).judges).filter(({ key }) => metrics.some((pattern) => pattern.test(key)));
}

function recognition(options: BuildOptions, rows: readonly RowDefinition[], output?: string): Table {
  const { measured } = options;
  return buildRecognitionTable({
    ...about(options),
    rows: rows.map((row) => {
      const { seeds, method, info } = rowOf(row, measured, output);
      return { ...info, parts: seeds.map(({ recognition: scores }) => ({ scores, condition: method })) };
    }),
  });
}

/** Pictures and recognition beside each other, for each output of the networks. */
async function comparison(options: BuildOptions): Promise<Table> {
  const { definition } = options;
  const { rows, metrics } = definition;
  const tables = [];
  for (const { key, label } of OUTPUTS) {
    let table = await quality(options, rows, { output: key });
    const recognised = recognition(options, rows, key);
    for (const { key: judge, rows: found } of recognised.sections) {
      const cards = recognitionCards(judge)
        .filter((card) => VERIFIED.includes(card.key))
        .map((card) => ({ ...card, key: `${card.key}_${judge}`, label: `${card.label} (${judge})` }));
      table = withColumns(
        table,
        found.map((row) => renamedCells(row, judge)),
        cards,
      );
    }
    if (metrics.some((pattern) => pattern.test(SAMPLED_CARD.key)) && key === 'network') {
      table = withColumns(table, await sampledCells(options), [SAMPLED_CARD]);
    }
    tables.push({ table, key, label });
  }
  return stacked(tables);
}

const renamedCells = ({ cells }: TableRow, judge: string): TableRow['cells'] =>
  Object.fromEntries(Object.entries(cells).map(([key, cell]) => [`${key}_${judge}`, cell]));

async function sampledCells(options: BuildOptions): Promise<TableRow['cells'][]> {
  const cards = metricCards([]).filter(({ key }) => key === 'psnr');
  const table = await quality(options, options.definition.rows, { output: SAMPLED, cards });
  return (table.sections[0]?.rows ?? []).map(({ cells }) => ({
    [SAMPLED_CARD.key]: cells.psnr as TableRow['cells'][string],
  }));
}
