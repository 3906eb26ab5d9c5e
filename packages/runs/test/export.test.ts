import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  bestCheckpoint,
  createRun,
  exportRun,
  FileStore,
  Journal,
  journalPath,
  markBest,
  openRun,
  type Run,
  readCheckpoint,
  saveCheckpoint,
  writeArtifact,
} from '../src/index.ts';
import { bytes, failure, scratch } from './support.ts';

const never = new AbortController().signal;

async function someRun(): Promise<{ root: string; run: Run; store: FileStore }> {
  const root = scratch();
  const fields = { recipe: 'x', command: [], commit: null, uncommitted: null, versions: {}, machine: {} };
  const run = await createRun(
    join(root, 'runs'),
    { ...fields, config: {}, inputs: {} },
    () => 0,
    Math.random,
  );
  const journal = new Journal(journalPath(run), () => 86_400_000);
  journal.metrics(2, { loss: 0.5, 'a "b", c': Number.NaN });
  journal.metrics(1, { loss: 1 / 3 });
  journal.metrics(2, { psnr: Number.POSITIVE_INFINITY });
  journal.close();
  appendFileSync(journalPath(run), '{"time":1,"ste');
  await writeArtifact(run, 'samples/step 1.png', 'picture');
  const store = new FileStore(run.folder);
  for (const step of [1, 2, 3]) {
    await saveCheckpoint(store, step, { 'vae.safetensors': bytes(`${step}`) }, { meta: {}, time: 1 });
  }
  await markBest(store, { step: 2, metric: 'psnr', value: 20 });
  return { root, run, store };
}

test('what is exported verifies with sha256sum and is a run again', async () => {
  const { root, run, store } = await someRun();
  const target = join(root, 'deep/out');
  const exported = await exportRun(run, store, target, { 'config.yaml': 'seed: 1\n' }, never);
  const all = readdirSync(target, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.map((file) => file.slice(target.length + 1)).sort()).toEqual([
    'SHA256SUMS',
    'artifacts/samples/step 1.png',
    'checkpoints/best.json',
    'checkpoints/latest.json',
    'checkpoints/step-00000002/manifest.json',
    'checkpoints/step-00000002/vae.safetensors',
    'config.yaml',
    'journal.csv',
    'journal.jsonl',
    'run.json',
  ]);
  expect([exported.step, exported.files.length]).toEqual([2, 10]);
  const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: target, encoding: 'utf8' });
  expect(checked.match(/: OK$/gm)).toHaveLength(9);
  expect(readFileSync(join(target, 'journal.csv'), 'utf8')).toBe(
    'step,time,loss,"a ""b"", c",psnr\n' +
      '1,1970-01-02T00:00:00.000Z,0.3333333333333333,,\n' +
      '2,1970-01-02T00:00:00.000Z,0.5,NaN,Infinity\n',
  );
  expect((await openRun(target)).record).toEqual(run.record);
  const copy = new FileStore(target);
  expect((await readCheckpoint(copy, (await bestCheckpoint(copy))?.step as number)).files).toEqual({
    'vae.safetensors': bytes('2'),
  });
});

test('a run with nothing but its record is exported too', async () => {
  const root = scratch();
  const fields = { recipe: 'x', command: [], commit: null, uncommitted: null, versions: {}, machine: {} };
  const run = await createRun(root, { ...fields, config: {}, inputs: {} }, () => 0, Math.random);
  const target = join(root, 'out');
  expect(await exportRun(run, new FileStore(run.folder), target, {}, never)).toMatchObject({ step: null });
  expect(readFileSync(join(target, 'journal.csv'), 'utf8')).toBe('step,time\n');
});

test('an existing target is refused and left alone', async () => {
  const { root, run, store } = await someRun();
  const folder = join(root, 'folder');
  mkdirSync(folder);
  const file = join(root, 'file');
  writeFileSync(file, 'mine');
  for (const target of [folder, file]) {
    expect((await failure(exportRun(run, store, target, {}, never))).message).toBe(
      `${target} exists already; choose another name or remove it`,
    );
  }
  expect([readdirSync(folder), readFileSync(file, 'utf8')]).toEqual([[], 'mine']);
});

test('a damaged best checkpoint or a stop leaves nothing behind', async () => {
  const { root, run, store } = await someRun();
  const stop = new AbortController();
  stop.abort();
  const target = join(root, 'out');
  expect((await failure(exportRun(run, store, target, {}, stop.signal))).name).toBe('AbortError');
  await store.put('checkpoints/step-00000002/vae.safetensors', bytes('x'));
  expect((await failure(exportRun(run, store, target, {}, never))).message).toMatch(
    /vae\.safetensors is damaged: SHA-256/,
  );
  expect(existsSync(target)).toBe(false);
  expect(readdirSync(root)).toEqual(['runs']);
});
