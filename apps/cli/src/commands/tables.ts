import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import type { Training } from '../tables/trainings.ts';
import { PICTURES_HELP, several } from './pictures-option.ts';
import { wholeNumber } from './whole-number.ts';

interface TablesCommandOptions {
  readonly scale: string;
  readonly run?: boolean;
  readonly seeds?: number;
  readonly published?: string;
  readonly out?: string;
  readonly why?: string;
  readonly pictures?: readonly string[];
}

export function register(program: Command, shell: Shell): void {
  program
    .command('tables')
    .argument(
      '[names...]',
      'quality-celeba, quality-lfw, recognition-lfw, ablation, defects (default: all), or rows: ablation/no-identity',
    )
    .summary('the five tables, from runs that are there or are trained now')
    .option('--scale <scale>', 'tiny (a smoke run), small or paper', 'tiny')
    .option('--run', 'train what is missing, one after the other; stopped, it goes on where it was')
    .option('--seeds <n>', "trainings of each row (default: the scale's)", wholeNumber)
    .option('--published <file>', 'a YAML file of published figures, which stand beside ours')
    .option('--pictures <name=folder>', PICTURES_HELP, several)
    .option('-o, --out <folder>', 'where the tables go (default: tables/<scale>)')
    .option(
      '--why <cell>',
      'TABLE/ROW/COLUMN: runs, checkpoints, data and commands behind a cell that was written',
    )
    .action(async (names: string[], options: TablesCommandOptions, command: Command) => {
      const { join, resolve } = await import('node:path');
      const { known } = await import('@fsg/runs');
      const { chooseTables } = await import('../tables/choose.ts');
      const { SCALES, TablesRecipe } = await import('../tables/scale.ts');
      const scale = known(options.scale, SCALES, 'there is no scale');
      const { cwd } = shell.host;
      const out = resolve(cwd, options.out ?? join('tables', scale));
      if (options.why !== undefined) {
        const { explainCell, renderWhy } = await import('../tables/why.ts');
        const why = await explainCell(options.why, out, shell.runs(command));
        return shell.answer(command, why, () => renderWhy(why));
      }
      const { loadRecipe } = await import('../recipe/load.ts');
      const recipe = await loadRecipe(`recipes/tables/${scale}.yaml`, [], TablesRecipe, cwd);
      const { tablesTask } = await import('../tables/tables.ts');
      const { pictureFolder } = await import('../tasks/made-pictures.ts');
      const pictures = (options.pictures ?? []).map(pictureFolder);
      const context = await shell.context(command);
      const { planLines } = await import('../tables/plan.ts');
      const written = await tablesTask(
        {
          tables: chooseTables(
            names,
            pictures.map(({ name }) => name),
          ),
          pictures,
          scale,
          recipe,
          seeds: options.seeds ?? recipe.seeds,
          run: options.run ?? false,
          ...(options.published !== undefined && { published: options.published }),
          out,
          cwd,
          onPlan: async (plan: readonly Training[]) => {
            for (const line of await planLines(plan, cwd, context)) context.info(line);
          },
        },
        context,
      );
      const { renderTerminal } = await import('@fsg/eval');
      const colour = shell.colour(shell.host.stdout);
      shell.answer(
        command,
        written.map(({ name, path, table }) => ({
          name,
          files: [`${path}.md`, `${path}.tex`, `${path}.csv`, `${path}.json`],
          table,
        })),
        () =>
          written
            .map(({ path, table }) => `${renderTerminal(table, { colour })}\n\nin ${path}.{md,tex,csv,json}`)
            .join('\n\n'),
      );
    });
}
