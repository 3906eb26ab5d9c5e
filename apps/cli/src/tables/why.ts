/** What stands behind a cell of a table that was written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTable, type Table, type TableCell, type TableSource } from '@fsg/eval';
import { findRun, known, UserError } from '@fsg/runs';

export interface Why {
  readonly table: string;
  readonly section: string;
  readonly row: string;
  readonly column: string;
  readonly convention: string;
  readonly cell: TableCell;
  readonly seeds: readonly (number | string)[];
  readonly data: Table['data'];
  readonly judges: readonly string[];
  /** Checkpoints and, where their run is here, what trained it. */
  readonly runs: readonly (TableSource & {
    readonly recipe: string | null;
    readonly command: string | null;
  })[];
}

/** `cell`: TABLE/ROW/COLUMN, or TABLE/SECTION/ROW/COLUMN. Throws a UserError where there is no such cell. */
export async function explainCell(cell: string, folder: string, runs: string): Promise<Why> {
  const parts = cell.split('/');
  if (parts.length !== 3 && parts.length !== 4) {
    throw new UserError(
      `--why ${cell}: expected TABLE/ROW/COLUMN or TABLE/SECTION/ROW/COLUMN, such as ablation/no-identity/psnr`,
      2,
    );
  }
  const [name, rowKey, columnKey] = [parts[0], parts.at(-2), parts.at(-1)] as [string, string, string];
  const table = await readTable(join(folder, `${name}.json`), name);
  const sectionKey = parts.length === 4 ? (parts[1] as string) : (table.sections[0]?.key as string);
  const section = pick(table.sections, sectionKey, `${name} has no section`);
  const row = pick(section.rows, rowKey, `${name}/${sectionKey} has no row`);
  const column = pick(table.columns, columnKey, `${name} has no column`);
  const found = row.cells[column.key] as TableCell;
  const sources = table.sources.filter(({ run }) => row.runs.includes(run));
  return {
    table: name,
    section: section.label,
    row: row.label,
    column: column.label,
    convention: table.conventions[column.key] ?? '',
    cell: found,
    seeds: row.seeds,
    data: table.data,
    judges: table.judges,
    runs: await Promise.all(
      sources.map(async (source) => {
        const run = await findRun(runs, source.run).catch(() => undefined);
        return {
          ...source,
          recipe: run?.record.recipe ?? null,
          command: run?.record.command.join(' ') ?? null,
        };
      }),
    ),
  };
}

async function readTable(file: string, name: string): Promise<Table> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UserError(
      `${file}: there is no table ${name} yet; write it with: npm run fsg -- tables ${name}`,
    );
  });
  return parseTable(JSON.parse(text), file);
}

function pick<T extends { readonly key: string }>(all: readonly T[], key: string, none: string): T {
  const keys = all.map((one) => one.key);
  return all[keys.indexOf(known(key, keys, none))] as T;
}

export function renderWhy({
  table,
  section,
  row,
  column,
  convention,
  cell,
  seeds,
  data,
  judges,
  runs,
}: Why): string {
  const ends = cell.low === null || cell.high === null ? '' : `, interval ${cell.low} … ${cell.high}`;
  const value = cell.value === null ? `null: ${cell.reason}` : `${cell.value}${ends}`;
  return [
    `${table}: ${row}, ${column} (${section})`,
    `value        ${value}`,
    `from         ${cell.n} images, pairs or probes of ${cell.identities} identities${cell.identical > 0 ? `; ${cell.identical} identical pairs counted apart` : ''}`,
    ...(cell.bySeed ? [`by seed      ${cell.bySeed.join(', ')}`] : []),
    `convention   ${convention}`,
    `data         ${data.name}, ${data.split} side, content ${data.contentHash ?? 'unknown'}`,
    `judges       ${judges.join(', ')}`,
    `seeds        ${seeds.join(', ') || 'nothing trained'}`,
    ...runs.flatMap(({ run, what, checkpoint, sha256, recipe, command }) => [
      `run          ${run}: ${what}, ${checkpoint ?? 'a file'}, SHA-256 ${sha256 ?? 'unknown'}`,
      ...(recipe === null ? [] : [`             trained by ${recipe}: ${command}`]),
    ]),
  ].join('\n');
}
