import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FileStore,
  type Journal,
  journalPath,
  metricHistory,
  type Run,
  readJournal,
  saveCheckpoint,
  writeArtifact,
} from '../../src/index.ts';
import { startChild } from '../child.ts';
import { fakeMlflow } from '../services/fake-mlflow.ts';
import { forwardTo, type Gate, openGate, type Upstream, writesOf } from '../services/gate.ts';
import { findMlflow, type MlflowService, startMlflow } from '../services/mlflow.ts';
import { type ReadBack, readBack } from '../services/read-back.ts';
import { bytes, failure } from '../support.ts';
import { NOW, newRun, sync, write } from './support.ts';

const found = findMlflow() !== undefined;

let real: MlflowService | undefined;
beforeAll(async () => {
  real = await startMlflow();
}, 180_000);
afterAll(() => real?.stop());

let experiments = 0;
/** One that no other test uses. */
const newExperiment = (): string => `experiment ${++experiments}`;

const json = (content: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(content));

describe.each([
  { server: 'in memory', upstream: (): Upstream => fakeMlflow(), skipped: false },
  { server: 'real', upstream: () => forwardTo(real?.endpoint ?? ''), skipped: !found },
])('an MLflow server, $server', ({ upstream, skipped }) => {
  const testIt = test.skipIf(skipped);

  async function mirrored(run: Run, gate: Gate, experiment: string): Promise<ReadBack> {
    await sync(run, gate.address, experiment);
    return (await readBack(gate.address, experiment))[run.id] as ReadBack;
  }

  testIt('has one mirror of a run that several begin to send at the same time', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    write(run, (journal) => {
      for (let step = 1; step <= 30; step++) journal.metrics(step, { 'train/loss': step });
    });
    // The experiment is there, so that all of them look for the run, and make one, together.
    await sync(await newRun(), gate.address, experiment);
    const results = await Promise.all(Array.from({ length: 4 }, () => sync(run, gate.address, experiment)));
    expect(writesOf(gate).filter((path) => path.endsWith('runs/create')).length).toBeGreaterThan(2);
    expect(new Set(results.map(({ url }) => url)).size).toBe(1);
    const mirror = (await readBack(gate.address, experiment))[run.id] as ReadBack;
    expect(results[0]?.url).toContain(mirror.id);
    expect(await mirror.history('train/loss')).toHaveLength(30);
  });

  testIt('has all of a run afterwards, and a second time nothing is written', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const config = {
      description: 'a run to mirror',
      data: { source: { kind: 'synthetic', seed: 1 }, occluders: ['mask'] },
      optimiser: { rate: 1e-4, schedule: { kind: 'cosine' } },
      init: null,
      empty: {},
      'größe 顔': 'ü',
    };
    const run = await newRun({ config });
    write(run, (journal) => {
      journal.event(0, 'start');
      for (let step = 1; step <= 30; step++)
        journal.metrics(step, { 'train/loss': 1 / step, 'verlust/ä': step });
      journal.event(30, 'checkpoint');
      journal.event(30, 'end', { ending: 'finished' });
    });
    const manifest = await saveCheckpoint(
      new FileStore(run.folder),
      30,
      { 'vae.safetensors': bytes('weights') },
      { meta: {}, time: NOW },
    );
    await writeArtifact(run, 'samples/step-00000030.png', bytes('a picture'));
    await writeArtifact(run, 'curves + 1 ä.svg', '<svg/>');
    const cell = (value: number | null) => ({ value, low: null });
    await writeArtifact(
      run,
      'table.json',
      JSON.stringify({
        columns: [{ key: 'psnr', label: 'PSNR' }],
        sections: [
          { label: 'all', rows: [{ label: 'network', cells: { psnr: cell(21.5) } }] },
          { label: 'masks', rows: [{ label: 'network', cells: { psnr: cell(null) } }] },
        ],
      }),
    );

    const mirror = await mirrored(run, gate, experiment);
    expect(mirror.info).toMatchObject({ run_name: run.id, status: 'FINISHED', start_time: NOW });
    expect(mirror.info.end_time).toBe(NOW + 33);
    expect(mirror.tags).toMatchObject({
      'fsg.run': run.id,
      'mlflow.runName': run.id,
      'mlflow.user': 'ada',
      'mlflow.source.name': 'fsg train demo',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': 'c0ffee',
      'mlflow.note.content': 'a run to mirror',
      'mlflow.loggedImages': 'True',
      'mlflow.loggedArtifacts': '[{"path":"evaluation.json","type":"table"}]',
    });
    expect(mirror.params).toEqual({
      description: 'a run to mirror',
      'data.source.kind': 'synthetic',
      'data.source.seed': '1',
      'data.occluders': '["mask"]',
      'optimiser.rate': '0.0001',
      'optimiser.schedule.kind': 'cosine',
      init: 'null',
      empty: '{}',
      'größe 顔': 'ü',
    });
    expect(mirror.inputs).toHaveLength(1);
    expect(mirror.inputs[0]?.dataset).toMatchObject({
      name: 'synthetic',
      source: JSON.stringify(config.data),
      digest: expect.stringMatching(/^[0-9a-f]{36}$/),
    });
    for (const [name, points] of metricHistory(readJournal(journalPath(run)).entries)) {
      expect(await mirror.history(name)).toEqual(points.map(({ step, value, time }) => [step, value, time]));
    }
    const time = Math.trunc(statSync(join(run.folder, 'artifacts/samples/step-00000030.png')).mtimeMs);
    const [thumbnail = '', picture = ''] = Object.keys(mirror.artifacts)
      .filter((name) => name.startsWith('images/'))
      .sort();
    expect(thumbnail).toBe(picture.replace('.png', '+compressed.png'));
    expect(picture).toMatch(
      new RegExp(
        `^images/samples\\+step\\+30\\+timestamp\\+${time}\\+[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.png$`,
      ),
    );
    expect(Object.keys(mirror.artifacts).sort()).toEqual(
      [
        'checkpoints.json',
        'config.json',
        'curves + 1 ä.svg',
        'evaluation.json',
        picture,
        thumbnail,
        'table.json',
      ].sort(),
    );
    expect(mirror.artifacts[picture]).toEqual(bytes('a picture'));
    expect(json(mirror.artifacts['config.json'])).toEqual(config);
    expect(json(mirror.artifacts['checkpoints.json'])).toEqual([
      {
        step: 30,
        saved: new Date(NOW).toISOString(),
        files: [
          {
            name: 'vae.safetensors',
            ...manifest.files['vae.safetensors'],
            where: join(run.folder, 'checkpoints/step-00000030/vae.safetensors'),
          },
        ],
      },
    ]);
    expect(json(mirror.artifacts['evaluation.json'])).toEqual({
      columns: ['samples', 'method', 'PSNR'],
      data: [
        ['all', 'network', 21.5],
        ['masks', 'network', null],
      ],
    });

    const before = writesOf(gate).length;
    expect(await sync(run, gate.address, experiment)).toMatchObject({
      points: 0,
      artifacts: 0,
      status: 'FINISHED',
    });
    expect(writesOf(gate).slice(before)).toEqual([]);

    rmSync(join(run.folder, 'mlflow.json'));
    await sync(run, gate.address, experiment);
    const again = await readBack(gate.address, experiment);
    expect(Object.keys(again)).toEqual([run.id]);
    expect(Object.keys(again[run.id]?.artifacts ?? {}).sort()).toEqual(Object.keys(mirror.artifacts).sort());
    expect(await again[run.id]?.history('train/loss')).toHaveLength(30);
  });

  testIt('knows NaN, infinities and names that MLflow would refuse', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    const long = 'n'.repeat(300);
    write(run, (journal) => {
      journal.metrics(1, { nan: Number.NaN, up: Number.POSITIVE_INFINITY, down: Number.NEGATIVE_INFINITY });
      journal.metrics(1, {
        'a%b': 1,
        'a#b': 2,
        a_b: 3,
        '/abs//x': 4,
        '../y': 5,
        [long]: 6,
        '👀 loss': 7,
        '': 8,
      });
      journal.metrics(1, { tiny: 5e-324, huge: 1.7e308, third: 1 / 3, zero: -0 });
    });
    const mirror = await mirrored(run, gate, experiment);
    const value = async (name: string) => (await mirror.history(name))[0]?.[1];
    const infinite = [Number.POSITIVE_INFINITY, 'Infinity', Number.MAX_VALUE];
    expect(await value('nan')).toBe('NaN');
    expect(infinite).toContain(await value('up'));
    expect(infinite.map((one) => (typeof one === 'string' ? `-${one}` : -one))).toContain(
      await value('down'),
    );
    expect(await value('a_b')).toBe(3);
    expect(await value('third')).toBe(1 / 3);
    expect(await value('tiny')).toBe(5e-324);
    expect(await value('huge')).toBe(1.7e308);
    const named = async (name: string) => [name, await value(name)];
    const { safeName } = await import('../../src/mlflow/describe.ts');
    for (const [name, expected] of Object.entries({
      'a%b': 1,
      'a#b': 2,
      '/abs//x': 4,
      '../y': 5,
      [long]: 6,
      '👀 loss': 7,
      '': 8,
    })) {
      expect(await named(safeName(name))).toEqual([safeName(name), expected]);
    }
  });

  testIt('has parameters over the limits in config.json', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`p${i}`, i]));
    const config = { many, long: 'x'.repeat(6001), fits: 'y'.repeat(6000), ['k'.repeat(400)]: 1 };
    const run = await newRun({ config, command: ['fsg', 'z'.repeat(9000)] });
    const mirror = await mirrored(run, gate, experiment);
    expect(Object.keys(mirror.params)).toHaveLength(253);
    expect(mirror.params['many.p249']).toBe('249');
    expect(mirror.params.long).toBe('6001 characters, see config.json');
    expect(mirror.params.fits).toHaveLength(6000);
    expect(mirror.tags['mlflow.source.name']).toHaveLength(5000);
    expect(json(mirror.artifacts['config.json'])).toEqual(config);
  });

  testIt('has each step once after a resume, and a run that goes on is running', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    const train = (from: number, to: number, at: number): void =>
      write(
        run,
        (journal) => {
          for (let step = from; step <= to; step++) journal.metrics(step, { loss: 1 / step });
        },
        at,
      );
    write(run, (journal) => journal.event(0, 'start'));
    train(1, 25, NOW + 100);
    expect((await mirrored(run, gate, experiment)).info).toMatchObject({ status: 'RUNNING' });
    write(run, (journal) => journal.event(20, 'resume'), NOW + 900);
    train(21, 30, NOW + 1000);
    write(run, (journal) => journal.event(30, 'end', { ending: 'stopped' }), NOW + 2000);
    const stopped = await mirrored(run, gate, experiment);
    expect(stopped.info).toMatchObject({ status: 'KILLED', end_time: NOW + 2001 });
    const points = await stopped.history('loss');
    expect(points.map(([step, value]) => [step, value])).toEqual(
      Array.from({ length: 30 }, (_, i) => [i + 1, 1 / (i + 1)]),
    );

    write(run, (journal) => journal.event(30, 'resume'), NOW + 3000);
    expect((await mirrored(run, gate, experiment)).info).toMatchObject({ status: 'RUNNING' });
    write(run, (journal) => journal.event(31, 'end', { ending: 'broken' }), NOW + 4000);
    expect((await mirrored(run, gate, experiment)).info).toMatchObject({ status: 'FAILED' });

    rmSync(join(run.folder, 'mlflow.json'));
    expect(await (await mirrored(run, gate, experiment)).history('loss')).toEqual(points);
  });

  testIt('shows a picture drawn anew in place of the old one, and one merely touched not twice', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    const name = 'samples/step-00000005.png';
    await writeArtifact(run, name, bytes('first'));
    await mirrored(run, gate, experiment);
    utimesSync(join(run.folder, 'artifacts', name), 1, 1);
    const before = writesOf(gate).length;
    await sync(run, gate.address, experiment);
    expect(writesOf(gate)).toHaveLength(before);
    await writeArtifact(run, name, bytes('second'));
    const { artifacts } = await mirrored(run, gate, experiment);
    const pictures = Object.entries(artifacts).filter(([path]) => path.startsWith('images/'));
    expect(pictures.map(([, content]) => content)).toEqual([bytes('second'), bytes('second')]);
  });

  testIt('sends the other artifacts where it refuses one by its name', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    for (const name of ['a.txt', 'b#.txt', 'c.txt']) await writeArtifact(run, name, name);
    const { problem, artifacts } = await sync(run, gate.address, experiment);
    expect(artifacts).toBe(3);
    expect(problem).toMatch(/b%23\.txt: answers 400 INVALID_PARAMETER_VALUE: Invalid path/);
    const mirror = (await readBack(gate.address, experiment))[run.id];
    expect(Object.keys(mirror?.artifacts ?? {}).sort()).toEqual(['a.txt', 'c.txt', 'config.json']);
  });

  testIt('nests a run in its parent once that is there', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const parent = await newRun();
    const child = await newRun({ parent: parent.id });
    expect((await mirrored(child, gate, experiment)).tags).not.toHaveProperty('mlflow.parentRunId');
    const { id } = await mirrored(parent, gate, experiment);
    expect((await mirrored(child, gate, experiment)).tags['mlflow.parentRunId']).toBe(id);
  });

  testIt('keeps one experiment and one run where answers are lost', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    write(run, (journal) => {
      for (let step = 1; step <= 2500; step++) journal.metrics(step, { loss: step });
    });
    const lost = new Set<string>();
    gate.fault = ({ method, url }) => {
      const call = `${method} ${url.replace(/[0-9a-f]{32}.*/, '')}`;
      if (method === 'GET' || lost.has(call)) return undefined;
      lost.add(call);
      return 'lost';
    };
    let failures = 0;
    for (; ; failures++) {
      const error = await sync(run, gate.address, experiment).then(
        () => undefined,
        (problem: unknown) => problem,
      );
      if (!error) break;
      expect(error).toMatchObject({ name: 'UserError', again: true });
    }
    expect(failures).toBe(lost.size);
    expect(failures).toBeGreaterThanOrEqual(6);
    gate.fault = () => undefined;
    const all = await readBack(gate.address, experiment);
    expect(Object.keys(all)).toEqual([run.id]);
    expect((await all[run.id]?.history('loss'))?.map(([step]) => step)).toEqual(
      Array.from({ length: 2500 }, (_, i) => i + 1),
    );
  });

  testIt('has everything once after syncs that were killed at every write', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    write(run, (journal) => {
      for (let step = 1; step <= 2500; step++) journal.metrics(step, { loss: step });
      journal.event(2500, 'end', { ending: 'finished' });
    });
    await writeArtifact(run, 'samples/step-00000005.png', bytes('a picture'));
    let attempts = 0;
    for (let code: number | null = null; code !== 0; ) {
      attempts += 1;
      const child = startChild('mlflow/sync.child.ts', [run.folder, gate.address, experiment]);
      const passed = writesOf(gate).length + ((attempts - 1) % 5);
      gate.fault = () => {
        if (writesOf(gate).length <= passed) return undefined;
        child.kill('SIGKILL');
        return attempts % 2 === 0 ? 'lost' : 'down';
      };
      [code] = (await once(child, 'close')) as [number | null];
    }
    gate.fault = () => undefined;
    expect(attempts).toBeGreaterThan(4);
    const all = await readBack(gate.address, experiment);
    expect(Object.keys(all)).toEqual([run.id]);
    const mirror = all[run.id] as ReadBack;
    expect(mirror.info.status).toBe('FINISHED');
    expect(Object.keys(mirror.artifacts)).toHaveLength(3);
    expect(await mirror.history('loss')).toEqual(
      Array.from({ length: 2500 }, (_, i) => [i + 1, i + 1, NOW + i + 1]),
    );
  });

  testIt('says of a deleted run how to have it back', async () => {
    const gate = await openGate(upstream());
    const experiment = newExperiment();
    const run = await newRun();
    const { id } = await mirrored(run, gate, experiment);
    await fetch(`${gate.address}/api/2.0/mlflow/runs/delete`, {
      method: 'POST',
      body: JSON.stringify({ run_id: id }),
    });
    const { message } = await failure(sync(run, gate.address, experiment));
    expect(message).toContain(
      `run ${id}, among its deleted runs; restore it there, or remove ${run.folder}/mlflow.json`,
    );
    rmSync(join(run.folder, 'mlflow.json'));
    expect((await mirrored(run, gate, experiment)).id).not.toBe(id);
  });
});

