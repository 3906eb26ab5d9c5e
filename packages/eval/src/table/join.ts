/** Tables of the same rows put together: their columns side by side, their sections one under the other. */
import type { MetricCard } from '../metrics/cards.ts';
import { columnOf } from './build.ts';
import type { Table, TableRow, TableSection } from './schema.ts';

/** Adds columns to the first section: `cells` of each row, by the cards' keys. */
export function withColumns(
  table: Table,
  cells: readonly TableRow['cells'][],
  cards: readonly MetricCard[],
): Table {
  const [section, ...others] = table.sections as [TableSection, ...TableSection[]];
  const rows = section.rows.map((row, r) => {
    const added = cards.map(({ key }) => [
      key,
      { ...(cells[r]?.[key] as TableRow['cells'][string]), convention: key },
    ]);
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(added) } };
  });
  return {
    ...table,
    columns: [...table.columns, ...cards.map(columnOf)],
    conventions: {
      ...table.conventions,
      ...Object.fromEntries(cards.map(({ key, convention }) => [key, convention])),
    },
    sections: [{ ...section, rows }, ...others],
  };
}

/** The first section of each table, under its own heading. The rest is as in the first table. */
export function stacked(
  tables: readonly { readonly table: Table; readonly key: string; readonly label: string }[],
): Table {
  const first = (tables[0] as (typeof tables)[number]).table;
  return {
    ...first,
    sections: tables.map(({ table, key, label }) => ({
      ...(table.sections[0] as TableSection),
      key,
      label,
      group: 'output' as const,
    })),
  };
}
