/** Figures that others have published, beside ours: a file that a user fills. The paper's own are not known to this project. */
import { known } from '@fsg/runs';
import { z } from 'zod';
import type { Table, TableSection } from './schema.ts';

/** Table → section → row → metric → value. */
export const PublishedFile = z.strictObject({
  /** Where the figures stand: a paper, a page. */
  source: z.string().min(1),
  tables: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number())))),
});
export type PublishedFile = z.infer<typeof PublishedFile>;

/**
 * Each cell with what `published` has for it, null where that is nothing. Throws a UserError at a section, row or metric that
 * the table does not have; `where` names the file.
 */
export function withPublished(
  table: Table,
  name: string,
  published: PublishedFile | null,
  where: string,
): Table {
  const given = published?.tables[name] ?? {};
  allKnown(
    Object.keys(given),
    table.sections.map(({ key }) => key),
    `${where}: tables.${name}`,
  );
  const sections = table.sections.map((section) =>
    withFigures(section, table, given[section.key] ?? {}, {
      where: `${where}: tables.${name}.${section.key}`,
      source: published?.source ?? '',
    }),
  );
  return { ...table, sections };
}

function withFigures(
  section: TableSection,
  { columns }: Table,
  given: Readonly<Record<string, Readonly<Record<string, number>>>>,
  { where, source }: { readonly where: string; readonly source: string },
): TableSection {
  allKnown(
    Object.keys(given),
    section.rows.map(({ key }) => key),
    where,
  );
  const rows = section.rows.map((row) => {
    const figures = given[row.key] ?? {};
    allKnown(
      Object.keys(figures),
      columns.map(({ key }) => key),
      `${where}.${row.key}`,
    );
    const cells = Object.entries(row.cells).map(([key, cell]) => {
      const value = figures[key];
      return [key, { ...cell, published: value === undefined ? null : { value, source } }];
    });
    return { ...row, cells: Object.fromEntries(cells) };
  });
  return { ...section, rows };
}

function allKnown(given: readonly string[], names: readonly string[], where: string): void {
  for (const name of given) known(name, names, `${where} has no key`);
}
