import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import type { DemoShow } from '../tasks/demo.ts';

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
    .argument('[overrides...]', 'key=value of its three recipes, such as store=s3://bucket/prefix')
    .summary('the whole way on synthetic people: both stages, evaluation, report')
    .description(
      'Trains both stages at reduced width on synthetic people, measures and reports; goes on where it was.',
    )
    .option('--fast', 'a minute or so, for checking that everything works; the faces stay blurred')
    .option('--fresh', 'start anew where an earlier demo has finished')
    .action(async (overrides: string[], { fast = false, fresh = false }: DemoOptions, command: Command) => {
      const { findRecipe, loadRecipe } = await import('../recipe/load.ts');
      const { TrainRecipe } = await import('@fsg/trainer/recipe');
      const { demoTask } = await import('../tasks/demo.ts');
      const { cwd } = shell.host;
      const { first, count } = fast ? FORMS.fast : FORMS.full;
      const recipes = dirname(findRecipe(first, cwd));
      const load = (file: string, overrides: readonly string[]) =>
        loadRecipe(file, overrides, TrainRecipe, cwd);
      const { run, finished, show } = await demoTask(
        { recipes, count, fresh, overrides, load },
        await shell.context(command),
      );
      const again = fast ? 'npm run demo -- --fast' : 'npm run demo';
      const { renderTerminal } = await import('@fsg/eval');
      const colour = shell.colour(shell.host.stdout);
      shell.answer(command, { run: run.id, folder: run.folder, finished, ...show }, () =>
        show
          ? [renderTerminal(show.table, { colour }), picturesOf(show), nextCommands(run.id)].join('\n\n')
          : `stopped; ${again} goes on with ${run.id}`,
      );
    });
}

const picturesOf = ({ gallery, curves, report }: DemoShow): string =>
  [`pictures  ${gallery}`, `curves    ${curves}`, `report    ${report}`].join('\n');

/** What a user tries next. */
const nextCommands = (run: string): string =>
  [
    'Try next:',
    '  npm run fsg -- train recipes/small/stage1.yaml                     better faces: 20 minutes with recogniser, generator and stage2',
    `  npm run fsg -- eval ${run} count=400`,
    '  npm run fsg -- train recipes/demo/stage2.yaml loss.adversarial=0   an ablation',
  ].join('\n');
