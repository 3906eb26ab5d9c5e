import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

const START = fileURLToPath(new URL('../../../../scripts/start.mjs', import.meta.url));

export function register(program: Command, shell: Shell): void {
  program
    .command('setup')
    .summary('fetch and compile what is missing, or remove it')
    .description(
      'Sets up TensorFlow again, whatever went wrong before; every other command does so by itself.',
    )
    .option('--gpu', 'the build for NVIDIA GPUs, also where no driver is found')
    .option('--remove', 'delete what set-up has put into the cache')
    .action(async (options: { gpu?: boolean; remove?: boolean }) => {
      const flags = [...(options.gpu ? ['--gpu'] : []), ...(options.remove ? ['--remove'] : [])];
      const child = spawn(process.execPath, [START, 'setup', ...flags], { stdio: 'inherit' });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) shell.exitCode = 1;
    });
}
