import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('pin')
    .argument('<run>', "a run's id, the part of one, or latest")
    .argument('[steps...]', 'steps of its checkpoints (default: the best one, else the newest)')
    .summary('keep checkpoints for good')
    .option('--unpin', 'let them go again')
    .action(async (wanted: string, steps: string[], { unpin }: { unpin?: boolean }, command: Command) => {
      const { findRun } = await import('@fsg/runs');
      const { pinTask, unpinTask } = await import('../tasks/pin-run.ts');
      const run = await findRun(shell.runs(command), wanted);
      const pinned = await (unpin ? unpinTask : pinTask)(run, steps);
      shell.answer(command, { run: run.id, pinned }, () =>
        pinned.length === 0
          ? `${run.id}: nothing is pinned`
          : `${run.id}: pinned at step ${pinned.join(', ')}`,
      );
    });
}
