/** The five tables: what is missing is named or trained, the rest measured and written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PublishedFile,
  plotsOfDifferences,
  plotsOfTable,
  renderCsv,
  renderLatex,
  renderMarkdown,
  type Table,
  withPublished,
} from '@fsg/eval';
import { fileProblem, replaceFile, UserError } from '@fsg/runs';
import { parse } from 'yaml';
import type { Context } from '../tasks/context.ts';
import type { PictureFolder } from '../tasks/made-pictures.ts';
import { buildDefined } from './build.ts';
import type { ChosenTable } from './choose.ts';
import { type TableName, trainingsOf } from './definitions.ts';
import { Measurements } from './measurements.ts';
import type { ScaleName, TablesRecipe } from './scale.ts';
import { type Training, Trainings } from './trainings.ts';

export interface TablesOptions {
  readonly tables: readonly ChosenTable[];
  /** What other programs have made of the test images. */
  readonly pictures: readonly PictureFolder[];
  readonly scale: ScaleName;
  readonly recipe: TablesRecipe;
  readonly seeds: number;
  /** Trains what is missing. */
  readonly run: boolean;
  /** A YAML file of published figures. */
  readonly published?: string;
  readonly out: string;
  readonly cwd: string;
  /** Told of all trainings, before the first one. */
  readonly onPlan: (plan: readonly Training[]) => Promise<void>;
}

export interface WrittenTable {
  readonly name: TableName;
  /** Path without ending: .md, .tex, .csv, .json. */
  readonly path: string;
  readonly table: Table;
}

/** Throws a UserError that names what is not trained, where it is not to be trained. */
export async function tablesTask(options: TablesOptions, context: Context): Promise<WrittenTable[]> {
  const { tables, scale, recipe, run, out, cwd } = options;
  const published = options.published === undefined ? null : await readPublished(options.published);
  const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
  const trainings = new Trainings(scale, recipe, cwd, context);
  const plan = await trainings.plan(trainingsOf(tables.map(({ definition }) => definition)), seeds);
  await options.onPlan(plan);
  const missing = plan.filter(({ finished }) => !finished);
  if (missing.length > 0 && !run) throw incomplete(missing, plan.length);
  const trained = missing.length > 0 ? await trainings.train(plan) : plan;

  const measurements = new Measurements(recipe, options.pictures, context);
  const written: WrittenTable[] = [];
  for (const { name, definition } of tables) {
    context.signal.throwIfAborted();
    const measured = new Map<string, Awaited<ReturnType<Measurements['of']>>[]>();
    for (const one of trainingsOf([definition])) {
      const all = [];
      for (const training of trained.filter((of) => of.name === one)) {
        all.push(await measurements.of(training, definition.data));
      }
      measured.set(one, all);
    }
    const table = await buildDefined({
      definition,
      measured: (training) => measured.get(training) ?? [],
      smoke: recipe.smoke,
      created: new Date(context.clock()).toISOString(),
    });
    const filled = withPublished(table, name, published, options.published ?? '');
    const path = join(out, name);
    await replaceFile(`${path}.md`, renderMarkdown(filled));
    await replaceFile(`${path}.tex`, renderLatex(filled));
    await replaceFile(`${path}.csv`, renderCsv(filled));
    await replaceFile(`${path}.json`, `${JSON.stringify(filled, null, 2)}\n`);
    const plots = definition.kind === 'comparison' ? plotsOfDifferences(filled) : plotsOfTable(filled);
    for (const [plot, { svg, png }] of Object.entries(plots)) {
      await replaceFile(join(out, 'plots', `${name}-${plot}.svg`), svg);
      await replaceFile(join(out, 'plots', `${name}-${plot}.png`), png);
    }
    written.push({ name, path, table: filled });
  }
  await replaceFile(join(out, 'tables.md'), together(written, scale));
  return written;
}

/** All of them on one page. */
function together(written: readonly WrittenTable[], scale: ScaleName): string {
  const pages = written.map(({ name, table }) => {
    const text = renderMarkdown(table).replace(/^#/gm, '##');
    return text.replace(/^## .*$/m, (heading) => `${heading}: ${name}`);
  });
  return [`# Tables, scale ${scale}\n`, ...pages].join('\n');
}

const NAMED = 6;

function incomplete(missing: readonly Training[], all: number): UserError {
  const some = missing.slice(0, NAMED).map(({ name, seed }) => `${name} (seed ${seed})`);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  return new UserError(
    `${missing.length} of ${all} trainings are missing: ${some.join(', ')}${more}; the same command with --run trains them, one after the other`,
  );
}

async function readPublished(path: string): Promise<PublishedFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileProblem(error, `cannot read ${path}`);
  });
  const parsed = PublishedFile.safeParse(yamlOrNothing(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}; expected "source: …" and "tables: {TABLE: {SECTION: {ROW: {METRIC: value}}}}"`,
    2,
  );
}

function yamlOrNothing(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
