import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';
import type { PruneOptions } from '../tasks/prune-runs.ts';
import { wholeNumber } from './whole-number.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('prune')
    .argument('<runs...>', 'ids, parts of them, or latest')
    .summary('remove checkpoints, never the newest, the best, pinned ones or those that other runs build on')
    .addOption(new Option('--keep <n>', 'how many of the newest stay').argParser(wholeNumber).default(1))
    .addOption(
      new Option('--every <n>', 'checkpoints whose step is a multiple stay too').argParser(wholeNumber),
    )
    .option('--dry-run', 'only say what would go')
    .action(async (wanted: string[], options: PruneOptions, command: Command) => {
      const { pruneTask } = await import('../tasks/prune-runs.ts');
      const pruned = await pruneTask(shell.runs(command), wanted, options, await shell.context(command));
      shell.answer(command, pruned, () => {
        const verb = options.dryRun ? 'would remove' : 'removed';
        return pruned
          .map(({ run, removed, bytes, kept }) => {
            const gone = removed.length === 0 ? 'nothing' : `step ${removed.join(', ')}`;
            return `${run}: ${verb} ${gone} (${(bytes / 1e6).toFixed(1)} MB); kept step ${kept.join(', ') || '–'}`;
          })
          .join('\n');
      });
    });
}
