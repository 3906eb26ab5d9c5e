import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { register as registerCompare } from './runs-compare.ts';
import { register as registerExport } from './runs-export.ts';
import { register as registerList } from './runs-list.ts';
import { register as registerPin } from './runs-pin.ts';
import { register as registerPrune } from './runs-prune.ts';
import { register as registerShow } from './runs-show.ts';
import { register as registerSync } from './runs-sync.ts';

const COMMANDS = [
  registerList,
  registerShow,
  registerCompare,
  registerPin,
  registerPrune,
  registerSync,
  registerExport,
];

export function register(program: Command, shell: Shell): void {
  const runs = program
    .command('runs')
    .summary('what was run: list, show, compare, pin, prune, sync, export')
    .description('Looks at runs, compares them, keeps or removes their checkpoints and hands them on.');
  for (const one of COMMANDS) one(runs, shell);
}
