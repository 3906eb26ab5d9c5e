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
  referencesOf,
  rowLabel,
  SMOKE_NOTE,
  SYNTHETIC_NOTE,
  signsOf,
  valueText,
} from './format.ts';
import type { Table, TableCell, TableColumn, TableRow, TableSection } from './schema.ts';

/**
 * The table as a fragment of HTML, every text escaped, no style, script or address in it: a page that shows
 * it styles the classes `fsg-table`, `ends`, `best`, `missing` and `synthetic`.
 */
export function renderHtml(table: Table): string {
  const [all, ...parts] = table.sections as [TableSection, ...TableSection[]];
  const { main, further } = columnsOf(table);
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  const fold = (title: string, body: string): string =>
    `<details><summary>${title}</summary>${body}</details>`;
  const differences = (section: TableSection): string[] =>
    referencesOf(section).map((key) =>
      fold(`Difference to ${escapeHtml(labelOf(section, key))}`, differenceTable(section, key, main)),
    );
  return [
    '<div class="fsg-table">',
    table.synthetic ? `<p class="synthetic">${SYNTHETIC_NOTE}</p>` : '',
    table.smoke ? `<p class="synthetic">${SMOKE_NOTE}</p>` : '',
    `<p>${provenance(table).map(escapeHtml).join('<br>')}</p>`,
    valueTable(all, main, table.title),
    `<p>${[BEST_NOTE, ...marksOf(all)].join(' ')}</p>`,
    ...differences(all),
    ...(further.length > 0 ? [fold('Further metrics', valueTable(all, further, 'Further metrics'))] : []),
    ...parts.map((section) => {
      const title = `${section.label} (${section.samples} images of ${section.identities} people)`;
      const values = valueTable(section, measuredIn(section, main), title);
      return fold(escapeHtml(title), [values, ...differences(section)].join(''));
    }),
    fold(
      'Rows, conventions and sources',
      list(
        all.rows.map(
          (row) =>
            `<b>${escapeHtml(row.label)}</b>: ${escapeHtml(row.note)}${row.seeds.length > 0 ? `; seeds ${escapeHtml(row.seeds.join(', '))}` : ''}`,
        ),
      ) +
        list(
          table.columns.map(
            (column) =>
              `<b>${escapeHtml(column.label)}</b>: ${escapeHtml(table.conventions[column.key] ?? '')}`,
          ),
        ) +
        list(
          table.sources.map(({ run, what, checkpoint, sha256 }) =>
            [what, `run ${run}`, checkpoint, sha256 && `SHA-256 ${sha256}`]
              .flatMap((part) => (part ? escapeHtml(part) : []))
              .join(', '),
          ),
        ),
    ),
    '</div>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);

function frame(caption: string, columns: readonly TableColumn[], rows: readonly string[]): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(columnText(column))}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const line = (row: TableRow, cells: readonly string[]): string =>
  `<tr><th scope="row" title="${escapeHtml(row.note)}">${escapeHtml(rowLabel(row))}</th>${cells.join('')}</tr>`;

function valueTable(section: TableSection, columns: readonly TableColumn[], caption: string): string {
  const show = (row: TableRow, column: TableColumn): string => {
    const cell = row.cells[column.key] as TableCell;
    if (cell.value === null)
      return `<td class="missing" title="${escapeHtml(cell.reason ?? '')}">${valueText(cell, column)}</td>`;
    const title = `n = ${cell.n} images of ${cell.identities} people${cell.identical > 0 ? `; ${cell.identical} identical pairs counted apart` : ''}`;
    const ends = intervalText(cell, column);
    return `<td title="${title}"${isBest(section, row.key, column) ? ' class="best"' : ''}>${valueText(cell, column)}${signsOf(row, column)}<span class="ends">${ends || escapeHtml(cell.reason ?? '')}</span></td>`;
  };
  return frame(
    caption,
    columns,
    section.rows.map((row) =>
      line(
        row,
        columns.map((column) => show(row, column)),
      ),
    ),
  );
}

function differenceTable(section: TableSection, reference: string, columns: readonly TableColumn[]): string {
  const compared = comparedColumns(section, reference, columns);
  const rows = section.rows
    .filter((row) => row.key !== reference)
    .map((row) =>
      line(
        row,
        compared.map((column) => {
          const difference = row.cells[column.key]?.differences[reference];
          return difference
            ? `<td>${differenceText(difference, column)}</td>`
            : `<td class="missing">${NOT_AVAILABLE}</td>`;
        }),
      ),
    );
  return frame(`Difference to ${labelOf(section, reference)}`, compared, rows);
}
