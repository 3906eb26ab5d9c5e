import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRun, FileStore, Journal, journalPath, markBest, saveCheckpoint } from '@fsg/runs';
import { describe, expect, test } from 'vitest';
import { BIN, folderWith, fsg } from './support.ts';

/** A finished run with a metric that is no number, two checkpoints and, beside it, a folder that is no run. */
async function someRuns() {
  const cwd = folderWith({ 'runs/other/x': '' });
  const now = Date.UTC(2026, 10, 24, 10, 15, 30);
  const fields = {
    recipe: 'demo-stage1',
    command: ['fsg', 'train', 'demo/stage1'],
    commit: null,
    uncommitted: null,
    versions: {},
    machine: {},
    config: { stage: 'stage1', sizes: [1, 2] },
    inputs: {},
  };
  const run = await createRun(join(cwd, 'runs'), fields, () => now, Math.random);
  const journal = new Journal(journalPath(run), () => now + 1000);
  journal.metrics(7, { 'train/loss': 1.25, 'train/bad': Number.NaN });
  journal.event(7, 'end', { ending: 'finished' });
  journal.close();
  const store = new FileStore(run.folder);
  for (const step of [5, 7]) {
    await saveCheckpoint(store, step, { a: new Uint8Array(1_500_000) }, { meta: {}, time: now });
  }
  await markBest(store, { step: 5, metric: 'validation/psnr', value: 20.5 });
  return { cwd, run };
}

describe('runs', () => {
  test('list: JSON on stdout and nothing else there, what is no run on stderr', async () => {
    const { cwd, run } = await someRuns();
    const { code, stdout, stderr } = await fsg(['runs', 'list', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        id: run.id,
        recipe: 'demo-stage1',
        created: '2026-11-24T10:15:30.000Z',
        status: 'finished',
        step: 7,
        updated: '2026-11-24T10:15:31.000Z',
        best: { step: 5, metric: 'validation/psnr', value: 20.5 },
      },
    ]);
    expect(stderr).toMatch(/^warning: .*\/runs\/other is no run: it has no run\.json\n$/);
  });

  test('list and show for people', async () => {
    const { cwd, run } = await someRuns();
    const list = await fsg(['runs', 'list'], { cwd });
    expect(list.stdout).toContain(
      `${run.id}  finished  7     2026-11-24 10:15:31  step 5: validation/psnr 20.5\n`,
    );
    const show = await fsg(['runs', 'show', 'latest'], { cwd });
    expect(show.code).toBe(0);
    expect(show.stdout).toContain(`${run.id}: finished at step 7`);
    expect(show.stdout).toContain('best     step 5: validation/psnr 20.5');
    expect(show.stdout).toMatch(/train\/loss\s+7\s+1\.25\n/);
    expect(show.stdout).toMatch(/train\/bad\s+7\s+NaN\n/);
    expect(show.stdout).toMatch(/7\s+1\.5 MB\s+2026-11-24T10:15:30\.000Z\n/);
    expect(show.stdout).toContain('  sizes: [ 1, 2 ]');
  });

  test('show in JSON: what is no number is null with a reason', async () => {
    const { cwd, run } = await someRuns();
    const { stdout, stderr } = await fsg(['runs', 'show', run.id.slice(-4), '--json'], { cwd });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      id: run.id,
      folder: run.folder,
      record: { config: { stage: 'stage1' } },
      metrics: {
        'train/loss': { step: 7, value: 1.25 },
        'train/bad': { step: 7, value: null, reason: 'NaN' },
      },
      checkpoints: [
        { step: 5, bytes: 1_500_000, pinned: false },
        { step: 7, bytes: 1_500_000, pinned: false },
      ],
      best: { step: 5, metric: 'validation/psnr', value: 20.5 },
    });
  });

  test('the folder comes from --runs or FSG_RUNS', async () => {
    const { cwd } = await someRuns();
    const { stdout } = await fsg(['runs', 'list', '--json', '--runs', join(cwd, 'runs')]);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });

  test('a reader that has seen enough is no error', async () => {
    const { cwd } = await someRuns();
    const folder = join(cwd, 'runs');
    const [id] = readdirSync(folder).filter((name) => name !== 'other') as [string];
    const record = readFileSync(join(folder, id, 'run.json'), 'utf8');
    for (let i = 0; i < 3000; i++) {
      const other = `${id.slice(0, -4)}${String(i).padStart(4, '0')}`;
      mkdirSync(join(folder, other));
      writeFileSync(join(folder, other, 'run.json'), record.replace(id, other));
    }
    const pipe = spawn(
      'bash',
      ['-c', 'set -o pipefail; "$0" "$1" runs list | head -1', process.execPath, BIN],
      { cwd },
    );
    let stderr = '';
    pipe.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(pipe, 'close');
    expect([code, stderr.replace(/^warning: .*\n/, '')]).toEqual([0, '']);
  });
});

