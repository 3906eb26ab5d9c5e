import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(data: Command, shell: Shell): void {
  data
    .command('verify')
    .argument('<data>', 'the folder or address of a data set that fsg synth wrote')
    .summary('check every hash, mask and count, and that the sides share no person and no picture')
    .action(async (name: string, _: unknown, command: Command) => {
      const { renderVerification, verifyTask } = await import('../tasks/data-verify.ts');
      const found = await verifyTask(name, await shell.context(command));
      if (!found.ok) shell.exitCode = 1;
      shell.answer(command, found, () => renderVerification(name, found));
    });
}
