/** Which tables, or which of their rows, are asked for. */
import { known } from '@fsg/runs';
import { definitionOf, TABLE_NAMES, type TableDefinition, type TableName, untrained } from './definitions.ts';

export interface ChosenTable {
  readonly name: TableName;
  readonly definition: TableDefinition;
}

/**
 * Each of `names` is a TABLE or a TABLE/ROW; none are all tables. A row comes with the one that others are compared with.
 * `pictures` names what other programs have made: a row of each table of methods.
 */
export function chooseTables(names: readonly string[], pictures: readonly string[] = []): ChosenTable[] {
  const wanted = new Map<TableName, Set<string>>();
  for (const name of names.length > 0 ? names : TABLE_NAMES) {
    const [first, row] = name.split(/\/(.*)/s);
    const table = known(first as string, TABLE_NAMES, 'there is no table');
    const all = definitionOf(table).rows.map(({ key }) => key);
    const rows = row === undefined ? all : [known(row, all, `${table} has no row`)];
    wanted.set(table, new Set([...(wanted.get(table) ?? []), ...rows]));
  }
  return [...wanted].map(([name, rows]) => ({
    name,
    definition: withPictures(onlyRows(definitionOf(name), rows), pictures),
  }));
}

function withPictures(definition: TableDefinition, pictures: readonly string[]): TableDefinition {
  if (definition.kind === 'comparison') return definition;
  return { ...definition, rows: [...definition.rows, ...pictures.map(untrained)] };
}

function onlyRows(definition: TableDefinition, wanted: ReadonlySet<string>): TableDefinition {
  const shown = ({ key }: { readonly key: string }): boolean =>
    wanted.has(key) || key === definition.reference;
  const leftOut = definition.rows.filter((row) => !shown(row)).map(({ key }) => key);
  return { ...definition, rows: definition.rows.filter(shown), ...(leftOut.length > 0 && { leftOut }) };
}