describe('train', () => {
  const recipe =
    'stage: stage1\ndata: { source: { kind: synthetic, identities: 40 } }\nbatch: 4\nepochs: 2\n';

  test('--print-config gives the recipe as resolved and makes no run', async () => {
    const cwd = folderWith({ 'a.yaml': recipe });
    const { code, stdout, stderr } = await fsg(['train', 'a.yaml', 'seed=5', '--print-config', '--json'], {
      cwd,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      stage: 'stage1',
      seed: 5,
      optimiser: { rate: 1e-4, beta1: 0.5 },
      data: { source: { kind: 'synthetic', identities: 40, imagesPerIdentity: 4 } },
    });
    expect(readdirSync(cwd)).toEqual(['a.yaml']);
  });

  test('a batch that memory does not hold is refused, with one that fits, and makes no run', async () => {
    const cwd = folderWith({ 'a.yaml': recipe });
    const { code, stderr } = await fsg(['train', 'a.yaml', 'batch=1000000', 'model.dim=32'], { cwd });
    expect(stderr).toMatch(
      /error: batch: 1000000 needs about \d+ GB of memory a step, .*; a batch of \d+ would fit\n/,
    );
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['a.yaml']);
  });

  test('--dry-run tells what would be trained and makes no run', async () => {
    const cwd = folderWith({ 'a.yaml': recipe });
    const { code, stdout } = await fsg(['train', 'a.yaml', '--dry-run', '--json'], { cwd });
    expect(code).toBe(0);
    const plan = JSON.parse(stdout);
    expect(plan.synthetic).toBe(true);
    expect(plan.steps).toBe(2 * Math.floor(plan.trainingFaces / 4));
    expect(readdirSync(cwd)).toEqual(['a.yaml']);
  });

  test('a resumed run takes a few overrides only, and no recipe', async () => {
    const { cwd, run } = await someRuns();
    const other = await fsg(['train', '--resume', 'latest', 'epochs=3', 'model.dim=64'], { cwd });
    expect([other.code, other.stderr]).toEqual([
      2,
      'error: model.dim=64: a run goes on with the model it has; it may change epochs, logEvery, validation, samples, ' +
        `checkpoints, store, tracker; a new run can begin with its weights: init=${run.id}\n`,
    ]);
    const recipeToo = await fsg(['train', '--resume', 'latest', 'a.yaml'], { cwd });
    expect([recipeToo.code, recipeToo.stderr]).toEqual([
      2,
      `error: --resume takes the recipe from ${run.id}: leave a.yaml out\n`,
    ]);
  });
});

describe('synth', () => {
  const recipe = 'stage: synth\ndata: { source: { kind: synthetic, identities: 10 } }\n';

  test('stdout is the content of dataset.json, and the folder is never overwritten', async () => {
    const cwd = folderWith({ 'a.yaml': recipe });
    const args = ['synth', 'a.yaml', 'count=3', '-o', 'set', '--workers', '2', '--json'];
    const { code, stdout } = await fsg(args, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ count: 3, synthetic: true });
    expect(JSON.parse(readFileSync(join(cwd, 'set/dataset.json'), 'utf8'))).toEqual(JSON.parse(stdout));
    const again = await fsg(args, { cwd });
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/^error: .*\/set: exists already/m);
  });

  test('Ctrl-C stops it with 130 and says how to go on', async () => {
    const cwd = folderWith({ 'a.yaml': recipe });
    const child = spawn(process.execPath, [BIN, 'synth', 'a.yaml', 'count=100000', '-o', 'set'], { cwd });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    while (readdirSync(cwd).length === 1 && child.exitCode === null) await sleep(50);
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr).toContain('Ctrl-C: saving what there is and stopping; again to stop at once');
    expect(stderr).not.toContain('error:');
    expect(stderr).toContain('set.partial holds what was made; the same command goes on with it');
    expect(readdirSync(cwd)).toEqual(['a.yaml', 'set.partial']);
  });
});

test('doctor answers in the form that scripts rely on', async () => {
  const { code, stdout } = await fsg(['doctor', '--json']);
  const answer = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(['tensorflow', 'wasm']).toContain(answer.backend);
  expect(answer).toMatchObject({
    device: expect.any(String),
    threads: expect.any(Number),
    precision: expect.any(String),
    findings: expect.arrayContaining([{ level: expect.any(String), what: expect.any(String), fix: null }]),
  });
  expect(answer.tensorflowVersion === null).toBe(answer.backend === 'wasm');
});

describe('models', () => {
  test('full size of stage I, as a table and in JSON', async () => {
    const cwd = folderWith({ 'a.yaml': 'stage: stage1\ndata: {}\nbatch: 1\nepochs: 1\n' });
    const [json, text] = await Promise.all([
      fsg(['models', 'a.yaml', '--json'], { cwd }),
      fsg(['models', 'a.yaml'], { cwd }),
    ]);
    // The count of the reference implementation of the structure VAE.
    expect(JSON.parse(json.stdout).networks[0]).toMatchObject({ name: 'vae', parameters: 4_976_969 });
    expect(text.stdout).toContain('4,976,969');
  });
});
