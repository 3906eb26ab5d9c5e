import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('compare')
    .argument('<runs...>', 'two runs or more: ids, parts of them, or latest')
    .summary('how runs differ: config, code and machine, metrics side by side')
    .option('--metric <name>', 'only this metric, such as validation/psnr')
    .action(async (wanted: string[], { metric }: { metric?: string }, command: Command) => {
      const { compareTask, renderComparison } = await import('../tasks/compare-runs.ts');
      const comparison = await compareTask(shell.runs(command), wanted, metric);
      shell.answer(command, comparison, () => renderComparison(comparison));
    });
}
