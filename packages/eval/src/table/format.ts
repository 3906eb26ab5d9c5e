/** How cells read; shared by every form of the table. */
import type { Table, TableCell, TableColumn, TableDifference, TableRow, TableSection } from './schema.ts';

export const NOT_AVAILABLE = 'not available';
export const SYNTHETIC_NOTE = 'Synthetic data: no real person is shown or measured.';
export const BEST_NOTE = 'Bold: best of the rows that are not shown the true mask.';

export const valueText = (cell: TableCell, { digits }: TableColumn): string =>
  cell.value === null ? NOT_AVAILABLE : cell.value.toFixed(digits);

/** A row's label with its marks. */
export const rowLabel = ({ label, needsMask, testSelected }: TableRow): string =>
  `${label}${needsMask ? ' †' : ''}${testSelected ? ' ‡' : ''}`;

/** What the marks of a section's rows mean. */
export const marksOf = ({ rows }: TableSection): string[] => [
  ...(rows.some(({ needsMask }) => needsMask) ? ['† is shown the true mask.'] : []),
  ...(rows.some(({ testSelected }) => testSelected)
    ? ['‡ its checkpoint was chosen on test images (the release’s defect F).']
    : []),
];

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
  const { level, method, resamples, seed } = table.interval;
  return [
    `${all.samples} images of ${all.identities} ${people} (${table.data.name}, ${table.data.split}${hash}).`,
    `Intervals: ${Math.round(100 * level)} %, ${method}, ${resamples} resamples, seed ${seed}. Differences are paired.`,
    `Judge of identity: ${table.judge ?? NOT_AVAILABLE}.`,
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
