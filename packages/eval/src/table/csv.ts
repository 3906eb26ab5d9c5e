import type { Table } from './schema.ts';

const HEAD = [
  'section',
  'row',
  'metric',
  'reference',
  'value',
  'low',
  'high',
  'n',
  'identities',
  'identical',
  'published',
  'reason',
  'convention',
  'runs',
  'synthetic',
];

/**
 * The table as CSV (RFC 4180), one number a line: values have an empty `reference`, paired differences name it.
 * What is not a number is an empty field with its reason.
 */
export function renderCsv(table: Table): string {
  const lines: (string | number | boolean | null)[][] = [HEAD];
  for (const section of table.sections) {
    for (const row of section.rows) {
      for (const [metric, cell] of Object.entries(row.cells)) {
        const end = [
          cell.reason ?? '',
          table.conventions[cell.convention] ?? '',
          row.runs.join(' '),
          table.synthetic,
        ];
        const start = [section.key, row.key, metric];
        lines.push([
          ...start,
          '',
          cell.value,
          cell.low,
          cell.high,
          cell.n,
          cell.identities,
          cell.identical,
          cell.published?.value ?? null,
          ...end,
        ]);
        for (const [reference, d] of Object.entries(cell.differences)) {
          lines.push([...start, reference, d.value, d.low, d.high, d.n, cell.identities, 0, null, ...end]);
        }
      }
    }
  }
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
