import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('show')
    .argument('<run>', "a run's id, the part of one, or latest")
    .summary('one run: how it stands, its last metrics and its checkpoints')
    .option('--follow', 'print its journal, then each new line until the run ends; with --json a line each')
    .action(async (wanted: string, { follow }: { follow?: boolean }, command: Command) => {
      const { findRun } = await import('@fsg/runs');
      const run = await findRun(shell.runs(command), wanted);
      const { info, warn } = await shell.log(command);
      if (follow) {
        const { followJournal, journalPath, summarise } = await import('@fsg/runs');
        const { entryJson, renderEntry } = await import('../journal-lines.ts');
        info(`${run.id}: ${run.folder}`);
        const died = async (): Promise<boolean> => (await summarise(run)).status === 'dead';
        const signal = await shell.stopSignal(() => {});
        for await (const entry of followJournal(journalPath(run), signal, died)) {
          shell.line(command, entryJson(entry), () => renderEntry(entry));
        }
        if (await died()) warn(`${run.id} died without a word; go on with it: fsg train --resume ${run.id}`);
        return;
      }
      const { describeRun, renderRun } = await import('../describe-run.ts');
      const description = await describeRun(run, ({ message }) => warn(message));
      shell.answer(command, description, () => renderRun(description));
    });
}
