/** Gives runs to an MLflow server. */
import {
  FileStore,
  MlflowClient,
  MlflowError,
  mlflowAccess,
  patiently,
  type Run,
  type SyncResult,
  syncRun,
  UserError,
} from '@fsg/runs';
import type { Log } from '../progress.ts';

/** A run that the server refuses is told and counted; a server that does not answer ends it. */
export async function syncTask(
  runs: readonly Run[],
  env: NodeJS.ProcessEnv,
  { warn }: Pick<Log, 'warn'>,
): Promise<{ synced: SyncResult[]; failed: number }> {
  const access = mlflowAccess(env);
  if (!access) {
    throw new UserError(
      'MLFLOW_TRACKING_URI names no server; set it, as in MLFLOW_TRACKING_URI=http://127.0.0.1:5000',
      2,
    );
  }
  const client = new MlflowClient(access);
  const synced: SyncResult[] = [];
  for (const run of runs) {
    const options = { experiment: access.experiment, store: new FileStore(run.folder), user: env.USER };
    try {
      const result = await patiently(() => syncRun(run, client, options), Math.random);
      if (result.problem !== null) warn(`${run.id}: ${result.problem}`);
      synced.push(result);
    } catch (error) {
      if (!(error instanceof UserError) || (error instanceof MlflowError && error.again)) throw error;
      warn(`${run.id}: ${error.message}`);
    }
  }
  return { synced, failed: runs.length - synced.length };
}
