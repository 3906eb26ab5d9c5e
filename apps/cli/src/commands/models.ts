import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

export function register(program: Command, shell: Shell): void {
  program
    .command('models')
    .argument('<recipe>', 'a training recipe')
    .argument('[overrides...]', 'key=value')
    .summary("a recipe's networks: parameters, cost, receptive field")
    .action(async (file: string, overrides: string[], _: unknown, command: Command) => {
      const { loadRecipe } = await import('../recipe/load.ts');
      const trainer = await import('@fsg/trainer/recipe');
      const { describeModels } = await import('../tasks/models.ts');
      const load = (name: string): Promise<TrainRecipe> =>
        loadRecipe(name, [], trainer.TrainRecipe, shell.host.cwd);
      const recipe = await loadRecipe(file, overrides, trainer.TrainRecipe, shell.host.cwd);
      const networks = await describeModels(recipe, { load, runs: shell.runs(command) });
      shell.answer(command, { networks }, () =>
        columns([
          ['network', 'parameters', 'GFLOP', 'receptive field', 'layers'],
          ...networks.map(({ name, parameters, gflop, receptiveField, layers }) => [
            name,
            parameters.toLocaleString('en'),
            gflop.toFixed(2),
            receptiveField,
            layers.length,
          ]),
        ]),
      );
    });
}
