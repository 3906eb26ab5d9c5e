import type { Run, RunSummary } from '@fsg/runs';
import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

const STATUSES: readonly RunSummary['status'][] = [
  'new',
  'open',
  'dead',
  'finished',
  'early',
  'stopped',
  'failed',
];

interface ListOptions {
  readonly recipe?: string;
  readonly status?: string;
}

export function register(runs: Command, shell: Shell): void {
  runs
    .command('list')
    .summary('all runs, the newest last: status, step, best checkpoint')
    .option('--recipe <name>', 'only runs of this recipe, such as demo-stage1')
    .addOption(new Option('--status <status>', 'only runs that stand so').choices(STATUSES))
    .action(async ({ recipe, status }: ListOptions, command: Command) => {
      const { listRuns, mapSome } = await import('@fsg/runs');
      const { overview, renderBest } = await import('../run-overview.ts');
      const folder = shell.runs(command);
      const { warn } = await shell.log(command);
      const damaged = ({ message }: Error): void => warn(message);
      const all = await listRuns(folder, damaged);
      const wanted = recipe === undefined ? all : await ofRecipe(all, recipe, folder);
      const found = (await mapSome(wanted, (run) => overview(run, damaged))).filter(
        (run) => status === undefined || run.status === status,
      );
      shell.answer(command, found, () => {
        if (all.length === 0) return `no runs in ${folder}; fsg train RECIPE makes one`;
        if (found.length === 0) return `no run with status ${status} among ${wanted.length} in ${folder}`;
        const rows = found.map((run) => [
          run.id,
          run.status,
          run.step === null ? '–' : String(run.step),
          (run.updated ?? run.created).slice(0, 19).replace('T', ' '),
          run.best ? renderBest(run.best) : '–',
        ]);
        return columns([['run', 'status', 'step', 'last line (UTC)', 'best'], ...rows]);
      });
    });
}

async function ofRecipe(runs: readonly Run[], recipe: string, folder: string): Promise<readonly Run[]> {
  const found = runs.filter(({ record }) => record.recipe === recipe);
  if (found.length > 0 || runs.length === 0) return found;
  const { nearest, UserError } = await import('@fsg/runs');
  const near = nearest(
    recipe,
    runs.map(({ record }) => record.recipe),
  );
  throw new UserError(`no run of ${recipe} in ${folder}; nearest: ${near}`, 2);
}
