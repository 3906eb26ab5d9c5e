/** The table in LaTeX (booktabs): values with intervals, marks explained beneath. */
import {
  BEST_NOTE,
  columnsOf,
  columnText,
  intervalText,
  isBest,
  marksOf,
  measuredIn,
  provenance,
  publishedText,
  rowLabel,
  SMOKE_NOTE,
  SYNTHETIC_NOTE,
  signsOf,
  valueText,
} from './format.ts';
import type { Table, TableCell, TableColumn, TableSection } from './schema.ts';

/** Needs the packages booktabs and graphicx, and an engine that reads UTF-8. One table a section. */
export function renderLatex(table: Table): string {
  const { main } = columnsOf(table);
  return `% ${table.title}; packages booktabs, graphicx\n${table.sections
    .map((section) => sectionTable(table, section, measuredIn(section, main)))
    .join('\n')}`;
}

function sectionTable(table: Table, section: TableSection, columns: readonly TableColumn[]): string {
  const notes = [
    ...(table.synthetic ? [SYNTHETIC_NOTE] : []),
    ...(table.smoke ? [SMOKE_NOTE] : []),
    ...provenance(table),
    BEST_NOTE,
    ...marksOf(section),
  ];
  return [
    '\\begin{table}',
    `\\caption{${text(`${table.title}. ${section.label}. ${notes.join(' ')}`)}}`,
    '\\resizebox{\\linewidth}{!}{%',
    `\\begin{tabular}{l${'r'.repeat(columns.length)}}`,
    '\\toprule',
    line(['', ...columns.map((column) => text(columnText(column)))]),
    '\\midrule',
    ...section.rows.map((row) =>
      line([text(rowLabel(row)), ...columns.map((column) => cellText(section, row, column))]),
    ),
    '\\bottomrule',
    '\\end{tabular}}',
    '\\end{table}',
    '',
  ].join('\n');
}

const line = (cells: readonly string[]): string => `${cells.join(' & ')} \\\\`;

function cellText(section: TableSection, row: TableSection['rows'][number], column: TableColumn): string {
  const cell = row.cells[column.key] as TableCell;
  const value = text(`${valueText(cell, column)}${signsOf(row, column)}`);
  const lines = [
    isBest(section, row.key, column) ? `\\textbf{${value}}` : value,
    ...[intervalText(cell, column), publishedText(cell, column)]
      .filter(Boolean)
      .map((one) => `\\scriptsize ${text(one)}`),
  ];
  return lines.length === 1 ? (lines[0] as string) : `\\shortstack[r]{${lines.join(' \\\\ ')}}`;
}

const SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '†': '\\textdagger{}',
  '‡': '\\textdaggerdbl{}',
  '§': '\\S{}',
  '¶': '\\P{}',
  '°': '\\textdegree{}',
  '±': '\\ensuremath{\\pm}',
  '−': '\\ensuremath{-}',
  '≥': '\\ensuremath{\\geq}',
  '↑': '\\ensuremath{\\uparrow}',
  '↓': '\\ensuremath{\\downarrow}',
  '…': '\\ldots{}',
  '’': "'",
  '“': '``',
  '”': "''",
  '–': '--',
};

const text = (value: string): string =>
  value
    .replace(/[\\~^†‡§¶°±−≥↑↓…’“”–]|[&%$#_{}]/g, (sign) => SIGNS[sign] ?? `\\${sign}`)
    .replace(/\s+/g, ' ');
