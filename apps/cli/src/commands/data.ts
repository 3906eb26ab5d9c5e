import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { register as registerPreview } from './data-preview.ts';
import { register as registerSplit } from './data-split.ts';
import { register as registerStats } from './data-stats.ts';
import { register as registerVerify } from './data-verify.ts';

export function register(program: Command, shell: Shell): void {
  const data = program
    .command('data')
    .summary('look at data: preview, verify, split, stats')
    .description('Looks at data sets that fsg synth wrote, and at the data of recipes.');
  for (const one of [registerPreview, registerVerify, registerSplit, registerStats]) one(data, shell);
}
