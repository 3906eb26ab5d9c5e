import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

export function register(program: Command, shell: Shell): void {
  program
    .command('parity')
    .argument(
      '<folder>',
      'golden tensors: vae.pth, gen.pth, dis.pth, inputs.safetensors and what was made of them',
    )
    .summary('recompute golden tensors of another implementation and compare')
    .option('--write <file>', 'also write all that was computed, as safetensors')
    .action(async (folder: string, { write }: { write?: string }, command: Command) => {
      const { parityTask } = await import('../tasks/parity.ts');
      const parity = await parityTask(folder, write);
      shell.answer(command, parity, () =>
        columns([
          ['group', 'tensors', 'measure', 'worst error', 'tolerance', 'verdict', 'worst tensor'],
          ...parity.rows.map(({ group, tensors, measure, error, tolerance, passed, worst }) => [
            group,
            tensors,
            measure,
            error.toExponential(1),
            tolerance.toExponential(0),
            passed ? 'ok' : 'MISSED',
            worst ?? '',
          ]),
        ]),
      );
      if (!parity.passed) shell.exitCode = 1;
    });
}
