import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  acquireLease,
  createRun,
  FileStore,
  Journal,
  journalPath,
  markBest,
  type NewRun,
  pinCheckpoint,
  type Run,
  saveCheckpoint,
} from '@fsg/runs';
import { describe, expect, test } from 'vitest';
import { BIN, folderWith, fsg } from './support.ts';

const NOW = Date.UTC(2026, 10, 24, 10, 15, 30);
const record: NewRun = {
  recipe: 'demo-stage1',
  command: ['fsg', 'train', 'demo/stage1'],
  commit: 'a'.repeat(40),
  uncommitted: false,
  versions: { node: '20' },
  machine: { cpu: 'one' },
  config: { stage: 'stage1', optimiser: { rate: 1e-4 } },
  inputs: {},
};

interface Made {
  readonly fields?: Partial<NewRun>;
  /** Steps of checkpoints, 1 MB each. */
  readonly steps?: readonly number[];
  readonly best?: number;
  readonly ending?: string;
}

async function makeRun(cwd: string, { fields, steps = [], best, ending }: Made = {}): Promise<Run> {
  const run = await createRun(join(cwd, 'runs'), { ...record, ...fields }, () => NOW, Math.random);
  const journal = new Journal(journalPath(run), () => NOW);
  journal.event(0, 'start');
  journal.metrics(1, { 'train/loss': 2, 'validation/psnr': 20 });
  journal.metrics(2, { 'train/loss': 1.5, 'validation/psnr': Number.NaN });
  if (ending) journal.event(2, 'end', { ending });
  journal.close();
  const store = new FileStore(run.folder);
  for (const step of steps) {
    await saveCheckpoint(store, step, { a: new Uint8Array(1_000_000) }, { meta: {}, time: NOW });
  }
  if (best !== undefined) await markBest(store, { step: best, metric: 'validation/psnr', value: 20 });
  return run;
}

const checkpoints = (run: Run): number[] =>
  readdirSync(join(run.folder, 'checkpoints'))
    .filter((name) => name.startsWith('step-'))
    .map((name) => Number(name.slice(5)));

describe('list', () => {
  test('filters by recipe and status; an unknown one is answered with the nearest', async () => {
    const cwd = folderWith({});
    const open = await makeRun(cwd);
    const done = await makeRun(cwd, { ending: 'finished' });
    const other = await makeRun(cwd, { ending: 'early', fields: { recipe: 'demo-stage2' } });
    const ids = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await fsg(['runs', 'list', '--json', ...args], { cwd });
      return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id).sort();
    };
    const [all, stage1, finished] = await Promise.all([
      ids(),
      ids('--recipe', 'demo-stage1'),
      ids('--status', 'finished'),
    ]);
    expect(all).toEqual([open.id, done.id, other.id].sort());
    expect(stage1).toEqual([open.id, done.id].sort());
    expect(finished).toEqual([done.id]);
    const [typo, status] = await Promise.all([
      fsg(['runs', 'list', '--recipe', 'demo-stgae2'], { cwd }),
      fsg(['runs', 'list', '--status', 'running'], { cwd }),
    ]);
    expect([typo.code, typo.stderr]).toEqual([
      2,
      `error: no run of demo-stgae2 in ${join(cwd, 'runs')}; nearest: demo-stage2\n`,
    ]);
    expect([status.code, status.stderr]).toEqual([2, expect.stringContaining('new, open, dead, finished')]);
  });

  test('more runs than files may be open are all listed', async () => {
    const cwd = folderWith(
      Object.fromEntries(
        Array.from({ length: 400 }, (_, i) => [
          `runs/r${i}/run.json`,
          JSON.stringify({ format: 1, id: `r${i}`, created: new Date(NOW + i).toISOString(), ...record }),
        ]),
      ),
    );
    const script = 'ulimit -n 128; exec "$0" "$1" runs list --json';
    const stdout = execFileSync('bash', ['-c', script, process.execPath, BIN], { cwd, encoding: 'utf8' });
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(
      Array.from({ length: 400 }, (_, i) => `r${i}`),
    );
  });
});

