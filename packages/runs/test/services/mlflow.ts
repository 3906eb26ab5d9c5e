import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findService, freePort, type Service, startService } from './service.ts';

export interface MlflowService extends Service {
  readonly endpoint: string;
}

export const findMlflow = (): string | undefined => findService('mlflow', 'FSG_MLFLOW', 'mlflow');

/** An MLflow server with an empty database and a scratch folder for artifacts; undefined where there is none. */
export async function startMlflow(): Promise<MlflowService | undefined> {
  const path = findMlflow();
  if (!path) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fsg-mlflow-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const places = [
    ['--host', '127.0.0.1'],
    ['--port', String(port)],
    ['--workers', '1'],
    ['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
    ['--artifacts-destination', join(folder, 'artifacts')],
  ];
  // Without the processes that wait for jobs, which take most of its start.
  const env = { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true' };
  const service = await startService(path, ['server', ...places.flat()], env, `${endpoint}/health`);
  return {
    endpoint,
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
