/** The table in LaTeX (booktabs): values with intervals, marks explained beneath. */
import {
  BEST_NOTE,
  columnsOf,
  columnText,
  comparedColumns,
  differenceText,
  intervalText,
  isBest,
  labelOf,
  marksOf,
  measuredIn,
  NOT_AVAILABLE,
  provenance,
  publishedText,
  referencesOf,
  rowLabel,
  SMOKE_NOTE,
  SYNTHETIC_NOTE,
  signsOf,
  valueText,
} from './format.ts';
import type { Table, TableCell, TableColumn, TableSection } from './schema.ts';

/** Needs the packages booktabs and graphicx, and an engine that reads UTF-8. One table a section, and one for its paired differences. */
export function renderLatex(table: Table): string {
  const { main } = columnsOf(table);
  const tables = table.sections.flatMap((section) => [
    valueTable(table, section, measuredIn(section, main)),
    ...referencesOf(section).map((reference) => differenceTable(table, section, reference, main)),
  ]);
  return `% ${table.title}; packages booktabs, graphicx\n${tables.join('\n')}`;
}

const valueTable = (table: Table, section: TableSection, columns: readonly TableColumn[]): string =>
  frame(
    `${table.title}. ${section.label}. ${[...notesOf(table), BEST_NOTE, ...marksOf(section)].join(' ')}`,
    columns,
    section.rows.map((row) => [
      text(rowLabel(row)),
      ...columns.map((column) => cellText(section, row, column)),
    ]),
  );

function differenceTable(
  table: Table,
  section: TableSection,
  reference: string,
  columns: readonly TableColumn[],
): string {
  const compared = comparedColumns(section, reference, columns);
  return frame(
    `${table.title}. ${section.label}. Difference to ${labelOf(section, reference)}. ${notesOf(table).join(' ')}`,
    compared,
    section.rows
      .filter((row) => row.key !== reference)
      .map((row) => [
        text(rowLabel(row)),
        ...compared.map((column) => {
          const difference = row.cells[column.key]?.differences[reference];
          return text(difference ? differenceText(difference, column) : NOT_AVAILABLE);
        }),
      ]),
  );
}

const notesOf = (table: Table): string[] => [
  ...(table.synthetic ? [SYNTHETIC_NOTE] : []),
  ...(table.smoke ? [SMOKE_NOTE] : []),
  ...provenance(table),
];

/** `caption` is escaped here, the cells are LaTeX already. */
const frame = (
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string =>
  [
    '\\begin{table}',
    `\\caption{${text(caption)}}`,
    '\\resizebox{\\linewidth}{!}{%',
    `\\begin{tabular}{l${'r'.repeat(columns.length)}}`,
    '\\toprule',
    line(['', ...columns.map((column) => text(columnText(column)))]),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}}',
    '\\end{table}',
    '',
  ].join('\n');

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