describe('a real MLflow server', () => {
  const testIt = test.skipIf(!found);
  const address = (): string => real?.endpoint ?? '';

  testIt(
    'gives 100,000 points back as they were logged',
    async () => {
      const run = await newRun();
      write(run, logTenMetrics);
      const began = Date.now();
      expect(await sync(run, address(), 'many points')).toMatchObject({ points: 100_000 });
      console.log(`100,000 points sent in ${((Date.now() - began) / 1000).toFixed(1)} s`);
      const mirror = (await readBack(address(), 'many points'))[run.id] as ReadBack;
      for (const [name, points] of metricHistory(readJournal(journalPath(run)).entries)) {
        expect(await mirror.history(name)).toEqual(
          points.map(({ step, value, time }) => [step, value, time]),
        );
      }
    },
    300_000,
  );

  testIt(
    'finds 200 runs of one experiment again',
    async () => {
      const runs = await Promise.all(Array.from({ length: 200 }, (_, seed) => newRun({ config: { seed } })));
      const syncAll = async (): Promise<void> => {
        const waiting = [...runs];
        const worker = async (): Promise<void> => {
          for (let run = waiting.pop(); run; run = waiting.pop()) await sync(run, address(), 'many runs');
        };
        await Promise.all(Array.from({ length: 8 }, worker));
      };
      await syncAll();
      for (const { folder } of runs) rmSync(join(folder, 'mlflow.json'));
      await syncAll();
      const all = await readBack(address(), 'many runs');
      expect(Object.keys(all).sort()).toEqual(runs.map(({ id }) => id).sort());
      expect(runs.map(({ id }) => all[id]?.params.seed)).toEqual(runs.map((_, i) => String(i)));
    },
    300_000,
  );
});

