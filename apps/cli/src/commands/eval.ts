import type { Command } from 'commander';
import type { Values } from '../recipe/layers.ts';
import type { Shell } from '../shell.ts';

export function register(program: Command, shell: Shell): void {
  program
    .command('eval')
    .argument(
      '<generator>',
      'a stage-II run (its id, the part of one, its folder, its recipe, or latest), or a file of weights',
    )
    .argument(
      '[rest...]',
      'for a file, the structure network; then key=value: count=400 test images, data.source…',
    )
    .usage('[options] RUN [key=value…] | GENERATOR.pth STRUCTURE -o FOLDER [key=value…]')
    .summary('measure a run on people it never saw')
    .option('-o, --out <folder>', "where the results go (default: the run's artifacts)")
    .action(async (generator: string, rest: string[], { out }: { out?: string }, command: Command) => {
      const { z } = await import('zod');
      const { DataConfig } = await import('@fsg/data');
      const { overrideValues } = await import('../recipe/load.ts');
      const { isWeightFile } = await import('../tasks/network-source.ts');
      const [structure] = rest[0]?.includes('=') === false ? rest : [];
      const EvalOptions = z.strictObject({
        count: z.number().int().min(2).default(200),
        data: DataConfig,
      });
      const overrides = structure === undefined ? rest : rest.slice(1);
      const data = isWeightFile(generator) ? { source: { kind: 'synthetic' } } : await dataOf(generator);
      const options = overrideValues('fsg eval', { data }, overrides, EvalOptions);
      const { evaluateTask } = await import('../tasks/evaluate.ts');
      const { table, folder } = await evaluateTask(
        {
          generator,
          ...options,
          ...(structure !== undefined && { structure }),
          ...(out !== undefined && { out }),
        },
        await shell.context(command),
      );
      const { renderTerminal } = await import('@fsg/eval');
      shell.answer(
        command,
        table,
        () => `${renderTerminal(table, { colour: shell.colour(shell.host.stdout) })}\n\nin ${folder}`,
      );

      /** The data that the run was trained on, whose test side it is measured on. */
      async function dataOf(run: string): Promise<Values> {
        const { runOf } = await import('../tasks/checkpoint-ref.ts');
        return ((await runOf(run, shell.runs(command))).record.config.data ?? {}) as Values;
      }
    });
}
