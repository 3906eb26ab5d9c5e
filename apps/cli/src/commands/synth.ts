import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';
import { wholeNumber } from './whole-number.ts';

interface SynthOptions {
  readonly out: string;
  readonly workers: number;
  readonly printConfig?: boolean;
}

export function register(program: Command, shell: Shell): void {
  program
    .command('synth')
    .argument('<recipe>', 'a recipe with a data section; stage: synth for one that only makes data')
    .argument('[overrides...]', 'count=60, root=FOLDER and other key=value')
    .summary('write occluded faces and their clean originals to a folder or a bucket')
    .requiredOption(
      '-o, --out <folder>',
      'the folder to make, which must not exist, or s3://bucket/prefix without a data set',
    )
    .addOption(
      new Option('--workers <n>', 'threads that draw')
        .argParser(wholeNumber)
        .default(availableParallelism(), 'one a core'),
    )
    .option('--print-config', 'print the recipe as resolved and stop')
    .action(async (recipe: string, overrides: string[], options: SynthOptions, command: Command) => {
      const { loadRecipe, renderRecipe } = await import('../recipe/load.ts');
      const { SynthRecipe, synthTask } = await import('../tasks/synth.ts');
      const loaded = await loadRecipe(recipe, overrides, SynthRecipe, shell.host.cwd);
      if (options.printConfig) return shell.answer(command, loaded, () => renderRecipe(loaded));
      const info = await synthTask(loaded, options.out, options.workers, await shell.context(command));
      shell.answer(command, info, () => {
        const kind = info.synthetic ? 'synthetic samples' : 'samples';
        const made = `${info.count} ${kind} of ${info.identities} people in ${options.out}, content ${info.contentHash}`;
        const lost = info.setAside.length;
        return lost === 0
          ? made
          : `${made}\n${lost} inputs set aside; dataset.json names each with the reason`;
      });
    });
}
