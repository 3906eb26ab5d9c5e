import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(program: Command, shell: Shell): void {
  program
    .command('eval')
    .argument('<run>', 'a stage-II run: its id, the part of one, its folder, its recipe, or latest')
    .argument('[overrides...]', 'count=400: test images')
    .summary('measure a run on people it never saw')
    .action(async (run: string, overrides: string[], _: unknown, command: Command) => {
      const { z } = await import('zod');
      const { overrideValues } = await import('../recipe/load.ts');
      const EvalOptions = z.strictObject({ count: z.number().int().min(2).default(200) });
      const { count } = overrideValues('fsg eval', {}, overrides, EvalOptions);
      const { evaluateTask } = await import('../tasks/evaluate.ts');
      const { table, folder } = await evaluateTask(run, count, await shell.context(command));
      const { renderTerminal } = await import('@fsg/eval');
      shell.answer(
        command,
        table,
        () => `${renderTerminal(table, { colour: shell.colour(shell.host.stdout) })}\n\nin ${folder}`,
      );
    });
}