describe('what a server is asked', () => {
  test('a lost ledger, a damaged one and a second server only cost time', async () => {
    const gates = [await openGate(fakeMlflow()), await openGate(fakeMlflow())];
    const run = await newRun();
    write(run, (journal) => journal.metrics(1, { loss: 1 }));
    for (const { address } of gates) expect(await sync(run, address)).toMatchObject({ points: 1 });
    for (const { address } of gates) expect(await sync(run, address)).toMatchObject({ points: 0 });
    const { servers } = JSON.parse(readFileSync(join(run.folder, 'mlflow.json'), 'utf8'));
    expect(Object.keys(servers)).toEqual(gates.map(({ address }) => address));
  });

  test('a server that keeps artifacts elsewhere gets all but them, and that is said', async () => {
    const gate = await openGate(fakeMlflow('s3://bucket'));
    const run = await newRun();
    write(run, (journal) => journal.metrics(1, { loss: 1 }));
    const { problem, points } = await sync(run, gate.address);
    expect(points).toBe(1);
    expect(problem).toMatch(
      /keeps artifacts at s3:\/\/bucket\/.*; start the server with --artifacts-destination/,
    );
  });

  test('a run without journal and artifacts can be mirrored', async () => {
    const gate = await openGate(fakeMlflow());
    const run = await newRun();
    rmSync(join(run.folder, 'artifacts'), { recursive: true });
    expect(existsSync(journalPath(run))).toBe(false);
    expect(await sync(run, gate.address)).toMatchObject({ status: 'RUNNING', points: 0, artifacts: 1 });
    expect(readdirSync(run.folder).sort()).toEqual(['.staging', 'mlflow.json', 'run.json']);
  });

  test('100,000 points need 101 requests and leave the heap flat', async () => {
    const server = fakeMlflow();
    let requests = 0;
    const heap: number[] = [];
    const gate = await openGate(async (request) => {
      if (!request.url.endsWith('log-batch')) return server(request);
      gate.requests.length = 0;
      requests += 1;
      if (requests % 10 === 0) heap.push(heapUsed());
      return { status: 200, body: '{}' };
    });
    const run = await newRun();
    write(run, logTenMetrics);
    await sync(run, gate.address);
    expect(requests).toBe(101);
    const [first = 0, ...later] = heap;
    expect(Math.max(...later) - first).toBeLessThan(3e6);
  });
});

/** 10,000 steps of ten metrics. */
function logTenMetrics(journal: Journal): void {
  const names = Array.from({ length: 10 }, (_, i) => `train/loss ${i}`);
  for (let step = 1; step <= 10_000; step++) {
    journal.metrics(step, Object.fromEntries(names.map((name, i) => [name, step / (i + 1)])));
  }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
