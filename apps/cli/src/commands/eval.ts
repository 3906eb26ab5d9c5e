import type { Command } from 'commander';
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
    .action(async (generator: string, rest: string[], options: { out?: string }, command: Command) => {
      const { z } = await import('zod');
      const { DataConfig } = await import('@fsg/data');
      const { overrideValues } = await import('../recipe/load.ts');
      const { isWeightFile } = await import('../tasks/network-source.ts');
      const [structure] = rest[0]?.includes('=') === false ? rest : [];
      const EvalOptions = z.strictObject({
        count: z.number().int().min(2).default(200),
        data: isWeightFile(generator) ? DataConfig.prefault({}) : DataConfig.optional(),
      });
      const overrides = structure === undefined ? rest : rest.slice(1);
      const { count, data } = overrideValues('fsg eval', {}, overrides, EvalOptions);
      const { evaluateTask } = await import('../tasks/evaluate.ts');
      const { table, folder } = await evaluateTask(
        {
          generator,
          count,
          ...(structure !== undefined && { structure }),
          ...(data && { data }),
          ...(options.out !== undefined && { out: options.out }),
        },
        await shell.context(command),
      );
      const { renderTerminal } = await import('@fsg/eval');
      shell.answer(
        command,
        table,
        () => `${renderTerminal(table, { colour: shell.colour(shell.host.stdout) })}\n\nin ${folder}`,
      );
    });
}
