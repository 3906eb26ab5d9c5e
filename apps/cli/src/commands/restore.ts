import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';

/** As in @fsg/eval, which is loaded only when it is needed. */
const OUTPUTS = ['composite', 'network'];

export function register(program: Command, shell: Shell): void {
  program
    .command('restore')
    .argument('<image...>', 'photographs of any size, with any number of faces')
    .requiredOption('-o, --out <folder>', 'where the restored photographs go, as PNG')
    .option('--run <run>', 'the stage-II run whose networks restore (default: the newest)')
    .addOption(
      new Option('--output <what>', 'only what was taken for occluded, or all of each face')
        .choices(OUTPUTS)
        .default('composite'),
    )
    .option('--html <file>', 'a page with each photograph before and after, a slider over both')
    .summary('restore the faces of photographs')
    .action(async (images: string[], options: RestoreFlags, command: Command) => {
      const { restoreTask } = await import('../tasks/restore.ts');
      const results = await restoreTask({ images, ...options }, await shell.context(command));
      const none = results.every(({ out }) => out === null);
      shell.answer(command, results, () => {
        const lines = results.map(({ image, faces, out, reason }) =>
          out ? `${image}: ${faces} face${faces === 1 ? '' : 's'}, ${out}` : `${image}: ${reason}`,
        );
        return [...lines, ...(options.html && !none ? [`before and after: ${options.html}`] : [])].join('\n');
      });
      if (none) shell.exitCode = 1;
    });
}

interface RestoreFlags {
  readonly out: string;
  readonly run?: string;
  readonly output: 'composite' | 'network';
  readonly html?: string;
}
