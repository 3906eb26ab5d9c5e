import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import type { PreparedTraining } from '../tasks/prepare-training.ts';

interface TrainOptions {
  readonly resume?: string;
  readonly printConfig?: boolean;
  readonly dryRun?: boolean;
}

export function register(program: Command, shell: Shell): void {
  program
    .command('train')
    .argument('[recipe]', 'the recipe of a new run')
    .argument('[overrides...]', 'key=value, such as optimiser.rate=1e-4')
    .usage('[options] RECIPE [key=value…] [--resume auto] | --resume RUN [epochs=N…]')
    .summary('train a recipe, or go on with a run')
    .option(
      '--resume <run>',
      'go on with a run: its id, the part of one, or latest; auto: the unfinished one of the recipe, here or in its store',
    )
    .option('--print-config', 'print the recipe as resolved and stop')
    .option('--dry-run', 'check recipe, data and networks, and stop before a run is made')
    .action(async (first: string | undefined, rest: string[], options: TrainOptions, command: Command) => {
      const { prepareTraining } = await import('../tasks/prepare-training.ts');
      const given = first === undefined ? rest : [first, ...rest];
      const prepared = await prepareTraining(given, options.resume, shell.runs(command), shell.host.cwd);
      if (options.printConfig) return printConfig(prepared, shell, command);
      if (options.dryRun) return dryRun(prepared, shell, command);
      return train(prepared, shell, command);
    });
}

async function printConfig({ recipe }: PreparedTraining, shell: Shell, command: Command): Promise<void> {
  const { renderRecipe } = await import('../recipe/load.ts');
  shell.answer(command, recipe, () => renderRecipe(recipe));
}

async function dryRun({ recipe }: PreparedTraining, shell: Shell, command: Command): Promise<void> {
  const { checkTask } = await import('../tasks/check.ts');
  const { loadRecipe } = await import('../recipe/load.ts');
  const { TrainRecipe } = await import('@fsg/trainer/recipe');
  const load = (name: string) => loadRecipe(name, [], TrainRecipe, shell.host.cwd);
  const plan = await checkTask(recipe, load, await shell.context(command));
  shell.answer(command, plan, () => {
    const faces = `${plan.trainingFaces} ${plan.synthetic ? 'synthetic faces' : 'faces'}`;
    const length = `${plan.steps} steps of ${recipe.batch} on ${faces}`;
    const cost = `about ${plan.gflop.toExponential(1)} GFLOP`;
    return `${recipe.stage} would train for ${recipe.epochs} epochs: ${length}, ${cost}, on ${plan.backend}`;
  });
}

async function train({ recipe, name, run: earlier }: PreparedTraining, shell: Shell, command: Command) {
  const { trainTask } = await import('../tasks/train.ts');
  const { run, result } = await trainTask(recipe, name, await shell.context(command), earlier);
  shell.answer(command, { run: run.id, folder: run.folder, ...result }, () => {
    const { ending, step, best } = result;
    const lines = [`${run.id}: ${ending === 'early' ? 'ended early' : ending} at step ${step}`];
    if (best) lines.push(`best: step ${best.step}, ${best.metric} ${best.value.toFixed(2)}`);
    if (ending === 'stopped') lines.push(`go on with: npm run fsg -- train --resume ${run.id}`);
    return lines.join('\n');
  });
}
