import type { Command } from 'commander';
import type { Values } from '../recipe/layers.ts';
import type { Shell } from '../shell.ts';
import type { SubjectName } from '../tasks/subject.ts';
import { PICTURES_HELP, several } from './pictures-option.ts';

interface EvalOptions {
  readonly data?: string;
  readonly out?: string;
  readonly real?: string;
  readonly pairs?: boolean;
  readonly occluded?: string;
  readonly masks?: string;
  readonly pictures?: readonly string[];
  readonly save?: string;
}

export function register(program: Command, shell: Shell): void {
  program
    .command('eval')
    .argument(
      '[subject]',
      'a stage-II run (its id, the part of one, its folder, its recipe, or latest), or a file of weights; with --pairs a folder',
    )
    .argument(
      '[rest...]',
      'for a file, the structure network; more runs; then key=value: count=400 test images, landmarks=true, lpips.backbone=FILE lpips.linear=FILE, inception=FILE, judges.NAME=FILE, lfwPairs=pairs.txt, data.source…',
    )
    .usage(
      '[options] RUN… [key=value…] | GENERATOR.pth STRUCTURE -o FOLDER | --pairs RESTORED CLEAN | --pictures NAME=FOLDER --data SET -o FOLDER',
    )
    .summary('measure runs on people they never saw, or pictures of any method')
    .option('-d, --data <set>', "a data set's folder or address, or a recipe (default: the run's own data)")
    .option(
      '--real <folder>',
      'photographs occluded for real, a folder a person: without clean ones, so recognition alone',
    )
    .option('-o, --out <folder>', "where the results go (default: the run's artifacts)")
    .option('--pictures <name=folder>', PICTURES_HELP, several)
    .option(
      '--save <folder>',
      'write the test images, their masks and what each method makes of them as PNGs',
    )
    .option('--pairs', 'measure pictures against clean ones: two folders whose files have the same names')
    .option('--occluded <folder>', 'with --pairs: the occluded pictures, measured as well')
    .option('--masks <folder>', 'with --pairs: white where a picture is occluded')
    .action(async (first: string | undefined, rest: string[], options: EvalOptions, command: Command) => {
      const names = [...(first === undefined ? [] : [first]), ...rest];
      if (options.pairs) return measurePairs(names, options, command);
      const overrides = names.filter((name) => name.includes('='));
      const { isWeightFile } = await import('../tasks/network-source.ts');
      const subjects = subjectsOf(
        names.filter((name) => !name.includes('=')),
        isWeightFile,
      );
      if (subjects.length === 0 && !(options.pictures && options.data)) {
        const { UserError } = await import('@fsg/runs');
        throw new UserError(
          'fsg eval needs a run (fsg eval latest), --pictures NAME=FOLDER with --data SET, or --pairs',
          2,
        );
      }
      const { pictureFolder } = await import('../tasks/made-pictures.ts');
      const { evaluateTask } = await import('../tasks/evaluate.ts');
      const { table, folder } = await evaluateTask(
        {
          subjects,
          ...(await evaluationOf(subjects[0], overrides, options, command)),
          ...(options.out !== undefined && { out: options.out }),
          ...(options.real !== undefined && { real: true }),
          ...(options.pictures && { pictures: options.pictures.map(pictureFolder) }),
          ...(options.save !== undefined && { save: options.save }),
        },
        await shell.context(command),
      );
      const { renderTerminal } = await import('@fsg/eval');
      shell.answer(
        command,
        table,
        () => `${renderTerminal(table, { colour: shell.colour(shell.host.stdout) })}\n\nin ${folder}`,
      );
    });

  /** How many images of which data: what --data names, else what the first run was trained on, else synthetic people. */
  async function evaluationOf(
    subject: SubjectName | undefined,
    overrides: readonly string[],
    { data: named, real }: EvalOptions,
    command: Command,
  ) {
    const { z } = await import('zod');
    const { DataConfig } = await import('@fsg/data');
    const { overrideValues } = await import('../recipe/load.ts');
    const data =
      real !== undefined
        ? realPictures(real)
        : named !== undefined
          ? await dataNamed(named)
          : await dataOfRun(subject as SubjectName, command);
    const { InstrumentsConfig } = await import('../tasks/instruments.ts');
    const Evaluation = InstrumentsConfig.extend({
      count: z.number().int().min(2).default(200),
      data: DataConfig,
      lfwPairs: z.string().optional(),
    });
    const {
      count,
      data: config,
      lfwPairs,
      ...instruments
    } = overrideValues('fsg eval', { data }, overrides, Evaluation);
    return { count, data: config, instruments, ...(lfwPairs !== undefined && { lfwPairs }) };
  }

  async function dataNamed(name: string): Promise<Values> {
    const { dataRecipe } = await import('../tasks/data-recipe.ts');
    return { ...(await dataRecipe(name, [], shell.host.cwd)).data };
  }

  async function dataOfRun({ generator }: SubjectName, command: Command): Promise<Values> {
    const { isWeightFile } = await import('../tasks/network-source.ts');
    if (isWeightFile(generator)) return { source: { kind: 'synthetic' } };
    const { runOf } = await import('../tasks/checkpoint-ref.ts');
    const [name = ''] = generator.split('@');
    return ((await runOf(name, shell.runs(command))).record.config.data ?? {}) as Values;
  }

  async function measurePairs(
    names: readonly string[],
    options: EvalOptions,
    command: Command,
  ): Promise<void> {
    const { UserError } = await import('@fsg/runs');
    const [restored, clean, ...more] = names;
    if (options.out !== undefined) {
      throw new UserError(
        '--pairs writes no files, so that -o is of no use: --json gives its figures; with tables, plots and recognition pictures are measured by --pictures NAME=FOLDER',
        2,
      );
    }
    if (restored === undefined || clean === undefined || more.length > 0) {
      throw new UserError(
        'fsg eval --pairs needs two folders: of the restored pictures and of the clean ones',
        2,
      );
    }
    const { measurePairsTask } = await import('../tasks/measure-pairs.ts');
    const answer = await measurePairsTask(
      {
        restored,
        clean,
        ...(options.occluded !== undefined && { occluded: options.occluded }),
        ...(options.masks !== undefined && { masks: options.masks }),
      },
      await shell.context(command),
    );
    const { renderPairs } = await import('./eval-pairs-text.ts');
    shell.answer(command, answer, () => renderPairs(answer));
  }
}

/** All of them are tested on. */
const realPictures = (root: string): Values => ({
  source: { kind: 'folder', root, align: { template: 'fsg-five', size: 128 } },
  split: { official: false, validation: 0, test: 0.999999 },
});

/** Each run by itself; after a file of weights stands its structure network. */
function subjectsOf(names: readonly string[], isFile: (name: string) => boolean): SubjectName[] {
  const subjects: SubjectName[] = [];
  for (let i = 0; i < names.length; i++) {
    const generator = names[i] as string;
    const structure = isFile(generator) ? names[++i] : undefined;
    subjects.push({ generator, ...(structure !== undefined && { structure }) });
  }
  return subjects;
}
