/** The table of recognition: a row a condition, a section a judge. */
import { UserError } from '@fsg/runs';
import { recognitionCards } from '../recognition/cards.ts';
import { identification } from '../recognition/identification.ts';
import type { RecognitionScores } from '../recognition/scores.ts';
import { verification } from '../recognition/verification.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import type { Difference, Estimate } from '../statistics/estimate.ts';
import { emptyRow, headOf, type RowInfo, type TableOptions } from './build.ts';
import type { Table, TableCell, TableDifference, TableSection } from './schema.ts';

/** Where a row's figures come from: one a seed, all over the same pairs. */
export interface RecognitionPart {
  readonly scores: RecognitionScores;
  readonly condition: string;
}

export interface RecognitionRow extends Omit<RowInfo, 'parts'> {
  readonly parts: readonly RecognitionPart[];
}

export interface RecognitionOptions extends Omit<TableOptions, 'rows' | 'cards'> {
  readonly rows: readonly RecognitionRow[];
}

/** Throws a UserError where rows were measured over other pairs. */
export function buildRecognitionTable(options: RecognitionOptions): Table {
  const { rows, judges, bootstrap } = options;
  const cards = recognitionCards('the judge of the section');
  const references = options.references.filter((key) => rows.some((row) => row.key === key));
  const pairs = rows.flatMap(({ key }) =>
    references.filter((to) => to !== key).map((to) => ({ of: key, to })),
  );
  const compare = { differences: pairs, count: Math.max(1, pairs.length) };
  const protocol = protocolOf(rows);
  return {
    ...headOf(options, cards),
    interval: {
      ...bootstrap,
      method: 'bootstrap, identities drawn with replacement',
      comparisons: compare.count,
    },
    sections: judges.map((judge): TableSection => {
      const measured = measureBy(judge, rows, protocol, compare, bootstrap);
      return {
        key: judge,
        label: `Judge: ${judge}`,
        group: 'judge',
        samples: protocol.identities.length,
        identities: new Set(protocol.identities).size,
        rows: rows.map((row) => ({
          ...emptyRow({
            ...row,
            parts: [],
            pleased: row.pleased?.includes(judge) ? cards.map(({ key }) => key) : [],
          }),
          cells: Object.fromEntries(
            cards.map(({ key }) => [key, cellOf(key, row.key, measured, references)]),
          ),
        })),
      };
    }),
  };
}

/** That of the first row; the others must have the same pairs and probes. */
function protocolOf(rows: readonly RecognitionRow[]): RecognitionScores {
  const first = rows[0]?.parts[0]?.scores;
  if (!first) throw new RangeError('a table of recognition without rows was asked for');
  const known = JSON.stringify([first.identities, first.pairs, first.split.probes]);
  for (const { label, parts } of rows) {
    for (const { scores } of parts) {
      if (scores === first) continue;
      if (JSON.stringify([scores.identities, scores.pairs, scores.split.probes]) === known) continue;
      throw new UserError(
        `${label} was measured over other pairs than ${rows[0]?.label}; measure both on the same data`,
      );
    }
  }
  return first;
}

type ByKey<T> = Readonly<Record<string, T>>;

interface MeasuredBy {
  readonly estimates: ByKey<ByKey<Estimate>>;
  readonly differences: readonly {
    readonly of: string;
    readonly to: string;
    readonly measures: ByKey<Difference>;
  }[];
}

/** Both kinds of recognition by one judge, put together. */
function measureBy(
  judge: string,
  rows: readonly RecognitionRow[],
  { pairs, identities, split }: RecognitionScores,
  compare: Parameters<typeof verification>[0]['compare'] & object,
  { level, seed }: BootstrapOptions,
): MeasuredBy {
  const bootstrap = { seed, ...(level !== undefined && { level }) };
  const named = ({ key, seeds = [] }: RecognitionRow) => ({
    name: key,
    ...(seeds.length > 0 && { seeds: seeds.map(String) }),
  });
  const found = [
    verification({
      pairs,
      identities,
      bootstrap,
      compare,
      conditions: rows.map((row) => ({
        ...named(row),
        scores: row.parts.map(({ scores, condition }) => scores.scores[judge]?.[condition] ?? []),
      })),
    }),
    identification({
      split,
      identities,
      bootstrap,
      compare,
      conditions: rows.map((row) => ({
        ...named(row),
        ranks: row.parts.map(({ scores, condition }) => scores.ranks[judge]?.[condition] ?? []),
      })),
    }),
  ];
  const estimates: Record<string, Record<string, Estimate>> = {};
  for (const { name, measures } of found.flatMap(
    ({ conditions }) => conditions as { name: string; measures: ByKey<Estimate> }[],
  )) {
    estimates[name] = { ...estimates[name], ...measures };
  }
  return {
    estimates,
    differences: found.flatMap(({ differences }) => differences as MeasuredBy['differences']),
  };
}

function cellOf(
  metric: string,
  row: string,
  { estimates, differences }: MeasuredBy,
  references: readonly string[],
): TableCell {
  const found = (estimates[row] as ByKey<Estimate>)[metric] as Estimate;
  const { value, low, high, n, clusters, marks, reason } = found;
  // How many seeds there are, the row tells.
  const mark = value === null ? undefined : marks.find((one) => one !== 'few seeds');
  const compared = references.flatMap((to): [string, TableDifference][] => {
    const found = differences.find((one) => one.of === row && one.to === to && metric in one.measures)
      ?.measures[metric];
    return found && found.value !== null
      ? [[to, { value: found.value, low: found.low, high: found.high, n: found.n }]]
      : [];
  });
  return {
    value,
    low,
    high,
    n,
    identities: clusters,
    identical: 0,
    convention: metric,
    ...(reason !== undefined && { reason }),
    ...(mark && { mark }),
    differences: Object.fromEntries(compared),
  };
}
