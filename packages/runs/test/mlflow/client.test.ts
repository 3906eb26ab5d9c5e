import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MlflowAccess, MlflowClient, type MlflowError, mlflowAccess, syncRun } from '../../src/index.ts';
import { fakeMlflow } from '../services/fake-mlflow.ts';
import { type Fault, openGate } from '../services/gate.ts';
import { failure } from '../support.ts';
import { clientOf, newRun, optionsFor, write } from './support.ts';

const CANARY = 'canary-7f3a';

describe('the server and who asks it', () => {
  const access = (env: Record<string, string>) =>
    mlflowAccess({ MLFLOW_TRACKING_URI: 'http://h:5000/', ...env });

  test('nothing is mirrored where no server is named', () => {
    expect(mlflowAccess({})).toBeUndefined();
  });

  test('name and password, in the address too, or a token', () => {
    expect(access({})).toEqual({ address: 'http://h:5000', experiment: 'fsg', secrets: [] });
    const basic = `Basic ${Buffer.from('ada:p w').toString('base64')}`;
    const given = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'p w' };
    expect(access(given)?.authorization).toBe(basic);
    const inside = access({ MLFLOW_TRACKING_URI: 'https://ada:p%20w@h/mlflow/' });
    expect(inside).toMatchObject({ address: 'https://h/mlflow', authorization: basic });
    expect(access({ MLFLOW_TRACKING_TOKEN: 't' })?.authorization).toBe('Bearer t');
    expect(access({ MLFLOW_EXPERIMENT_NAME: 'faces' })?.experiment).toBe('faces');
  });

  test.each([
    [`postgresql://ada:${CANARY}@h/db`, 'begins with postgresql:'],
    [`http://ada:${CANARY}@`, 'is no address'],
    ['./mlruns', 'is no address'],
  ])('%s is none', (MLFLOW_TRACKING_URI, found) => {
    const error = (() => {
      try {
        access({ MLFLOW_TRACKING_URI });
      } catch (problem) {
        return problem as Error;
      }
      return undefined;
    })();
    expect(error?.message).toBe(
      `MLFLOW_TRACKING_URI ${found}; expected http://HOST:PORT or https://HOST of an MLflow server`,
    );
  });
});

describe('what went wrong, in one line', () => {
  const json = (status: number, error_code: string, message: string): Fault => ({
    status,
    body: JSON.stringify({ error_code, message }),
  });
  const html = { status: 200, body: '<html>\n<p>welcome</p></html>' };
  const busy = { status: 429, body: 'slow down', headers: { 'retry-after': '7' } };
  const moved = { status: 308, body: '', headers: { location: 'https://elsewhere/api/2.0/x' } };
  const cases: [string, Fault, Partial<MlflowError>, string][] = [
    ['cut off', 'down', { again: true }, 'cannot be reached: UND_ERR_SOCKET; see whether it runs'],
    ['stalled', 'stall', { again: true }, 'has not answered within 0.3 s; try again later'],
    ['busy', busy, { again: true, afterMs: 7000 }, 'answers 429: slow down; try again later'],
    ['broken', { status: 500, body: '' }, { again: true }, 'answers 500: nothing; try again later'],
    [
      'rubbish',
      html,
      { again: true },
      'answers what MLflow would not: <html> <p>welcome</p></html>; see whether',
    ],
    [
      'other JSON',
      { status: 200, body: '[]' },
      { again: true },
      'answers what MLflow would not: []; see whether',
    ],
    [
      'no MLflow',
      { status: 404, body: 'gone' },
      { again: false },
      'answers 404: gone; see whether MLFLOW_TRACKING_URI',
    ],
    [
      'unknown user',
      { status: 401, body: 'no' },
      { again: false },
      'answers 401: no; set MLFLOW_TRACKING_USERNAME',
    ],
    ['moved', moved, { again: false }, 'answers 308: nothing; set MLFLOW_TRACKING_URI to https://elsewhere'],
    [
      'refused',
      json(400, 'BAD_REQUEST', 'two\nlines'),
      { again: false, code: 'BAD_REQUEST' },
      'answers 400 BAD_REQUEST: two lines; mend that',
    ],
  ];
  test.each(cases)('%s', async (_, fault, kind, said) => {
    const gate = await openGate(fakeMlflow());
    gate.fault = () => fault;
    const error = await failure(clientOf(gate.address, 300).experiment('x'));
    expect(error).toMatchObject({ name: 'UserError', ...kind });
    expect(error.message).toContain(`MLflow at ${gate.address}, experiments/get-by-name: ${said}`);
    expect(error.message).not.toContain('\n');
  });

  test('nobody there', async () => {
    const { message } = await failure(clientOf('http://127.0.0.1:1').experiment('x'));
    expect(message).toMatch(/cannot be reached: (ECONNREFUSED|bad port); see whether it runs/);
  });
});

test('a password is in no file of the run and no message, whatever the server says', async () => {
  const server = fakeMlflow();
  const gate = await openGate(server);
  const run = await newRun();
  write(run, (journal) => journal.metrics(1, { loss: 1 }));
  const { host } = new URL(gate.address);
  const access = mlflowAccess({ MLFLOW_TRACKING_URI: `http://ada:${CANARY}@${host}` }) as MlflowAccess;
  const client = new MlflowClient(access);
  gate.fault = ({ authorization = '' }) => ({
    status: 403,
    body: `${authorization} is ${Buffer.from(authorization.slice(6), 'base64')}`,
  });
  const { message } = await failure(syncRun(run, client, optionsFor(run)));
  expect(message).toContain('Basic *** is ada:***; set MLFLOW_TRACKING_USERNAME');
  gate.fault = () => undefined;
  const result = await syncRun(run, client, optionsFor(run));
  const files = readdirSync(run.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  expect(contents.length).toBeGreaterThan(2);
  const sent = gate.requests.map(({ url, body }) => url + body);
  expect([message, JSON.stringify(result), ...contents, ...sent].join()).not.toContain(CANARY);

  const token = `${CANARY}\nx`;
  const split = new MlflowClient({ ...access, authorization: `Bearer ${token}`, secrets: [token] });
  expect((await failure(split.experiment('x'))).message).not.toContain(CANARY);
});