describe('show --follow', () => {
  function follow(cwd: string, ...args: string[]) {
    const child = spawn(process.execPath, [BIN, 'runs', 'show', 'latest', '--follow', ...args], { cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
    const said = async (text: string): Promise<void> => {
      while (!stdout.includes(text) && child.exitCode === null) await sleep(20);
    };
    return { child, ended, said };
  }

  test('lines for people: what is there, what comes, until the run ends', async () => {
    const cwd = folderWith({});
    const run = await makeRun(cwd);
    const { ended, said } = follow(cwd);
    await said('step 2');
    appendFileSync(journalPath(run), `{"time":${NOW},"step":3,"metrics":{"train/`);
    await sleep(400);
    appendFileSync(
      journalPath(run),
      `loss":1}}\n{"time":${NOW},"step":3,"event":"end","ending":"finished"}\n`,
    );
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, `${run.id}: ${run.folder}\n`]);
    expect(stdout).toBe(
      [
        '2026-11-24 10:15:30  step 0  start',
        '2026-11-24 10:15:30  step 1  train/loss 2  validation/psnr 20',
        '2026-11-24 10:15:30  step 2  train/loss 1.5  validation/psnr NaN',
        '2026-11-24 10:15:30  step 3  train/loss 1',
        '2026-11-24 10:15:30  step 3  end  ending finished',
        '',
      ].join('\n'),
    );
  });

  test('with --json a line each; Ctrl-C ends it with 130', async () => {
    const cwd = folderWith({});
    await makeRun(cwd);
    const { child, ended, said } = follow(cwd, '--json', '--quiet');
    await said('"step":2');
    await sleep(100);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([130, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: NOW, step: 0, event: 'start' },
      { time: NOW, step: 1, metrics: { 'train/loss': 2, 'validation/psnr': 20 } },
      {
        time: NOW,
        step: 2,
        metrics: { 'train/loss': 1.5, 'validation/psnr': null },
        reasons: { 'validation/psnr': 'NaN' },
      },
    ]);
  });
});

describe('compare', () => {
  test('in JSON: what differs, and each metric of both runs', async () => {
    const cwd = folderWith({});
    const a = await makeRun(cwd);
    const b = await makeRun(cwd, {
      fields: { config: { stage: 'stage1', optimiser: { rate: 1e-3 } }, commit: 'b'.repeat(40) },
    });
    const { code, stdout } = await fsg(['runs', 'compare', a.id, b.id, '--json'], { cwd });
    const answer = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      runs: [a.id, b.id],
      config: [{ key: 'optimiser.rate', values: { [a.id]: 1e-4, [b.id]: 1e-3 } }],
      provenance: [{ key: 'commit' }],
      metrics: [
        { name: 'train/loss', better: 'lower' },
        { name: 'validation/psnr', better: 'higher' },
      ],
    });
    const at = (step: number, value: number) => ({ step, value });
    expect(answer.metrics[0].runs[b.id]).toEqual({
      last: at(2, 1.5),
      best: at(2, 1.5),
      min: at(2, 1.5),
      max: at(1, 2),
    });
    expect(answer.metrics[1].runs[b.id]).toEqual({
      last: { step: 2, value: null, reason: 'NaN' },
      best: at(1, 20),
      min: at(1, 20),
      max: at(1, 20),
    });
  });

  test('as tables, one metric; mistakes are named', async () => {
    const cwd = folderWith({});
    const a = await makeRun(cwd);
    const b = await makeRun(cwd);
    const compare = (...args: string[]) => fsg(['runs', 'compare', ...args], { cwd });
    const [table, typo, twice] = await Promise.all([
      compare(a.id, b.id, '--metric', 'train/loss'),
      compare(a.id, b.id, '--metric', 'train/los'),
      compare(a.id, a.id.slice(-4)),
    ]);
    expect(table.stdout).toMatch(/config: no difference\n\nprovenance: no difference\n/);
    expect(table.stdout).toMatch(/train\/loss +lower +2 +1\.5 \(2\) +1\.5 \(2\) +1\.5 \(2\) +2 \(1\)\n$/);
    expect(table.stdout).not.toContain('psnr');
    expect([typo.code, typo.stderr]).toEqual([
      2,
      'error: no metric train/los in these runs; nearest: train/loss\n',
    ]);
    expect([twice.code, twice.stderr]).toEqual([
      2,
      `error: compare takes two different runs or more; found ${a.id}\n`,
    ]);
  });
});

test('pin: the best by default, named steps, and back; an unknown step is answered with the nearest', async () => {
  const cwd = folderWith({});
  const run = await makeRun(cwd, { steps: [10, 20, 30], best: 20 });
  const pin = async (...args: string[]) => {
    const { code, stdout, stderr } = await fsg(['runs', 'pin', run.id, ...args], { cwd });
    return [code, stdout + stderr];
  };
  expect(await pin()).toEqual([0, `${run.id}: pinned at step 20\n`]);
  expect(await pin('10', '29')).toEqual([
    2,
    `error: ${run.id} has no complete checkpoint at step 29; nearest: 30; all: 10, 20, 30\n`,
  ]);
  expect(await pin('10', '30')).toEqual([0, `${run.id}: pinned at step 10, 20, 30\n`]);
  expect(await pin('20', '10', '--unpin')).toEqual([0, `${run.id}: pinned at step 30\n`]);
  expect(await pin('10', '--unpin')).toEqual([
    2,
    `error: ${run.id} has nothing pinned at step 10; nearest: 30; all: 30\n`,
  ]);
  expect(await pin('30', '--unpin')).toEqual([0, `${run.id}: nothing is pinned\n`]);
});

