/** How cells read; shared by every form of the table. */
import { NOT_ESTIMABLE } from '../statistics/estimate.ts';
import {
  MARKS,
  type Table,
  type TableCell,
  type TableColumn,
  type TableDifference,
  type TableRow,
  type TableSection,
} from './schema.ts';

export const NOT_AVAILABLE = 'not available';
export const SYNTHETIC_NOTE = 'Synthetic data: no real person is shown or measured.';
export const SMOKE_NOTE =
  'Smoke run: trained for minutes at the smallest width, with one seed, to show that everything runs; it supports no claim.';
export const BEST_NOTE = 'Bold: best of the rows that are not shown the true mask.';

/** `20.91`, over several seeds `20.91 ± 0.12`: their mean and standard deviation. */
export function valueText({ value, bySeed = [], reason = '' }: TableCell, { digits }: TableColumn): string {
  if (value === null) return reason.startsWith(NOT_ESTIMABLE) ? NOT_ESTIMABLE : NOT_AVAILABLE;
  const deviation = standardDeviation(bySeed.filter((one) => one !== null));
  return `${value.toFixed(digits)}${deviation === null ? '' : ` ± ${deviation.toFixed(digits)}`}`;
}

/** Of a sample; null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

const MARK_TEXTS: Readonly<Record<NonNullable<TableCell['mark']>, readonly [sign: string, text: string]>> = {
  'few impostors': ['*', 'fewer than 10 impostor pairs are expected to pass'],
  'no spread': ['°', 'every resample gave the same, which is no bound'],
  'few images': ['¶', 'from fewer than 2,048 images, too few for a FID that can be compared'],
};

/** What others published for the cell, and how far ours is from it; empty where the table asks for no such thing. */
export function publishedText({ value, published }: TableCell, { digits }: TableColumn): string {
  if (published === undefined) return '';
  if (published === null) return `published: ${NOT_AVAILABLE}`;
  const difference = value === null ? '' : `, ours ${signedText(value - published.value, digits)}`;
  return `published: ${published.value.toFixed(digits)}${difference}`;
}

/** The signs behind a value: by a judge that the training was to please, and its mark. */
export function signsOf(row: TableRow, { key }: TableColumn): string {
  const mark = row.cells[key]?.mark;
  return `${row.pleased?.includes(key) ? ' §' : ''}${mark ? ` ${MARK_TEXTS[mark][0]}` : ''}`;
}

/** Why values of a section are missing, each reason once. */
export const reasonsIn = ({ rows }: TableSection, columns: readonly TableColumn[]): string[] => [
  ...new Set(
    rows.flatMap(({ cells }) =>
      columns.flatMap(({ key }) => (cells[key]?.value === null ? (cells[key]?.reason ?? []) : [])),
    ),
  ),
];

/** A row's label with its marks. */
export const rowLabel = ({ label, needsMask, testSelected }: TableRow): string =>
  `${label}${needsMask ? ' †' : ''}${testSelected ? ' ‡' : ''}`;

/** What the marks of a section's rows mean. */
export const marksOf = ({ rows }: TableSection): string[] => [
  ...(rows.some(({ needsMask }) => needsMask) ? ['† is shown the true mask.'] : []),
  ...(rows.some(({ testSelected }) => testSelected)
    ? ['‡ its checkpoint was chosen on test images (the release’s defect F).']
    : []),
  ...(rows.some(({ pleased = [], cells }) => pleased.some((key) => key in cells))
    ? ['§ by a judge that the training was to please.']
    : []),
  ...MARKS.filter((mark) =>
    rows.some(({ cells }) => Object.values(cells).some((cell) => cell.mark === mark)),
  ).map((mark) => `${MARK_TEXTS[mark].join(' ')}.`),
];

/** Those shown first, and the others. */
export const columnsOf = ({ columns }: Table): { main: TableColumn[]; further: TableColumn[] } => ({
  main: columns.filter(({ main }) => main),
  further: columns.filter(({ main }) => !main),
});

/** `20.91 … 21.78`, or nothing where there is no interval. */
export const intervalText = (
  cell: { low: number | null; high: number | null },
  { digits }: TableColumn,
): string =>
  cell.low === null || cell.high === null ? '' : `${cell.low.toFixed(digits)} … ${cell.high.toFixed(digits)}`;

/** `+3.20`, a real minus sign for less. */
export function signedText(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

export const differenceText = (difference: TableDifference, column: TableColumn): string => {
  const { low, high, value } = difference;
  const ends =
    low === null || high === null
      ? ''
      : ` (${signedText(low, column.digits)} … ${signedText(high, column.digits)})`;
  return `${signedText(value, column.digits)}${ends}`;
};

/** `PSNR in the hole, dB ↑` */
export const columnText = ({ label, unit, better }: TableColumn): string =>
  `${label}${unit ? `, ${unit}` : ''} ${better === 'higher' ? '↑' : '↓'}`;

/** Whether a row has the best value of its column among the rows that are not shown the true mask. */
export function isBest(section: TableSection, rowKey: string, column: TableColumn): boolean {
  const values = section.rows.flatMap((row) => {
    const value = row.cells[column.key]?.value;
    return row.needsMask || value === null || value === undefined ? [] : [{ key: row.key, value }];
  });
  const sign = column.better === 'higher' ? 1 : -1;
  const best = Math.max(...values.map(({ value }) => sign * value));
  return values.length > 1 && values.some(({ key, value }) => key === rowKey && sign * value === best);
}

/** What the table was measured on and how, in a few lines. */
export function provenance(table: Table): string[] {
  const all = table.sections[0] as TableSection;
  const people = table.synthetic ? 'synthetic people' : 'people';
  const hash = table.data.contentHash ? `, content ${table.data.contentHash.slice(0, 12)}` : '';
  const { level, method, resamples, seed, comparisons } = table.interval;
  const held = comparisons > 1 ? `, and in each column their ${comparisons} intervals hold together` : '';
  return [
    `${all.samples} images of ${all.identities} ${people} (${table.data.name}, ${table.data.split}${hash}).`,
    `Intervals: ${Math.round(100 * level)} %, ${method}, ${resamples} resamples, seed ${seed}. Differences are paired${held}.`,
    `Judges of identity: ${table.judges.join(', ') || NOT_AVAILABLE}.`,
    ...(table.leftOut ? [`Rows left out: ${table.leftOut.join(', ')}.`] : []),
  ];
}

/** The rows that others of a section are compared with. */
export function referencesOf(section: TableSection): string[] {
  return section.rows
    .map(({ key }) => key)
    .filter((key) =>
      section.rows.some((row) => Object.values(row.cells).some((cell) => key in cell.differences)),
    );
}

export const labelOf = (section: TableSection, rowKey: string): string =>
  section.rows.find((row) => row.key === rowKey)?.label ?? rowKey;

/** The columns in which some row is compared with the reference. */
export const comparedColumns = (
  section: TableSection,
  reference: string,
  columns: readonly TableColumn[],
): TableColumn[] =>
  columns.filter((column) => section.rows.some((row) => row.cells[column.key]?.differences[reference]));

/** The columns in which some row of the section has a value. */
export const measuredIn = ({ rows }: TableSection, columns: readonly TableColumn[]): TableColumn[] =>
  columns.filter(({ key }) => rows.some(({ cells }) => (cells[key]?.value ?? null) !== null));
