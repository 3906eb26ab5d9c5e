import type { ModelOptions } from '@fsg/models';
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
      const load = (name: string, texts: readonly string[] = []): Promise<TrainRecipe> =>
        loadRecipe(name, texts, trainer.TrainRecipe, shell.host.cwd);
      const recipe = await load(file, overrides);
      const networks = describeModels(recipe, await structureOf(recipe));
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

      /** Of the stage-I recipe that `structure` names, else of the run's or file's network. */
      async function structureOf(given: TrainRecipe): Promise<ModelOptions | undefined> {
        if (given.stage !== 'stage2' || given.structure === undefined) return undefined;
        if (/\.ya?ml$/.test(given.structure)) return (await load(given.structure)).model as ModelOptions;
        const { openNetworks } = await import('../tasks/network-source.ts');
        return (await openNetworks(given.structure, shell.runs(command))).networks.vae?.options;
      }
    });
}
