/** Sets of a few bytes in a store in memory: what is moved, what is refused, and what is left after an interruption. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../src/store/pixels.ts';
import { fetchDataset, putDataset, type RemoteStore, refuseStored } from '../src/store/remote.ts';

const HASH = '0'.repeat(64);
const SHARDS = ['one', 'two, longer', 'three'].map((text, i) => ({
  file: `shard-0000${i}.tar`,
  content: Buffer.from(text),
}));
const ALL = [...SHARDS.map(({ file }) => file), 'manifest.jsonl', 'dataset.json'];

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fsg-remote-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A data set's folder; its shards are no tar files, which moving them does not ask for. */
async function smallSet(seed = 0): Promise<string> {
  const root = await scratch();
  const shards = SHARDS.map(({ file, content }) => ({
    file,
    samples: 1,
    bytes: content.length,
    sha256: sha256(content),
  }));
  const rows = SHARDS.map(({ file }, i) => ({
    key: `k${i}`,
    face: `k${i}`,
    identity: 'p',
    occluder: 'blocks',
    blend: null,
    degrade: null,
    pose: null,
    area: 0.1,
    split: 'train',
    sha256: { clean: HASH, occluded: HASH, mask: HASH, mesh: HASH },
    landmarks: Array.from({ length: 136 }, () => 0),
    files: { shard: file, 'clean.png': [0, 1], 'occluded.png': [0, 1], 'mask.png': [0, 1], json: [0, 1] },
  }));
  const info = {
    ...{ format: 1, source: 's', synthetic: true, recipe: {}, seed, inputs: {}, count: 3, identities: 1 },
    ...{ splits: { train: 3, validation: 0, test: 0 }, occluders: { blocks: 3 }, width: 1, height: 1 },
    ...{ setAside: [], shards, contentHash: HASH },
  };
  for (const { file, content } of SHARDS) await writeFile(join(root, file), content);
  await writeFile(join(root, 'manifest.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(root, 'dataset.json'), JSON.stringify(info));
  return root;
}

/** Notes what is asked of it, and fails at one call, once. */
class TestStore implements RemoteStore {
  readonly where = 's3://bucket/set';
  readonly values = new Map<string, Uint8Array>();
  calls: string[] = [];
  failAt: string | undefined;

  async get(key: string) {
    this.note(`get ${key}`);
    const value = this.values.get(key);
    return value && { value };
  }

  async put(key: string, value: Uint8Array) {
    this.note(`put ${key}`);
    if (this.values.has(key)) throw new Error(`${key} exists`);
    this.values.set(key, value);
  }

  async stat(key: string) {
    const value = this.values.get(key);
    return value && { size: value.length };
  }

  private note(call: string): void {
    this.calls.push(call);
    if (call !== this.failAt) return;
    this.failAt = undefined;
    throw new Error('cut off');
  }
}

async function storedSet(): Promise<{ store: TestStore; root: string }> {
  const store = new TestStore();
  const root = await smallSet();
  await putDataset(root, store, {});
  store.calls = [];
  return { store, root };
}

test('there and back: the same files, dataset.json the last of them, each moved once', async () => {
  const [root, cache, store] = [await smallSet(), await scratch(), new TestStore()];
  await refuseStored(store);
  const seen: number[][] = [];
  const info = await putDataset(root, store, { progress: (...at) => seen.push(at) });
  expect(info.contentHash).toBe(HASH);
  expect(store.calls).toEqual(ALL.map((file) => `put ${file}`));
  expect(seen).toEqual([0, 1, 2, 3].map((done) => [done, 3]));
  store.calls = [];
  const folder = await fetchDataset(store, { cache });
  expect(store.calls).toEqual(['dataset.json', ...ALL.slice(0, -1)].map((file) => `get ${file}`));
  expect((await readdir(folder)).sort()).toEqual([...ALL].sort());
  for (const file of ALL)
    expect(await readFile(join(folder, file))).toEqual(await readFile(join(root, file)));
  store.calls = [];
  expect(await fetchDataset(store, { cache })).toBe(folder);
  expect(store.calls).toEqual(['get dataset.json']);
});

test('a cut-off upload goes on: what is there is compared, not put again', async () => {
  const [root, store] = [await smallSet(), new TestStore()];
  store.failAt = 'put shard-00002.tar';
  await expect(putDataset(root, store, {})).rejects.toThrow('cut off');
  store.calls = [];
  await putDataset(root, store, {});
  const puts = store.calls.filter((call) => call.startsWith('put'));
  expect(puts).toEqual(ALL.slice(2).map((file) => `put ${file}`));
  await expect(refuseStored(store)).rejects.toThrow(
    /^s3:\/\/bucket\/set: a data set is there already; name another place/,
  );
});

test('files of another set, of the same size or not, are left alone', async () => {
  for (const content of ['owt, longer', 'x']) {
    const [root, store] = [await smallSet(), new TestStore()];
    store.values.set('shard-00001.tar', Buffer.from(content));
    await expect(putDataset(root, store, {})).rejects.toThrow(
      's3://bucket/set/shard-00001.tar belongs to another data set, of which there is no dataset.json yet; name another place',
    );
    expect(String(store.values.get('shard-00001.tar'))).toBe(content);
    expect(store.values.has('dataset.json')).toBe(false);
  }
});

test('a shard that is damaged here is not put', async () => {
  const [root, store] = [await smallSet(), new TestStore()];
  await writeFile(join(root, 'shard-00000.tar'), 'oNe');
  await expect(putDataset(root, store, {})).rejects.toThrow(
    /shard-00000.tar: SHA-256 \w{64} where dataset.json says \w{64}; remove .* and make/,
  );
  expect(store.calls).toEqual([]);
});

test('a cut-off fetch goes on with the shards that it has; what was lost since is fetched again', async () => {
  const [{ store }, cache] = [await storedSet(), await scratch()];
  store.failAt = 'get shard-00001.tar';
  await expect(fetchDataset(store, { cache })).rejects.toThrow('cut off');
  store.calls = [];
  const folder = await fetchDataset(store, { cache });
  expect(store.calls).toEqual(['dataset.json', ...ALL.slice(1, -1)].map((file) => `get ${file}`));
  await truncate(join(folder, 'shard-00002.tar'), 1);
  store.calls = [];
  await fetchDataset(store, { cache });
  expect(store.calls).toContain('get shard-00002.tar');
  expect(store.calls).not.toContain('get shard-00001.tar');
  expect(await readFile(join(folder, 'shard-00002.tar'), 'utf8')).toBe('three');
});

test('two at once fetch one copy', async () => {
  const [{ store }, cache] = [await storedSet(), await scratch()];
  const folders = await Promise.all([fetchDataset(store, { cache }), fetchDataset(store, { cache })]);
  expect(new Set(folders).size).toBe(1);
  expect(store.calls.filter((call) => call === 'get shard-00000.tar')).toHaveLength(1);
});

test.each([
  ['a damaged shard', 'shard-00001.tar', 'two, lOnger', /^s3:\/\/bucket\/set\/shard-00001.tar: SHA-256 /],
  ['a cut one', 'shard-00001.tar', 'two', /^s3:\/\/bucket\/set\/shard-00001.tar: 3 bytes where .* says 11; /],
  ['a missing one', 'shard-00002.tar', undefined, /^s3:\/\/bucket\/set has no shard-00002.tar; /],
  ['a cut manifest', 'manifest.jsonl', '{"key":', /^s3:\/\/bucket\/set\/manifest.jsonl, line 1: not JSON/],
  ['a place without a set', 'dataset.json', undefined, /^s3:\/\/bucket\/set has no dataset.json; a data set/],
  ['a damaged dataset.json', 'dataset.json', '{}', /^s3:\/\/bucket\/set\/dataset.json: format: /],
])('%s is named, and nothing stands as whole', async (_, file, content, message) => {
  const [{ store }, cache] = [await storedSet(), await scratch()];
  if (content === undefined) store.values.delete(file);
  else store.values.set(file, Buffer.from(content));
  const error = await fetchDataset(store, { cache }).catch((problem: unknown) => problem);
  expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
  for (const name of await readdir(cache)) expect(existsSync(join(cache, name, 'dataset.json'))).toBe(false);
});

test('a set that was put anew gets a copy of its own', async () => {
  const [{ store }, cache] = [await storedSet(), await scratch()];
  const first = await fetchDataset(store, { cache });
  store.values.clear();
  await putDataset(await smallSet(1), store, {});
  expect(await fetchDataset(store, { cache })).not.toBe(first);
});

test('stops between shards', async () => {
  const [{ store, root }, cache] = [await storedSet(), await scratch()];
  const stopping = new AbortController();
  const progress = (done: number): void => {
    if (done === 1) stopping.abort();
  };
  const { signal } = stopping;
  await expect(fetchDataset(store, { cache, progress, signal })).rejects.toThrow('abort');
  expect(store.calls).toEqual(['get dataset.json', 'get shard-00000.tar']);
  await expect(putDataset(root, new TestStore(), { signal })).rejects.toThrow('abort');
});
