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
  reasonsIn,
  referencesOf,
  rowLabel,
  SMOKE_NOTE,
  SYNTHETIC_NOTE,
  signsOf,
  valueText,
} from './format.ts';
import type { Table, TableCell, TableColumn, TableRow, TableSection } from './schema.ts';

/** The table as Markdown: values with intervals, paired differences, conventions and sources. */
export function renderMarkdown(table: Table): string {
  const [all, ...parts] = table.sections as [TableSection, ...TableSection[]];
  const { main, further } = columnsOf(table);
  const named = ['judge', 'output'].includes(all.group);
  const blocks = [
    `# ${text(table.title)}`,
    ...(table.synthetic ? [`**${SYNTHETIC_NOTE}**`] : []),
    ...(table.smoke ? [`**${SMOKE_NOTE}**`] : []),
    ...provenance(table).map(text),
    ...(named ? [`## ${text(all.label)}`] : []),
    valueTable(all, main),
    [BEST_NOTE, ...marksOf(all)].map(text).join(' '),
    ...reasonLines(all, main),
    ...differenceBlocks(all, main, named ? '###' : '##'),
    ...(further.length > 0 ? ['## Further metrics', valueTable(all, further)] : []),
    ...parts.flatMap((section) => [
      `## ${text(section.label)} (${section.samples} images of ${section.identities} people)`,
      valueTable(section, measuredIn(section, main)),
      ...differenceBlocks(section, main, '###'),
    ]),
    '## Rows',
    all.rows
      .map(
        (row) =>
          `- ${text(rowLabel(row))}: ${text(row.note)}${row.seeds.length > 0 ? `; seeds ${row.seeds.join(', ')}` : ''}`,
      )
      .join('\n'),
    '## Conventions',
    table.columns
      .map((column) => `- ${text(column.label)}: ${text(table.conventions[column.key] ?? '')}`)
      .join('\n'),
    ...(table.sources.length > 0 ? ['## Sources', table.sources.map(sourceLine).join('\n')] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A label is shown as it is: Markdown's and HTML's own signs lose their meaning. */
const text = (value: string): string => value.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    `|---|${head
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...rows.map(line),
  ].join('\n');
}

function valueTable(section: TableSection, columns: readonly TableColumn[]): string {
  const show = (row: TableRow, column: TableColumn): string => {
    const cell = row.cells[column.key] as TableCell;
    const published = publishedText(cell, column);
    const below = published ? `<br>${published}` : '';
    if (cell.value === null) return `${valueText(cell, column)}${below}`;
    const value = `${valueText(cell, column)}${signsOf(row, column).replace('*', '\\*')}`;
    const ends = intervalText(cell, column);
    const identical = cell.identical > 0 ? `; ${cell.identical} identical` : '';
    return `${isBest(section, row.key, column) ? `**${value}**` : value}${ends || identical ? ` (${ends}${identical})` : ''}${below}`;
  };
  return grid(
    ['', ...columns.map(columnText)],
    section.rows.map((row) => [text(rowLabel(row)), ...columns.map((column) => show(row, column))]),
  );
}

/** Of every row that others of the section are compared with, under headings of a level. */
const differenceBlocks = (section: TableSection, columns: readonly TableColumn[], level: string): string[] =>
  referencesOf(section).flatMap((reference) => [
    `${level} Difference to ${text(labelOf(section, reference))}`,
    differenceGrid(section, reference, columns),
  ]);

function differenceGrid(section: TableSection, reference: string, columns: readonly TableColumn[]): string {
  const compared = comparedColumns(section, reference, columns);
  const rows = section.rows
    .filter((row) => row.key !== reference)
    .map((row) => [
      text(rowLabel(row)),
      ...compared.map((column) => {
        const difference = row.cells[column.key]?.differences[reference];
        return difference ? differenceText(difference, column) : NOT_AVAILABLE;
      }),
    ]);
  return grid(['', ...compared.map(columnText)], rows);
}

const reasonLines = (section: TableSection, columns: readonly TableColumn[]): string[] => {
  const reasons = reasonsIn(section, columns);
  return reasons.length > 0 ? [text(`What is missing: ${reasons.join('; ')}.`)] : [];
};

const sourceLine = (source: Table['sources'][number]): string =>
  `- ${text(source.what)}: run \`${source.run.replaceAll('`', '')}\`${source.checkpoint ? `, ${text(source.checkpoint)}` : ''}${
    source.sha256 ? `, SHA-256 ${text(source.sha256)}` : ''
  }`;
