import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('export')
    .argument('<run>', "a run's id, the part of one, or latest")
    .summary('a folder to hand on: journal as CSV, config as YAML, artifacts, best checkpoint, hashes')
    .requiredOption('-o, --out <folder>', 'the folder to make')
    .action(async (wanted: string, { out }: { out: string }, command: Command) => {
      const { exportRun, FileStore, findRun } = await import('@fsg/runs');
      const { renderRecipe } = await import('../recipe/load.ts');
      const run = await findRun(shell.runs(command), wanted);
      const { warn } = await shell.log(command);
      const exported = await exportRun(
        run,
        new FileStore(run.folder),
        resolve(shell.host.cwd, out),
        { 'config.yaml': `${renderRecipe(run.record.config)}\n` },
        await shell.stopSignal(warn),
      );
      shell.answer(command, { run: run.id, ...exported }, () => {
        const { folder, step, files } = exported;
        const megabytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
        const checkpoint = step === null ? 'no checkpoint' : `checkpoint of step ${step}`;
        return (
          `${folder}: ${files.length} files, ${megabytes.toFixed(1)} MB, ${checkpoint}; ` +
          'check it with sha256sum -c SHA256SUMS'
        );
      });
    });
}
