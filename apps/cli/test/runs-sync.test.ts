import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createRun } from '@fsg/runs';
import { expect, onTestFinished, test } from 'vitest';
import { folderWith, fsg } from './support.ts';

async function twoRuns() {
  const cwd = folderWith({});
  const fields = { command: ['fsg'], commit: null, uncommitted: null, versions: {}, machine: {}, inputs: {} };
  const made = (recipe: string) =>
    createRun(join(cwd, 'runs'), { ...fields, recipe, config: { seed: 1 } }, Date.now, Math.random);
  return { cwd, runs: [await made('one'), await made('two')] };
}

/** A server that answers everything with what any call's answer has to hold. */
async function stub(status = 200): Promise<{ address: string; calls: string[] }> {
  const info = {
    run_id: 'r1',
    experiment_id: '1',
    lifecycle_stage: 'active',
    artifact_uri: 'mlflow-artifacts:/1/r1',
  };
  const experiment = { experiment_id: '1', lifecycle_stage: 'active' };
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status).end(JSON.stringify({ run: { info }, experiment }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { address: `http://127.0.0.1:${(server.address() as { port: number }).port}`, calls };
}

test('gives all runs to the server that the environment names', async () => {
  const { cwd, runs } = await twoRuns();
  const { address, calls } = await stub();
  const env = {
    MLFLOW_TRACKING_URI: address,
    MLFLOW_EXPERIMENT_NAME: 'faces',
    MLFLOW_TRACKING_TOKEN: 'canary',
  };
  const { code, stdout, stderr } = await fsg(['runs', 'sync', '--all', '--json'], { cwd, env });
  expect([code, stderr]).toEqual([0, '']);
  const url = `${address}/#/experiments/1/runs/r1`;
  const rest = { url, status: 'RUNNING', points: 0, artifacts: 1, problem: null };
  expect(JSON.parse(stdout)).toEqual(runs.map(({ id }) => ({ run: id, ...rest })));
  expect(calls[0]).toBe('GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=faces Bearer canary');
  const last = await fsg(['runs', 'sync', 'latest'], { cwd, env });
  expect(last.stdout).toMatch(/-two-\w{4} {2}RUNNING {2}0 points and 0 artifacts sent {2}http/);
});

test('says what is missing, and what the server refuses', async () => {
  const { cwd, runs } = await twoRuns();
  expect(await fsg(['runs', 'sync', 'latest'], { cwd, env: { MLFLOW_TRACKING_URI: '' } })).toMatchObject({
    code: 2,
    stderr:
      'error: MLFLOW_TRACKING_URI names no server; set it, as in MLFLOW_TRACKING_URI=http://127.0.0.1:5000\n',
  });
  expect(await fsg(['runs', 'sync'], { cwd })).toMatchObject({
    code: 2,
    stderr: 'error: name the runs to give to MLflow (ids or latest), or say --all\n',
  });
  const { address } = await stub(403);
  const refused = await fsg(['runs', 'sync', '--all', '--json'], {
    cwd,
    env: { MLFLOW_TRACKING_URI: address },
  });
  expect([refused.code, refused.stdout]).toEqual([1, '[]\n']);
  for (const { id } of runs) expect(refused.stderr).toContain(`warning: ${id}: MLflow at ${address}`);
});
