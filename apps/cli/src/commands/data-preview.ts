import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';
import { wholeNumber } from './whole-number.ts';

interface PreviewOptions {
  readonly out: string;
  readonly people: number;
}

export function register(data: Command, shell: Shell): void {
  data
    .command('preview')
    .argument('<data>', 'the folder or address of a data set, or a recipe')
    .argument('[overrides...]', 'key=value')
    .summary('a picture of people with each kind of occluder: clean, occluded, mask, mesh')
    .option('-o, --out <file>', 'the PNG to write', 'preview.png')
    .addOption(new Option('--people <n>', 'how many of each kind').argParser(wholeNumber).default(2))
    .action(async (name: string, overrides: string[], options: PreviewOptions, command: Command) => {
      const { openNoted } = await import('../tasks/open-data.ts');
      const { preview } = await import('@fsg/data/preview');
      const { replaceFile } = await import('@fsg/runs');
      const { dataRecipe } = await import('../tasks/data-recipe.ts');
      const opened = await openNoted(
        (await dataRecipe(name, overrides, shell.host.cwd)).data,
        await shell.context(command),
      );
      const { png, kinds, synthetic } = await preview(opened, options.people);
      await replaceFile(options.out, png);
      shell.answer(command, { file: options.out, source: opened.source.name, synthetic, kinds }, () => {
        const shown = Object.entries(kinds).map(([kind, keys]) => `${kind} (${keys.length})`);
        return `${options.out}: ${shown.join(', ')}${synthetic ? '; synthetic people' : ''}`;
      });
    });
}
