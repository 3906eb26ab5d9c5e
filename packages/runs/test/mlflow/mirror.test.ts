import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { Journal, journalPath, MlflowMirror, type Run, watchSystem } from '../../src/index.ts';
import { fakeMlflow } from '../services/fake-mlflow.ts';
import { type Fault, openGate } from '../services/gate.ts';
import { readBack } from '../services/read-back.ts';
import { clientOf, NOW, newRun, optionsFor, write } from './support.ts';

function follow(run: Run, address: string, everyMs = 20) {
  const warnings: string[] = [];
  const mirror = new MlflowMirror(run, clientOf(address, 300), {
    ...optionsFor(run),
    random: () => 0,
    warn: (message) => warnings.push(message),
    everyMs,
  });
  return { mirror, warnings };
}

const stepsAt = async (address: string, run: Run) =>
  (await (await readBack(address))[run.id]?.history('loss'))?.map(([step]) => step);

const upTo = (steps: number): number[] => Array.from({ length: steps }, (_, i) => i + 1);

test('a server has what is logged while the training goes on, and its end', async () => {
  const gate = await openGate(fakeMlflow());
  const run = await newRun();
  const { mirror, warnings } = follow(run, gate.address);
  for (const step of upTo(3)) {
    write(run, (journal) => journal.metrics(step, { loss: step }), NOW + 10 * step);
    await vi.waitFor(async () => expect(await stepsAt(gate.address, run)).toEqual(upTo(step)), {
      timeout: 5000,
    });
  }
  write(
    run,
    (journal) => {
      journal.metrics(4, { loss: 4 });
      journal.event(4, 'end', { ending: 'finished' });
    },
    NOW + 100,
  );
  await mirror.stop();
  expect(await stepsAt(gate.address, run)).toEqual(upTo(4));
  expect((await readBack(gate.address))[run.id]?.info.status).toBe('FINISHED');
  expect(warnings).toEqual([]);
});

describe('a server that fails for a while', () => {
  const faults: [string, Fault, number][] = [
    ['down', 'down', 0],
    ['busy', { status: 429, body: '', headers: { 'retry-after': '2' } }, 1900],
    ['broken', { status: 500, body: '' }, 0],
    ['talking rubbish', { status: 200, body: 'OK' }, 0],
    ['stalled', 'stall', 0],
    ['losing answers', 'lost', 0],
  ];
  test.each(faults)('%s: nothing is lost, and it is said once', async (_, fault, pause) => {
    const gate = await openGate(fakeMlflow());
    const run = await newRun();
    const failedAt: number[] = [];
    gate.fault = () => {
      if (failedAt.length === 2) return undefined;
      failedAt.push(performance.now());
      return fault;
    };
    const { mirror, warnings } = follow(run, gate.address);
    write(run, (journal) => {
      for (const step of upTo(1500)) journal.metrics(step, { loss: step });
    });
    await vi.waitFor(() => expect(warnings).toHaveLength(2), { timeout: 20_000 });
    const [first = 0, second = 0] = failedAt;
    expect(second - first).toBeGreaterThan(Math.max(450, pause));
    expect(warnings[0]).toMatch(/^MLflow falls behind; the training goes on .*: MLflow at http:/);
    expect(warnings[1]).toBe('MLflow has all of the run again');
    await mirror.stop();
    expect(warnings).toHaveLength(2);
    expect(await stepsAt(gate.address, run)).toEqual(upTo(1500));
  });

  test('stop waits for a busy server as long as it may, and for a stalled one no longer', async () => {
    const gate = await openGate(fakeMlflow());
    const run = await newRun();
    let busy = 2;
    gate.fault = () => (busy-- > 0 ? { status: 503, body: '' } : undefined);
    const patient = follow(run, gate.address);
    await patient.mirror.stop();
    expect(patient.warnings.at(-1)).toBe('MLflow has all of the run again');

    write(run, (journal) => journal.metrics(1, { loss: 1 }));
    gate.fault = () => 'stall';
    const hasty = follow(run, gate.address);
    const began = performance.now();
    await hasty.mirror.stop(200);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(hasty.warnings.at(-1)).toBe(`MLflow lacks the end of ${run.id}; later: fsg runs sync ${run.id}`);
    const { length } = gate.requests;
    await sleep(1000);
    expect(gate.requests).toHaveLength(length);
  });

  test('a refusal or a lost folder ends no training and is not waited for', async () => {
    const gate = await openGate(fakeMlflow());
    gate.fault = () => ({ status: 401, body: 'who?' });
    const run = await newRun();
    const refused = follow(run, gate.address);
    await vi.waitFor(() => expect(refused.warnings).toHaveLength(1));
    const began = performance.now();
    await refused.mirror.stop();
    expect(performance.now() - began).toBeLessThan(1000);
    expect(refused.warnings[0]).toContain('answers 401: who?; set MLFLOW_TRACKING_USERNAME');

    gate.fault = () => undefined;
    rmSync(run.folder, { recursive: true });
    const lost = follow(run, gate.address);
    await lost.mirror.stop();
    rmSync(run.folder, { recursive: true, force: true });
  });
});

test('the machine is measured under the names that MLflow knows', async () => {
  const run = await newRun();
  const journal = new Journal(journalPath(run), Date.now);
  const seen: Record<string, number>[] = [];
  const stop = watchSystem(
    run.folder,
    (metrics) => {
      seen.push(metrics);
      journal.metrics(seen.length, metrics);
    },
    50,
  );
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1));
  stop();
  journal.close();
  const { length } = seen;
  await sleep(150);
  expect(seen).toHaveLength(length);
  expect(Object.keys(seen[0] ?? {}).sort()).toEqual([
    'system/cpu_utilization_percentage',
    'system/disk_available_megabytes',
    'system/disk_usage_megabytes',
    'system/disk_usage_percentage',
    'system/system_memory_usage_megabytes',
    'system/system_memory_usage_percentage',
  ]);
  for (const metrics of seen) {
    for (const [name, value] of Object.entries(metrics)) {
      expect(value, name).toBeGreaterThanOrEqual(0);
      if (name.endsWith('percentage')) expect(value, name).toBeLessThanOrEqual(100);
    }
  }
});
