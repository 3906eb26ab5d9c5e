import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(program: Command, shell: Shell): void {
  program
    .command('report')
    .argument('<run>', 'a run: its id, the part of one, its folder, its recipe, or latest')
    .summary("write a run's report.html: curves, pictures, table, config")
    .action(async (run: string, _: unknown, command: Command) => {
      const { reportTask } = await import('../tasks/report.ts');
      const written = await reportTask(run, await shell.context(command));
      shell.answer(command, written, () => `report  ${written.report}\ncurves  ${written.curves}`);
    });
}
