/** A data set in a bucket, from `fsg synth` to training; the server is a real one. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@fsg/engine/runtime';
import { openStore } from '@fsg/runs';
import { NO_S3, type Seen, s3ForTests, startFaultProxy } from '@fsg/runs/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, type Ended, fsg } from './support.ts';

const SYNTH = ['synth', 'data/synthetic', 'count=24', 'data.source.identities=24'];
const MADE = ['data.source.imagesPerIdentity=1', 'data.split.validation=0.3', '--workers', '2', '--json'];
const FILES = ['shard-00000.tar', 'manifest.jsonl', 'dataset.json'];
const TRAIN = `stage: stage1
data: { source: { kind: stored, root: ROOT } }
model: { dim: 32, zDim: 8 }
batch: 4
epochs: 2
validation: { count: 2 }
samples: { count: 1 }
`;

/** Memory as a disk that only the started process sees; needs Linux and the right to do so. */
const onSmallDisk = (folder: string, command: readonly string[], options: SpawnOptions = {}) =>
  spawnSync(
    'unshare',
    [
      ...['--map-root-user', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=64k none "$0" && exec "$@"'],
      ...[folder, ...command],
    ],
    { ...options, encoding: 'utf8' },
  );
const canMount = onSmallDisk(tmpdir(), ['true']).status === 0;

const found = await s3ForTests();

describe.skipIf(!found)('a data set in a bucket', () => {
  const { bucket, endpoint, env } = found ?? NO_S3;
  const at = (name: string): string => `s3://${bucket}/${name}`;
  let cwd: string;
  let made: Record<string, unknown>;

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'fsg-data-s3-'));
    const local = await inCache('main', synthTo('set'));
    const synth = await inCache('main', synthTo(at('set')));
    expect(JSON.parse(synth.stdout)).toEqual(JSON.parse(local.stdout));
    expect(synth.stderr).toMatch(/^samples: 24 samples .*\nput into s3:\/\/fsg-test\/set: 24 samples /m);
    made = JSON.parse(synth.stdout);
  }, 120_000);
  afterAll(() => rmSync(cwd, { recursive: true }));

  const synthTo = (out: string, ...overrides: string[]): string[] => [
    ...SYNTH,
    ...overrides,
    ...MADE,
    '-o',
    out,
  ];

  /** A cache of this name for faces and data sets, with the TensorFlow that the machine has. */
  function cacheOf(name: string): string {
    const cache = join(cwd, 'caches', name);
    const runtimes = join(cacheFolder(process.env), 'runtimes');
    mkdirSync(join(cache, 'faces'), { recursive: true });
    if (existsSync(runtimes) && !existsSync(join(cache, 'runtimes')))
      symlinkSync(runtimes, join(cache, 'runtimes'));
    return cache;
  }
  const inCache = (name: string, args: readonly string[], more = {}): Promise<Ended> =>
    fsg(args, { cwd, env: { FSG_CACHE: cacheOf(name), ...more } });
  const kept = (name: string): string[] =>
    readdirSync(join(cacheOf(name), 'faces')).filter((file) => /^(set|synth)-/.test(file));

  /** What it asks of the server: methods and keys of objects, each once. */
  async function watched(name: string, args: readonly string[]): Promise<Ended & { asked: string[] }> {
    const proxy = await startFaultProxy(endpoint, () => undefined);
    const ended = await inCache(name, args, { AWS_ENDPOINT_URL_S3: proxy.endpoint });
    await proxy.stop();
    return { ...ended, asked: [...new Set(proxy.seen.map(wordsOf))] };
  }
  const wordsOf = ({ method, url }: Seen): string =>
    `${method} ${new URL(url, endpoint).pathname.split('/').at(-1)}`;

  /** Kills it when it asks the server for this. */
  async function killedAt(request: string, name: string, args: readonly string[]): Promise<void> {
    let child: ChildProcess | undefined;
    const proxy = await startFaultProxy(endpoint, (seen) => {
      if (wordsOf(seen) !== request) return undefined;
      child?.kill('SIGKILL');
      return 'stall';
    });
    const added = { FSG_CACHE: cacheOf(name), AWS_ENDPOINT_URL_S3: proxy.endpoint };
    child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { ...process.env, ...added },
      stdio: 'ignore',
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    await proxy.stop();
  }

  /** A copy of the set; a file that is undefined is left out. */
  async function copyTo(name: string, changed: Record<string, Uint8Array | undefined>): Promise<string> {
    const [from, to] = [await openStore(at('set')), await openStore(at(name))];
    for (const file of FILES) {
      const value = file in changed ? changed[file] : (await from.get(file))?.value;
      if (value) await to.put(file, value);
    }
    return at(name);
  }

  test('is what a folder would be, and nothing is left here; a second one is refused before it is made', async () => {
    expect(kept('main')).toEqual([]);
    const store = await openStore(at('set'));
    for (const file of FILES) {
      const value = (await store.get(file))?.value;
      expect(Buffer.compare(value as Uint8Array, readFileSync(join(cwd, 'set', file)))).toBe(0);
    }
    const again = await watched('main', synthTo(at('set')));
    expect(again).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `error: ${at('set')}: a data set is there already; name another place or remove it first\n`,
    });
    expect(again.asked.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  test('killed while it is put there, the same command goes on', async () => {
    await killedAt('PUT manifest.jsonl', 'killed', synthTo(at('killed')));
    const again = await watched('killed', synthTo(at('killed')));
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, made]);
    expect(again.stderr).not.toMatch(/^samples:/m);
    const puts = again.asked.filter((request) => request.startsWith('PUT'));
    expect(puts).toEqual(['PUT manifest.jsonl', 'PUT dataset.json']);
    expect(kept('killed')).toEqual([]);
  });

  test('what another set has left there is not written over', async () => {
    await killedAt('PUT manifest.jsonl', 'other', synthTo(at('other')));
    const { code, stderr } = await inCache('other', synthTo(at('other'), 'data.seed=7'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/\/other\/shard-00000.tar belongs to another data set, .* name another place, or/);
  });

  test('where another comes first, its set stays', async () => {
    const store = await openStore(at('contested'));
    let there = false;
    const proxy = await startFaultProxy(endpoint, (seen) => {
      if (wordsOf(seen) !== 'PUT manifest.jsonl' || there) return undefined;
      void store.put('dataset.json', new Uint8Array(1)).then(() => {
        there = true;
      });
      return 503;
    });
    const more = { AWS_ENDPOINT_URL_S3: proxy.endpoint };
    const { code, stderr } = await inCache('contested', synthTo(at('contested')), more);
    await proxy.stop();
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`${at('contested')}: another process puts a data`),
    ]);
    expect(await store.stat('dataset.json')).toMatchObject({ size: 1 });
  });

  test('killed while it is fetched, the same command goes on; then it is at hand', async () => {
    const args = ['data', 'split', at('set'), '--json'];
    await killedAt('GET manifest.jsonl', 'fetched', args);
    const [again, local] = [await watched('fetched', args), await inCache('main', ['data', 'split', 'set'])];
    expect([again.code, local.code]).toEqual([0, 0]);
    expect(again.stderr).toMatch(/^fetched from s3:\/\/fsg-test\/set: 24 samples/m);
    expect(again.asked).toEqual(['GET dataset.json', 'GET manifest.jsonl']);
    const third = await watched('fetched', args);
    expect([third.stdout, third.stderr, third.asked]).toEqual([again.stdout, '', ['GET dataset.json']]);
    expect(kept('fetched')).toHaveLength(1);
  });

  test('is looked at as a folder is', async () => {
    const verified = await inCache('looked', ['data', 'verify', at('set')]);
    expect(verified.stdout).toBe(`${at('set')}: 24 samples of 24 people, all as they were written\n`);
    expect(verified.stderr).toContain('checking the copy in ');
    const [there, here] = await Promise.all(
      [at('set'), 'set'].map((name) => inCache('looked', ['data', 'stats', name, 'count=4', '--json'])),
    );
    expect(JSON.parse(there?.stdout as string)).toEqual(JSON.parse(here?.stdout as string));
    const preview = await inCache('looked', ['data', 'preview', at('set'), '--people', '1', '--json']);
    expect(JSON.parse(preview.stdout)).toMatchObject({ file: 'preview.png', synthetic: true });
  });

  test('trains as a folder does; the run names address and content, and no secret', async () => {
    const runs = [];
    for (const root of ['set', at('set')]) {
      writeFileSync(join(cwd, 'a.yaml'), TRAIN.replace('ROOT', JSON.stringify(root)));
      const { code, stderr } = await inCache('trained', ['train', 'a.yaml']);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining(env.AWS_SECRET_ACCESS_KEY as string)]);
      const id = readdirSync(join(cwd, 'runs'))
        .filter((name) => /^\d/.test(name))
        .sort()
        .at(-1) as string;
      const read = (name: string): string => readFileSync(join(cwd, 'runs', id, name), 'utf8');
      const [step] = readdirSync(join(cwd, 'runs', id, 'checkpoints')).filter((name) => /^step-/.test(name));
      const { files } = JSON.parse(read(`checkpoints/${step}/manifest.json`));
      runs.push({
        id,
        files,
        record: JSON.parse(read('run.json')),
        text: read('run.json') + read('journal.jsonl'),
      });
    }
    const [local, remote] = runs;
    expect(remote?.files['vae.safetensors']).toEqual(local?.files['vae.safetensors']);
    expect(remote?.record).toMatchObject({
      config: { data: { source: { kind: 'stored', root: at('set') } } },
      inputs: { data: { from: at('set'), sha256: made.contentHash } },
    });
    for (const secret of [env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY]) {
      expect(remote?.text).not.toContain(secret);
    }
    const other = await inCache('elsewhere', ['train', '--resume', remote?.id as string, 'epochs=3']);
    expect(other.stderr).toContain(`fetched from ${at('set')}: 24 samples`);
    expect(other.code).toBe(0);
  }, 180_000);

  test('what is damaged, missing or not there is named', async () => {
    const shard = (await (await openStore(at('set'))).get(FILES[0] as string))?.value as Uint8Array;
    const flipped = shard.map((byte, i) => (i === 5000 ? byte ^ 1 : byte));
    const places = [
      await copyTo('damaged', { 'shard-00000.tar': flipped }),
      await copyTo('missing', { 'shard-00000.tar': undefined }),
      at('nothing'),
    ];
    const errors = await Promise.all(
      places.map(async (place) => {
        const { code, stderr } = await inCache('bad', ['data', 'verify', place, '--quiet']);
        return [code, stderr];
      }),
    );
    expect(errors).toEqual([
      [
        1,
        expect.stringMatching(/^error: s3:\/\/fsg-test\/damaged\/shard-00000.tar: SHA-256 \w+ where .* says/),
      ],
      [1, expect.stringMatching(/^error: s3:\/\/fsg-test\/missing has no shard-00000.tar; .* anew\n$/)],
      [
        1,
        expect.stringMatching(
          /^error: s3:\/\/fsg-test\/nothing has no dataset.json; a data set that fsg synth/,
        ),
      ],
    ]);
    const wrong = await inCache('bad', ['data', 'split', `s4://${bucket}/set`]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('is no place for a store')]);
  });

  test.skipIf(!canMount)('a disk that is too small for it', () => {
    const env = { ...process.env, FSG_CACHE: cacheOf('small') };
    const faces = join(env.FSG_CACHE, 'faces');
    const command = [process.execPath, BIN, 'data', 'split', at('set')];
    const { status, stderr } = onSmallDisk(faces, command, { cwd, env });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(
        `error: cannot keep ${at('set')} in ${faces}: the disk is full; free some space`,
      ),
    ]);
  });
});
