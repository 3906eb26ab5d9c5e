import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackTar } from 'modern-tar';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { openFaces } from '../src/faces/open-faces.ts';
import { openLoader } from '../src/loader/loader.ts';
import { type DatasetInfo, readDataset } from '../src/store/format.ts';
import { synthesise } from '../src/store/synthesise.ts';

/** Six faces; the last samples are the first faces again. */
const COUNT = 9;
const config = DataConfig.parse({
  source: { kind: 'synthetic', seed: 2, identities: 3, imagesPerIdentity: 2 },
  split: { validation: 0, test: 0 },
  seed: 5,
});

let folder: string;
let root: string;
let info: DatasetInfo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-synth-'));
  root = join(folder, 'set');
  info = await synthesise(config, { count: COUNT, out: root, workers: 2 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Members of all samples by name, read by the tar library alone. */
async function members(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { file } of info.shards) {
    for (const { header, data } of await unpackTar(await readFile(join(root, file)))) {
      files.set(header.name, data ?? new Uint8Array());
    }
  }
  return files;
}

test('the content hash is that of the decoded pixels and the rows, in order', async () => {
  const files = await members();
  const hash = createHash('sha256');
  const lines = (await readFile(join(root, 'manifest.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.length).toBe(COUNT);
  for (const line of lines) {
    const { files: places, ...row } = JSON.parse(line);
    for (const [member, channels] of [
      ['clean', 3],
      ['occluded', 3],
      ['mask', 1],
    ] as const) {
      const png = files.get(`${row.key}.${member}.png`) as Uint8Array;
      expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 128, height: 128, channels });
      // Left to itself sharp gives grey as three channels.
      const pixels = await sharp(png)
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer();
      expect(pixels.length).toBe(128 * 128 * channels);
      expect(createHash('sha256').update(pixels).digest('hex')).toBe(row.sha256[member]);
      hash.update(pixels);
    }
    hash.update(`${JSON.stringify(row)}\n`);
    const { mesh, ...described } = JSON.parse(new TextDecoder().decode(files.get(`${row.key}.json`)));
    expect(described).toEqual(row);
    const numbers = new Uint8Array(Int16Array.from(mesh).buffer);
    expect(createHash('sha256').update(numbers).digest('hex')).toBe(row.sha256.mesh);
    const shard = await readFile(join(root, places.shard));
    const [start, length] = places['clean.png'];
    expect(shard.subarray(start, start + length)).toEqual(
      Buffer.from(files.get(`${row.key}.clean.png`) as Uint8Array),
    );
  }
  expect(hash.digest('hex')).toBe(info.contentHash);
});

test('dataset.json is what was given back; shards have the size and hash that it says', async () => {
  expect(JSON.parse(await readFile(join(root, 'dataset.json'), 'utf8'))).toEqual(info);
  expect(info).toMatchObject({
    format: 1,
    synthetic: true,
    count: COUNT,
    identities: 3,
    seed: 5,
    width: 128,
  });
  expect(info.splits).toEqual({ train: COUNT, validation: 0, test: 0 });
  for (const { file, bytes, sha256 } of info.shards) {
    const content = await readFile(join(root, file));
    expect(content.length).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  }
});

test('one worker writes the same files as two', async () => {
  const other = join(folder, 'other');
  const again = await synthesise(config, { count: COUNT, out: other, workers: 1 });
  expect(again).toEqual(info);
  for (const name of await readdir(root)) {
    expect(Buffer.compare(await readFile(join(root, name)), await readFile(join(other, name)))).toBe(0);
  }
});

test('epoch 0 on the fly is the stored set, pixel by pixel; epoch 1 its second pass', async () => {
  const data = await openData(config);
  const faces = await openFaces(data, { split: 'train', workers: 2, cache: join(folder, 'cache') });
  const loader = openLoader(config, faces, { batch: 6, seed: 0 });
  const { rows } = await readDataset(root);
  const files = await members();
  for (const epoch of [0, 1]) {
    const batch = await loader.batch({ epoch, index: 0 });
    for (const row of rows.slice(6 * epoch, 6 * epoch + 6)) {
      const n = batch.keys.indexOf(row.face);
      expect(batch.occluders[n]).toBe(row.occluder);
      const stored = await sharp(files.get(`${row.key}.occluded.png`))
        .raw()
        .toBuffer();
      const differing = stored.findIndex(
        (value, i) => Math.fround(value / 127.5 - 1) !== batch.occluded[n * 49152 + i],
      );
      expect(differing).toBe(-1);
    }
  }
  await loader.close();
});

test('a stored set is a source of the faces it was made of', async () => {
  const original = await openData(config);
  const stored = await openData({ ...config, source: { kind: 'stored', root, occlusions: 'new' } });
  expect(stored.source.faces.map(({ key, identity }) => ({ key, identity }))).toEqual(original.source.faces);
  expect([stored.source.name, stored.source.synthetic]).toEqual([original.source.name, true]);
  const [a, b] = [await original.source.load(3), await stored.source.load(3)];
  expect(Buffer.compare(b.image.data, a.image.data)).toBe(0);
  expect(b.landmarks).toEqual(a.landmarks);
  expect(b.mesh).toEqual(a.mesh);
});

test('occluded anew, a stored set keeps its clean pictures', async () => {
  const out = join(folder, 'anew');
  const stored = { ...config, seed: 6, source: { kind: 'stored', root, occlusions: 'new' } as const };
  await synthesise(stored, { count: 3, out, workers: 1 });
  const [before, after] = [await readDataset(root), await readDataset(out)];
  after.rows.forEach(({ sha256 }, i) => {
    expect(sha256.clean).toBe(before.rows[i]?.sha256.clean);
    expect(sha256.occluded).not.toBe(sha256.clean);
  });
});

test('a stored set is a source of its pairs', async () => {
  const stored = await openData({ ...config, source: { kind: 'stored', root, occlusions: 'stored' } });
  const { rows } = await readDataset(root);
  expect(stored.source.faces.map(({ key }) => key)).toEqual(rows.map(({ key }) => key));
  const files = await members();
  const at = rows.length - 1;
  const { occlusion, occluder } = await stored.source.load(at);
  const row = rows[at] as (typeof rows)[number];
  expect(occluder).toBe(row.occluder);
  const pixels = await sharp(files.get(`${row.key}.occluded.png`))
    .raw()
    .toBuffer();
  expect(Buffer.compare(pixels, Buffer.from(occlusion?.occluded.data ?? []))).toBe(0);
  const covered = occlusion?.mask.reduce((sum, value) => sum + value, 0);
  expect(covered).toBeGreaterThan(0);
  // Training reads the same: composed of the pair in place of an occluder drawn anew.
  const faces = await openFaces(stored, { split: 'train', workers: 0, cache: join(folder, 'pairs') });
  const loader = openLoader(stored.config, faces, { batch: COUNT, seed: 0 });
  const batch = await loader.batch({ epoch: 3, index: 0 });
  const n = batch.keys.indexOf(row.key);
  expect(batch.mask.subarray(n * 16384, (n + 1) * 16384).reduce((sum, value) => sum + value, 0)).toBe(
    covered,
  );
  await loader.close();
});

test('what was drawn and done is written down; read back or made anew, pairs are the same outside the mask too', async () => {
  const degrade = { motionBlur: { length: [3, 6] }, noise: { sigma: [4, 8] }, jpeg: { quality: [40, 80] } };
  const worse = DataConfig.parse({ ...config, degrade: { ...degrade, on: 'input' } });
  const out = join(folder, 'worse');
  const made = await synthesise(worse, { count: 6, out, workers: 2 });
  expect(made.inputs).toEqual({});
  const { rows } = await readDataset(out);
  const plain = await readDataset(root);
  rows.forEach((row, i) => {
    expect(row.blend).toEqual(plain.rows[i]?.blend);
    expect(row.blend).not.toBeNull();
    expect(plain.rows[i]?.degrade).toBeNull();
    expect(row.degrade).toMatchObject({ on: 'input', noise: expect.any(Number), jpeg: expect.any(Number) });
    expect([row.sha256.clean, row.sha256.mask]).toEqual([
      plain.rows[i]?.sha256.clean,
      plain.rows[i]?.sha256.mask,
    ]);
    expect(row.sha256.occluded).not.toBe(plain.rows[i]?.sha256.occluded);
  });
  const stored = DataConfig.parse({
    source: { kind: 'stored', root: out, occlusions: 'stored' },
    split: { validation: 0, test: 0 },
  });
  const again = await synthesise(stored, { count: 6, out: join(folder, 'again'), workers: 1 });
  expect(again.contentHash).toBe(made.contentHash);
  for (const from of [worse, stored]) {
    const opened = await openData(from);
    const faces = await openFaces(opened, { split: 'train', workers: 0, cache: join(folder, 'worse-cache') });
    const loader = openLoader(from, faces, { batch: 6, seed: 0 });
    const { keys, occluded } = await loader.batch({ epoch: 0, index: 0 });
    for (const row of rows) {
      const n = keys.indexOf(row.key);
      const pixels = occluded
        .slice(n * 49152, (n + 1) * 49152)
        .map((value) => Math.round((value + 1) * 127.5));
      expect(createHash('sha256').update(Uint8Array.from(pixels)).digest('hex')).toBe(row.sha256.occluded);
    }
    await loader.close();
  }
});

test('a damaged picture is named', async () => {
  const damaged = join(folder, 'damaged');
  await synthesise(
    { ...config, source: { kind: 'stored', root, occlusions: 'new' } },
    { count: 2, out: damaged, workers: 1 },
  );
  const { rows } = await readDataset(damaged);
  const file = await open(join(damaged, 'shard-00000.tar'), 'r+');
  await file.write(new Uint8Array([1, 2, 3, 4]), 0, 4, (rows[1]?.files['clean.png'][0] ?? 0) + 2000);
  await file.close();
  const { source } = await openData({
    ...config,
    source: { kind: 'stored', root: damaged, occlusions: 'new' },
  });
  await expect(source.load(0)).resolves.toBeDefined();
  await expect(source.load(1)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('a-00000-1.clean.png'),
  });
});

test('an existing folder is refused, and stays as it is', async () => {
  const before = await readdir(root);
  await expect(synthesise(config, { count: 1, out: root, workers: 1 })).rejects.toThrow('exists already');
  expect(await readdir(root)).toEqual(before);
});

test('interrupted, it is gone on with, and a torn end is made anew', async () => {
  const out = join(folder, 'interrupted');
  const [aside, more] = [`${out}.partial`, COUNT + 60];
  const abort = new AbortController();
  const progress = (done: number): void => {
    if (done >= 40) abort.abort(new Error('stopped by the user'));
  };
  const whole = await synthesise(config, { count: more, out: join(folder, 'whole'), workers: 2 });
  const running = synthesise(config, { count: more, out, workers: 1, progress, signal: abort.signal });
  await expect(running).rejects.toThrow('stopped by the user');
  expect(await readdir(folder)).not.toContain('interrupted');
  const shard = join(aside, 'shard-00000.tar');
  await truncate(shard, (await stat(shard)).size - 700);
  await appendFile(join(aside, 'manifest.jsonl'), '{"key": "torn');
  const seen: number[] = [];
  const resumed = await synthesise(config, { count: more, out, workers: 2, progress: (n) => seen.push(n) });
  expect(seen[0]).toBe(1); // what stood there is checked first
  expect(resumed).toEqual(whole);
  for (const name of await readdir(out)) {
    expect(Buffer.compare(await readFile(join(out, name)), await readFile(join(folder, 'whole', name)))).toBe(
      0,
    );
  }
  expect(await readdir(folder)).not.toContain('interrupted.partial');
});

test('killed at any moment, the same call makes the same set', async () => {
  const out = join(folder, 'killed');
  const whole = await synthesise(config, { count: 90, out: join(folder, 'not killed'), workers: 2 });
  const child = fileURLToPath(new URL('./synthesise.child.ts', import.meta.url));
  for (const killAt of [33, 70]) {
    const task = JSON.stringify({ config, count: 90, out, workers: 2, killAt });
    const killed = spawn(process.execPath, ['--import', 'tsx', child, task], { stdio: 'inherit' });
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
  }
  const resumed = await synthesise(config, { count: 90, out, workers: 1 });
  expect(resumed).toEqual(whole);
});

test('what another recipe left is not gone on with', async () => {
  const out = join(folder, 'other recipe');
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(synthesise(config, { count: 2, out, workers: 1, signal })).rejects.toThrow('stopped');
  const changed = { ...config, seed: config.seed + 1 };
  const made = await synthesise(changed, { count: 2, out, workers: 1 });
  expect(made.contentHash).toBe(
    (await synthesise(changed, { count: 2, out: `${out} 2`, workers: 1 })).contentHash,
  );
});

test('two processes do not make one folder', async () => {
  const out = join(folder, 'shared');
  await mkdir(`${out}.partial`);
  await writeFile(join(`${out}.partial`, 'owner'), `${process.ppid}`);
  await expect(synthesise(config, { count: 2, out, workers: 1 })).rejects.toThrow(/process \d+ is making it/);
});

test('a folder that is no data set is named', async () => {
  await expect(
    openData({ ...config, source: { kind: 'stored', root: folder, occlusions: 'new' } }),
  ).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(join(folder, 'dataset.json')),
  });
});
