import { styleText } from 'node:util';
import type { Diagnosis, Finding } from '@fsg/engine/doctor';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

const COLOURS = { ok: 'green', warn: 'yellow', error: 'red' } as const;

export function register(program: Command, shell: Shell): void {
  program
    .command('doctor')
    .summary('what this machine offers, and what would make it faster')
    .description('Starts the backend, measures it and looks at memory, disk and cache; takes a few seconds.')
    .action(async (_: unknown, command: Command) => {
      const { diagnose } = await import('@fsg/engine/doctor');
      const diagnosis = await diagnose(shell.host.cwd, shell.host.env);
      shell.answer(command, diagnosis, () => render(diagnosis, shell.colour(shell.host.stdout)));
      if (diagnosis.backend === null) shell.exitCode = 1;
    });
}

function render({ findings }: Diagnosis, colour: boolean): string {
  return findings.map((finding) => line(finding, colour)).join('\n');
}

function line({ level, what, fix }: Finding, colour: boolean): string {
  const label = level.padEnd(5);
  const shown = colour ? styleText(COLOURS[level], label) : label;
  return `${shown}  ${what}${fix === null ? '' : `\n       fix: ${fix}`}`;
}
