import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

interface DemoOptions {
  readonly fast?: boolean;
  readonly fresh?: boolean;
}

/** Recipes and number of test images. */
const FORMS = {
  full: { first: 'recipes/demo/stage1.yaml', count: 200 },
  fast: { first: 'recipes/demo-fast/stage1.yaml', count: 64 },
} as const;

export function register(program: Command, shell: Shell): void {
  program
    .command('demo')
    .summary('the whole way on synthetic people: both stages, evaluation, report')
    .description(
      'Trains both stages at reduced width on synthetic people, measures and reports; goes on where it was.',
    )
    .option('--fast', 'a minute or so, for checking that everything works; the faces stay blurred')
    .option('--fresh', 'start anew where an earlier demo has finished')
    .action(async ({ fast = false, fresh = false }: DemoOptions, command: Command) => {
      const { findRecipe, loadRecipe } = await import('../recipe/load.ts');
      const { TrainRecipe } = await import('@fsg/trainer');
      const { demoTask } = await import('../tasks/demo.ts');
      const { cwd } = shell.host;
      const { first, count } = fast ? FORMS.fast : FORMS.full;
      const recipes = dirname(findRecipe(first, cwd));
      const load = (file: string, overrides: readonly string[]) =>
        loadRecipe(file, overrides, TrainRecipe, cwd);
      const { run, finished } = await demoTask({ recipes, count, fresh, load }, await shell.context(command));
      const again = fast ? 'npm run demo -- --fast' : 'npm run demo';
      shell.answer(command, { run: run.id, folder: run.folder, finished }, () =>
        finished ? `synthetic demo done: ${run.folder}` : `stopped; ${again} goes on with ${run.id}`,
      );
    });
}
