import { styleText } from 'node:util';
import type { Diagnosis, Finding } from '@fsg/engine/doctor';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

const COLOURS = { ok: 'green', warn: 'yellow', error: 'red' } as const;

export function register(program: Command, shell: Shell): void {
  program
    .command('doctor')
    .argument('[recipe]', 'the recipe of a training whose data, store and tracker are tried too')
    .argument('[overrides...]', 'key=value, such as store=s3://bucket/prefix')
    .summary('what this machine offers, what would make it faster, and whether servers work')
    .description(
      'Starts the backend, measures it and looks at memory, disk and cache; takes a few seconds. Writes to the MLflow server that ' +
        'MLFLOW_TRACKING_URI names and, with a recipe, to its store, and removes that again; opens its data.',
    )
    .action(async (recipe: string | undefined, overrides: string[], _: unknown, command: Command) => {
      const { diagnose } = await import('@fsg/engine/doctor');
      const around = await surroundings(recipe, overrides, shell, command);
      const diagnosis = await diagnose(shell.host.cwd, shell.host.env);
      const whole = { ...diagnosis, findings: [...diagnosis.findings, ...around] };
      shell.answer(command, whole, () => render(whole, shell.colour(shell.host.stdout)));
      if (diagnosis.backend === null || around.some(({ level }) => level === 'error')) shell.exitCode = 1;
    });
}

async function surroundings(
  file: string | undefined,
  overrides: readonly string[],
  shell: Shell,
  command: Command,
): Promise<Finding[]> {
  if (file === undefined && !shell.host.env.MLFLOW_TRACKING_URI) return [];
  const { loadRecipe } = await import('../recipe/load.ts');
  const { TrainRecipe } = await import('@fsg/trainer/recipe');
  const { checkSurroundings } = await import('../tasks/check-surroundings.ts');
  const recipe =
    file === undefined ? undefined : await loadRecipe(file, overrides, TrainRecipe, shell.host.cwd);
  return checkSurroundings(recipe, await shell.context(command));
}

function render({ findings }: Diagnosis, colour: boolean): string {
  return findings.map((finding) => line(finding, colour)).join('\n');
}

function line({ level, what, fix }: Finding, colour: boolean): string {
  const label = level.padEnd(5);
  const shown = colour ? styleText(COLOURS[level], label) : label;
  return `${shown}  ${what}${fix === null ? '' : `\n       fix: ${fix}`}`;
}
