import {
  columnsOf,
  columnText,
  intervalText,
  marksOf,
  provenance,
  rowLabel,
  signsOf,
  valueText,
} from './format.ts';
import type { Table, TableCell, TableSection } from './schema.ts';

export interface TerminalOptions {
  /** Escape sequences for weight; leave out where NO_COLOR is set or the output is no terminal. */
  readonly colour: boolean;
}

/** The rows over all samples and the main columns as plain lines, the interval under each value; about 100 columns wide. */
export function renderTerminal(table: Table, { colour }: TerminalOptions): string {
  const style = (code: number, text: string): string =>
    colour && text.trim() ? `\u001b[${code}m${text}\u001b[0m` : text;
  const section = table.sections[0] as TableSection;
  const labels = section.rows.map(rowLabel);
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const columns = columnsOf(table).main.map((column) => {
    const cells = section.rows.map((row) => row.cells[column.key] as TableCell);
    const values = section.rows.map((row, r) => {
      const cell = cells[r] as TableCell;
      return cell.value === null ? '–' : `${valueText(cell, column)}${signsOf(row, column)}`;
    });
    const ends = cells.map((cell) => intervalText(cell, column));
    const head = splitHead(columnText(column));
    return {
      head,
      values,
      ends,
      width: Math.max(...[...head, ...values, ...ends].map((text) => text.length)),
    };
  });
  const line = (label: string, texts: readonly string[]): string =>
    [label.padEnd(labelWidth), ...texts.map((text, i) => text.padStart(columns[i]?.width ?? 0))]
      .join('  ')
      .trimEnd();
  return [
    `${style(1, table.title)}${table.synthetic ? '  [SYNTHETIC]' : ''}`,
    ...[0, 1].map((part) =>
      style(
        2,
        line(
          '',
          columns.map(({ head }) => head[part] as string),
        ),
      ),
    ),
    ...section.rows.flatMap((_, r) => [
      style(
        1,
        line(
          labels[r] as string,
          columns.map(({ values }) => values[r] as string),
        ),
      ),
      style(
        2,
        line(
          '',
          columns.map(({ ends }) => ends[r] as string),
        ),
      ),
    ]),
    ...provenance(table),
    [...marksOf(section), '– not available.'].join(' '),
  ].join('\n');
}

/** A heading in two lines of about the same length. */
function splitHead(text: string): [string, string] {
  const words = text.split(' ');
  const at = words.findIndex((_, i) => words.slice(0, i + 1).join(' ').length >= text.length / 2) + 1;
  return [words.slice(0, at).join(' '), words.slice(at).join(' ')];
}
