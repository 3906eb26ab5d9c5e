import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEvent, journalPath, readJournal } from '@fsg/runs';
import { type Fault, readBack, startFaultProxy } from '@fsg/runs/testing';
import { BIN, killAt, newestRun, smallStage1, train, trainToEnd } from '../training.ts';
import type { Ordeal } from '../trial.ts';

export const mlflow: Ordeal = {
  id: '7',
  promise: 'MLflow out of order for a while loses no measurement and doubles none',
  test: '`fsg train tracker=mlflow` killed -9 and resumed, then `fsg runs sync` killed -9 up to five times, with a server behind a proxy that refuses, fails, talks rubbish, cuts and loses answers; afterwards each point of the journal (key, step, value, timestamp) is there once',
  async run(trial) {
    const { mlflow: server } = trial;
    if (!server) {
      trial.leftOut.push('all: no MLflow');
      return;
    }
    const mixed = (): Fault | undefined => FAULTS[randomInt(0, 2 * FAULTS.length)];
    const storms: [string, () => Fault | undefined][] = [
      ...FAULTS.map((fault): [string, () => Fault | undefined] => [`${fault} always`, () => fault]),
      ...trial.rounds(3).map((round): [string, () => Fault | undefined] => [`a mixture, ${round}`, mixed]),
    ];
    let points = 0;
    for (const [name, script] of storms) {
      let isSick = true;
      const proxy = await startFaultProxy(server.endpoint, () => (isSick ? script() : undefined));
      const experiment: string = randomUUID();
      const env = { MLFLOW_TRACKING_URI: proxy.endpoint, MLFLOW_EXPERIMENT_NAME: experiment };
      await trial.inFolder((cwd) =>
        trial.attempt('trainings', name, async () => {
          const args = [...smallStage1().args, 'tracker=mlflow', '--resume', 'auto'];
          await killAt(train(cwd, args, env), cwd, randomInt(1, 20), randomInt(0, 60));
          const rest = trainToEnd(cwd, args, env);
          await sleep(randomInt(0, 4000));
          isSick = false;
          await rest;
          const kills = randomInt(1, 6);
          for (let kill = 0; kill < kills; kill++) await killedSync(cwd, env);
          assert.equal(await sync(cwd, env).ended, 0, 'fsg runs sync failed');
          points += await compare(cwd, server.endpoint, experiment);
        }),
      );
      await proxy.stop();
    }
    trial.notes.push(`${points} points compared`);
  },
};

const FAULTS: Fault[] = [429, 500, 503, 'reset request', 'lose answer', 'reset answer', 'truncate', 'page'];

function sync(cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [BIN, 'runs', 'sync', 'latest'], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: once(child, 'close').then(([code]) => code as number | null) };
}

async function killedSync(cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const { child, ended } = sync(cwd, env);
  await sleep(randomInt(500, 1500));
  child.kill('SIGKILL');
  await ended;
}

/** Of each metric the points of rising steps, as MLflow forgets none that a resumed run makes again; gives how many. */
async function compare(cwd: string, endpoint: string, experiment: string): Promise<number> {
  const run = newestRun(cwd) as string;
  const { entries } = readJournal(journalPath({ folder: run }));
  const expected = new Map<string, [step: number, value: number, timestamp: number][]>();
  for (const entry of entries) {
    if (isEvent(entry)) continue;
    for (const [key, value] of Object.entries(entry.metrics)) {
      const points = expected.get(key) ?? [];
      expected.set(key, points);
      if (entry.step > (points.at(-1)?.[0] ?? -1)) points.push([entry.step, value, entry.time]);
    }
  }
  const all = await readBack(endpoint, experiment);
  assert.deepEqual(Object.keys(all), [basename(run)]);
  const found = all[basename(run)];
  assert.ok(found);
  assert.equal(found.info.status, 'FINISHED');
  let count = 0;
  for (const [key, points] of expected) {
    const stored = await found.history(key);
    assert.deepEqual([...stored].sort(byStep), points, `${key} differs`);
    count += points.length;
  }
  return count;
}

const byStep = (
  [a]: readonly [step: number, ...unknown[]],
  [b]: readonly [step: number, ...unknown[]],
): number => a - b;
