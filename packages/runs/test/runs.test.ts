import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkInputs,
  createRun,
  findRun,
  Journal,
  journalPath,
  listRuns,
  mapSome,
  type NewRun,
  openRun,
  runId,
  summarise,
  writeArtifact,
} from '../src/index.ts';
import { failure, noneDamaged, scratch } from './support.ts';

const NOW = Date.UTC(2026, 10, 24, 10, 15, 30, 123);
const fields: NewRun = {
  recipe: 'stage2-demo',
  command: ['fsg', 'train', 'recipes/demo/stage2.yaml'],
  commit: 'a'.repeat(40),
  uncommitted: false,
  versions: { fsg: '0.1.0' },
  machine: { cores: 2 },
  config: { stage: 'stage2', optimiser: { rate: 1e-4 } },
  inputs: { vae: { from: 'runs/x', sha256: 'b'.repeat(64) } },
};

/** Numbers in [0, 1) that repeat after `values`. */
function cycling(...values: number[]): () => number {
  let i = 0;
  return () => values[i++ % values.length] as number;
}

const create = (root: string, recipe: string, second = 0) =>
  createRun(root, { ...fields, recipe }, () => NOW + second * 1000, Math.random);

test('an id is time, recipe and four letters', () => {
  expect(runId('stage2-demo', NOW, cycling(0.4, 0.999, 0, 0.5))).toBe('20261124-101530-stage2-demo-kzan');
  expect(runId('../My Récipe/v2.yaml', NOW, cycling(0))).toBe('20261124-101530-my-r-cipe-v2-yaml-aaaa');
});

test('a run’s folder holds the frozen record, which reads back', async () => {
  const root = join(scratch(), 'deep/runs');
  const run = await createRun(root, fields, () => NOW, Math.random);
  expect(run.id).toMatch(/^20261124-101530-stage2-demo-[a-z]{4}$/);
  expect(readdirSync(root)).toEqual([run.id]);
  expect(readdirSync(run.folder).sort()).toEqual(['artifacts', 'run.json']);
  expect(JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8'))).toEqual({
    format: 1,
    id: run.id,
    created: '2026-11-24T10:15:30.123Z',
    ...fields,
  });
  expect(await openRun(run.folder)).toEqual(run);
});

test.runIf(existsSync('/proc'))('a folder that no one can make is refused at once, root or not', async () => {
  const { message } = await failure(createRun('/proc/fsg/runs', fields, () => NOW, Math.random));
  expect(message).toMatch(/cannot make a run in \/proc\/fsg\/runs/);
});

test('a taken name is never used again', async () => {
  const root = scratch();
  const letters = [0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5];
  const random = cycling(...letters);
  const first = await createRun(root, fields, () => NOW, random);
  writeFileSync(join(first.folder, 'mark'), '');
  const second = await createRun(root, fields, () => NOW, random);
  expect([first.id.slice(-4), second.id.slice(-4)]).toEqual(['aaaa', 'nnnn']);
  expect(readdirSync(first.folder)).toContain('mark');
  const stuck = await failure(createRun(root, fields, () => NOW, cycling(0)));
  expect(stuck.message).toMatch(/names were all taken/);
  expect(readdirSync(root).sort()).toEqual([first.id, second.id]);
});

test('runs made at once in one second stand apart', async () => {
  const root = scratch();
  const runs = await Promise.all(Array.from({ length: 20 }, () => create(root, 'x')));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(20);
  expect(await listRuns(root, noneDamaged)).toHaveLength(20);
});

test('a run is found by id, beginning, letters or as the latest', async () => {
  const root = scratch();
  const old = await create(root, 'stage1-demo');
  const young = await create(root, 'stage2-demo', 5);
  expect((await listRuns(root, noneDamaged)).map(({ id }) => id)).toEqual([old.id, young.id]);
  for (const wanted of [young.id, young.id.slice(0, 20), young.id.slice(-4), 'latest']) {
    expect((await findRun(root, wanted)).id).toBe(young.id);
  }
  expect(await failure(findRun(root, '20261124'))).toMatchObject({
    name: 'UserError',
    exitCode: 2,
    message: `20261124 means 2 runs in ${root}: ${old.id}, ${young.id}`,
  });
});

test('an unknown run is answered with the nearest', async () => {
  const root = scratch();
  expect((await failure(findRun(root, 'latest'))).message).toBe(
    `${root} holds no run yet; fsg train RECIPE makes one`,
  );
  expect((await failure(findRun(root, 'x'))).message).toBe(`no run x: ${root} holds no run`);
  for (const recipe of ['alpha', 'gamma', 'epsilon-large', 'beta']) await create(root, recipe);
  const { message } = await failure(findRun(root, 'epsilon-lrage'));
  expect(message).toMatch(
    /^no run epsilon-lrage in .*; nearest: 20261124-101530-epsilon-large-\w{4}, .* and 1 more; or latest$/,
  );
  for (const wanted of ['..', '../..', '.', '/etc']) {
    expect((await failure(findRun(root, wanted))).message).toContain(`no run ${wanted}`);
  }
});

