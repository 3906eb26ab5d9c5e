import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

export function register(runs: Command, shell: Shell): void {
  runs
    .command('sync')
    .argument('[runs...]', 'ids, parts of ids, or latest')
    .option('--all', 'all runs')
    .summary('give runs to the MLflow server that MLFLOW_TRACKING_URI names')
    .description(
      'Brings an MLflow server to the state of runs; what it has already is not sent again. MLFLOW_TRACKING_URI names the ' +
        'server, MLFLOW_EXPERIMENT_NAME the experiment (fsg), MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or ' +
        'MLFLOW_TRACKING_TOKEN, who asks.',
    )
    .action(async (wanted: string[], { all }: { all?: boolean }, command: Command) => {
      const { findRun, listRuns, UserError } = await import('@fsg/runs');
      const { syncTask } = await import('../tasks/sync.ts');
      if (all ? wanted.length > 0 : wanted.length === 0) {
        throw new UserError('name the runs to give to MLflow (ids or latest), or say --all', 2);
      }
      const folder = shell.runs(command);
      const log = await shell.log(command);
      const chosen = all
        ? await listRuns(folder, ({ message }) => log.warn(message))
        : await Promise.all(wanted.map((one) => findRun(folder, one)));
      const { synced, failed } = await syncTask(chosen, shell.host.env, log);
      if (failed > 0) shell.exitCode = 1;
      shell.answer(command, synced, () =>
        synced
          .map(({ run, status, points, artifacts, url }) =>
            [run, status, `${points} points and ${artifacts} artifacts sent`, url].join('  '),
          )
          .join('\n'),
      );
    });
}