describe('prune', () => {
  test('keeps newest, best, pinned, multiples and what other runs were built on', async () => {
    const cwd = folderWith({});
    const run = await makeRun(cwd, { steps: [1, 2, 3, 4, 5, 6, 7], best: 2, ending: 'finished' });
    await pinCheckpoint(new FileStore(run.folder), 3);
    await makeRun(cwd, { fields: { config: { structure: `${run.id}@4` } } });
    const dry = await fsg(['runs', 'prune', run.id, '--dry-run', '--json'], { cwd });
    const answer = [{ run: run.id, removed: [1, 5, 6], bytes: 3_000_000, kept: [2, 3, 4, 7] }];
    expect(JSON.parse(dry.stdout)).toEqual(answer);
    expect(checkpoints(run)).toHaveLength(7);
    const fifth = await fsg(['runs', 'prune', run.id, '--every', '5', '--keep', '2'], { cwd });
    expect(fifth.stdout).toBe(`${run.id}: removed step 1 (1.0 MB); kept step 2, 3, 4, 5, 6, 7\n`);
    expect(checkpoints(run)).toEqual([2, 3, 4, 5, 6, 7]);
    await fsg(['runs', 'prune', run.id], { cwd });
    expect(checkpoints(run)).toEqual([2, 3, 4, 7]);
  });

  test('a run that is being written is refused, one whose newest is damaged too, and with it all that are named', async () => {
    const cwd = folderWith({});
    const done = await makeRun(cwd, { steps: [1, 2], ending: 'finished' });
    const open = await makeRun(cwd, { steps: [1, 2] });
    const lease = await acquireLease(new FileStore(open.folder), { renewEvery: 200 });
    const refused = await fsg(['runs', 'prune', done.id, open.id], { cwd });
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain(`${open.folder} is being written by process ${process.pid}`);
    expect(checkpoints(done)).toEqual([1, 2]);
    const listed = JSON.parse((await fsg(['runs', 'list', '--json'], { cwd })).stdout);
    expect(listed.map(({ status }: { status: string }) => status).sort()).toEqual(['finished', 'open']);
    await lease.release();
    const later = JSON.parse((await fsg(['runs', 'list', '--json'], { cwd })).stdout);
    expect(later.map(({ status }: { status: string }) => status).sort()).toEqual(['dead', 'finished']);
    const newest = join(open.folder, 'checkpoints/step-00000002/a');
    truncateSync(newest, 10);
    const damaged = await fsg(['runs', 'prune', done.id, open.id], { cwd });
    expect(damaged.stderr).toContain(
      `${open.id}: files of its newest checkpoint, step 2, are missing or cut`,
    );
    expect([checkpoints(done), checkpoints(open)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    truncateSync(newest, 1_000_000);
    await fsg(['runs', 'prune', done.id, open.id], { cwd });
    expect([checkpoints(done), checkpoints(open)]).toEqual([[2], [2]]);
  });
});

test('export: a folder that verifies, its config a recipe’s YAML; never over something that is there', async () => {
  const cwd = folderWith({});
  const run = await makeRun(cwd, { steps: [1, 2], best: 1, ending: 'finished' });
  const args = ['runs', 'export', 'latest', '-o', 'out', '--json'];
  const { code, stdout } = await fsg(args, { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ run: run.id, folder: join(cwd, 'out'), step: 1 });
  expect(readFileSync(join(cwd, 'out/config.yaml'), 'utf8')).toBe(
    'stage: stage1\noptimiser:\n  rate: 0.0001\n',
  );
  expect(existsSync(join(cwd, 'out/checkpoints/step-00000001/manifest.json'))).toBe(true);
  execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: join(cwd, 'out') });
  const again = await fsg(args, { cwd });
  expect([again.code, again.stdout, again.stderr]).toEqual([
    1,
    '',
    `error: ${join(cwd, 'out')} exists already; choose another name or remove it\n`,
  ]);
  const shown = await fsg(['runs', 'show', 'out', '--runs', cwd, '--json'], { cwd });
  expect(JSON.parse(shown.stdout)).toMatchObject({
    id: run.id,
    status: 'finished',
    checkpoints: [{ step: 1 }],
    best: { step: 1 },
  });
});