test('a folder that is no run is passed over in a list and said when opened', async () => {
  const root = scratch();
  const run = await create(root, 'x');
  mkdirSync(join(root, 'other'));
  mkdirSync(join(root, 'broken'));
  writeFileSync(join(root, 'broken/run.json'), '{"format": 1, "id": 7}');
  const problems: string[] = [];
  const runs = await listRuns(root, (problem) => problems.push(problem.message));
  expect(runs.map(({ id }) => id)).toEqual([run.id]);
  expect(problems.sort()).toEqual([
    expect.stringMatching(/broken\/run\.json is damaged: id: /),
    `${join(root, 'other')} is no run: it has no run.json`,
  ]);
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is said in one line', async () => {
  const root = scratch();
  chmodSync(root, 0o555);
  expect((await failure(create(root, 'x'))).message).toBe(
    `cannot make a run in ${root}: no permission; change the permissions or choose another place (EACCES)`,
  );
});

test('other inputs than those of the start are refused', async () => {
  const run = await create(scratch(), 'x');
  const same = { from: 'elsewhere', sha256: 'b'.repeat(64) };
  checkInputs(run, { vae: same, unknown: same });
  const other = { from: 'runs/y', sha256: 'c'.repeat(64) };
  expect(() => checkInputs(run, { vae: other })).toThrow(
    `${run.id} was started with the vae of SHA-256 ${'b'.repeat(64)} (runs/x), but runs/y has SHA-256 ${'c'.repeat(64)}`,
  );
  expect(() => checkInputs(run, {})).toThrow(/but it is missing; put it back or start a new run/);
});

test('a summary tells how a run stands from its journal’s end', async () => {
  const run = await create(scratch(), 'x');
  const status = async () => (await summarise(run)).status;
  expect(await summarise(run)).toEqual({
    id: run.id,
    recipe: 'x',
    created: '2026-11-24T10:15:30.123Z',
    status: 'new',
    step: null,
    updated: null,
  });
  const journal = new Journal(journalPath(run), () => NOW + 60_000);
  journal.event(0, 'start');
  for (let step = 1; step <= 3000; step++) journal.metrics(step, { 'train/loss': 1 / step });
  expect(await summarise(run)).toMatchObject({
    status: 'open',
    step: 3000,
    updated: '2026-11-24T10:16:30.123Z',
  });
  journal.event(3000, 'end', { ending: 'stopped' });
  expect(await status()).toBe('stopped');
  journal.event(3000, 'resume');
  expect(await status()).toBe('open');
  journal.event(3001, 'end', { ending: 'finished' });
  journal.event(3001, 'evaluation');
  expect(await status()).toBe('finished');
  journal.event(3001, 'end', { ending: 'out of memory' });
  expect(await status()).toBe('failed');
  journal.close();
});

test('a thousand runs are listed and summarised within a second of processor time', async () => {
  const root = scratch();
  const measured = JSON.stringify({ train: 1 / 3, loss: 2 / 3, 'validation/psnr': 20.123456789 });
  const journal = [
    ...Array.from({ length: 500 }, (_, i) => `{"time":1,"step":${i},"metrics":${measured}}`),
    '{"time":1,"step":500,"event":"end","ending":"finished"}',
  ];
  for (let i = 0; i < 1000; i++) {
    const folder = join(root, runId('stage1-demo', NOW + i * 1000, Math.random));
    mkdirSync(folder);
    const id = folder.slice(root.length + 1);
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({ format: 1, id, created: new Date(NOW + i * 1000), ...fields }),
    );
    // Every second one has no end.
    writeFileSync(join(folder, 'journal.jsonl'), `${journal.slice(0, 500 + (i % 2)).join('\n')}\n`);
  }
  const start = process.cpuUsage();
  const runs = await listRuns(root, noneDamaged);
  const summaries = await mapSome(runs, summarise);
  const { user, system } = process.cpuUsage(start);
  for (const status of ['open', 'finished']) {
    expect(summaries.filter((summary) => summary.status === status)).toHaveLength(500);
  }
  expect((user + system) / 1e6).toBeLessThan(1);
});

test('an artifact replaces the one of its name whole, and nothing is left beside it', async () => {
  const run = await create(scratch(), 'artifacts');
  await writeArtifact(run, 'samples/step-00000020.png', new Uint8Array([1, 2, 3]));
  await writeArtifact(run, 'table.json', '{"a": 1}\n');
  await writeArtifact(run, 'table.json', '{}\n');
  const folder = join(run.folder, 'artifacts');
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
    'samples',
    'samples/step-00000020.png',
    'table.json',
  ]);
  expect(readFileSync(join(folder, 'table.json'), 'utf8')).toBe('{}\n');
});
