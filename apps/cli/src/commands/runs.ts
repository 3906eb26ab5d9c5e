import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

export function register(program: Command, shell: Shell): void {
  const runs = program.command('runs').summary('what was run').description('Lists runs and shows one.');

  runs
    .command('list')
    .summary('all runs, oldest first')
    .action(async (_: unknown, command: Command) => {
      const { listRuns, summarise } = await import('@fsg/runs');
      const folder = shell.runs(command);
      const { warn } = await shell.log(command);
      const found = await listRuns(folder, ({ message }) => warn(message));
      const summaries = await Promise.all(found.map(summarise));
      shell.answer(command, summaries, () => {
        if (summaries.length === 0) return `no runs in ${folder}; fsg train RECIPE makes one`;
        const rows = summaries.map(({ id, status, step, updated, created }) => [
          id,
          status,
          step === null ? '–' : String(step),
          (updated ?? created).slice(0, 19).replace('T', ' '),
        ]);
        return columns([['run', 'status', 'step', 'last line (UTC)'], ...rows]);
      });
    });

  runs
    .command('show')
    .argument('<run>', "a run's id, the part of one, or latest")
    .summary('one run: how it stands, its last metrics and its checkpoints')
    .action(async (wanted: string, _: unknown, command: Command) => {
      const { findRun } = await import('@fsg/runs');
      const { describeRun, renderRun } = await import('../describe-run.ts');
      const run = await findRun(shell.runs(command), wanted);
      const { warn } = await shell.log(command);
      const description = await describeRun(run, ({ message }) => warn(message));
      shell.answer(command, description, () => renderRun(description));
    });
}
