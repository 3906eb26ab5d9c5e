/**
 * A data set in a store such as a bucket: the same files as in a folder. `dataset.json` is written last, there and in the copy
 * that is fetched: where it stands the set is whole.
 */
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, withLock } from '@fsg/engine/runtime';
import { UserError } from '../error.ts';
import {
  DATASET_FILE,
  type DatasetInfo,
  MANIFEST_FILE,
  parseInfo,
  parseManifest,
  readInfo,
} from './format.ts';
import { sha256 } from './pixels.ts';

/** As much of a store as this needs. */
export interface RemoteStore {
  /** For messages: the store's address. */
  readonly where: string;
  get(key: string): Promise<{ readonly value: Uint8Array } | undefined>;
  /** Throws where the key has a value. */
  put(key: string, value: Uint8Array, condition: { readonly absent: true }): Promise<void>;
  /** Bytes of the value. */
  stat(key: string): Promise<{ readonly size: number } | undefined>;
}

export interface PutOptions {
  /** Samples whose shards are there. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface FetchOptions extends PutOptions {
  /** Folder that keeps the copy. */
  readonly cache: string;
  /** Called once where another process is fetching the same set. */
  readonly waiting?: (pid: number) => void;
}

type Shard = DatasetInfo['shards'][number];

/** Throws a `UserError` where a data set is there. */
export async function refuseStored(store: RemoteStore): Promise<void> {
  if (!(await store.stat(DATASET_FILE))) return;
  throw new UserError(`${store.where}: a data set is there already; name another place or remove it first`);
}

/**
 * Puts the folder's data set into the store and gives the content of its `dataset.json`. After an interruption the same call
 * goes on. Throws a `UserError` where files of another set are there, and what `put` throws where another process puts one there.
 */
export async function putDataset(
  root: string,
  store: RemoteStore,
  { progress, signal }: PutOptions,
): Promise<DatasetInfo> {
  const info = await readInfo(root);
  let done = 0;
  for (const shard of info.shards) {
    progress?.(done, info.count);
    signal?.throwIfAborted();
    const path = join(root, shard.file);
    const content = await readFile(path);
    refuseDamaged(shard, content, path, `remove ${root} and make the data set anew`);
    await putOnce(shard.file, content, store);
    done += shard.samples;
  }
  await putOnce(MANIFEST_FILE, await readFile(join(root, MANIFEST_FILE)), store);
  await store.put(DATASET_FILE, await readFile(join(root, DATASET_FILE)), { absent: true });
  progress?.(done, info.count);
  return info;
}

/** Leaves what is there as it is if it is the same. */
async function putOnce(file: string, content: Uint8Array, store: RemoteStore): Promise<void> {
  const there = await store.stat(file);
  if (!there) return store.put(file, content, { absent: true });
  const known = there.size === content.length ? await store.get(file) : undefined;
  if (known && sha256(known.value) === sha256(content)) return;
  throw new UserError(
    `${store.where}/${file} belongs to another data set, of which there is no ${DATASET_FILE} yet; ` +
      'name another place, or remove what is there',
  );
}

/**
 * Brings the store's data set to a folder of the cache, once, and gives the folder. What an interrupted call has fetched is
 * kept. Throws a `UserError` that names what is missing or damaged, and `signal.reason` where it was aborted.
 */
export async function fetchDataset(store: RemoteStore, options: FetchOptions): Promise<string> {
  const text = await getText(store, DATASET_FILE, 'a data set that fsg synth has put there was expected');
  const info = parseInfo(text, `${store.where}/${DATASET_FILE}`);
  // dataset.json tells the content's hash and each shard's: whatever differs gets a folder of its own.
  const folder = join(options.cache, `set-${sha256(text).slice(0, 16)}`);
  const fetchMissing = async (): Promise<void> => {
    if (await isWhole(folder, info)) return;
    await fetchInto(folder, info, store, options);
    await writeWhole(join(folder, DATASET_FILE), text);
  };
  const { signal, waiting } = options;
  if (!(await isWhole(folder, info))) await withLock(`${folder}.lock`, fetchMissing, { signal, waiting });
  return folder;
}

async function isWhole(folder: string, { shards }: DatasetInfo): Promise<boolean> {
  for (const file of [DATASET_FILE, MANIFEST_FILE]) {
    if (!(await sizeOf(join(folder, file)))) return false;
  }
  for (const { file, bytes } of shards) {
    if ((await sizeOf(join(folder, file))) !== bytes) return false;
  }
  return true;
}

async function fetchInto(
  folder: string,
  info: DatasetInfo,
  store: RemoteStore,
  { progress, signal }: FetchOptions,
): Promise<void> {
  await makeFolder(folder);
  let done = 0;
  for (const shard of info.shards) {
    progress?.(done, info.count);
    signal?.throwIfAborted();
    const path = join(folder, shard.file);
    if ((await sizeOf(path)) !== shard.bytes) await writeWhole(path, await getShard(store, shard));
    done += shard.samples;
  }
  const manifest = await getText(store, MANIFEST_FILE, UNNAMED);
  parseManifest(manifest, info, `${store.where}/${MANIFEST_FILE}`);
  await writeWhole(join(folder, MANIFEST_FILE), manifest);
  progress?.(done, info.count);
}

const ANEW = 'put the data set there anew';
const UNNAMED = `${DATASET_FILE} is there: ${ANEW}`;

async function getShard(store: RemoteStore, shard: Shard): Promise<Uint8Array> {
  const content = await getFile(store, shard.file, UNNAMED);
  refuseDamaged(shard, content, `${store.where}/${shard.file}`, ANEW);
  return content;
}

async function getFile(store: RemoteStore, file: string, hint: string): Promise<Uint8Array> {
  const found = await store.get(file);
  if (!found) throw new UserError(`${store.where} has no ${file}; ${hint}`);
  return found.value;
}

const getText = async (store: RemoteStore, file: string, hint: string): Promise<string> =>
  new TextDecoder().decode(await getFile(store, file, hint));

function refuseDamaged(
  { bytes, sha256: hash }: Shard,
  content: Uint8Array,
  where: string,
  remedy: string,
): void {
  if (content.length !== bytes) {
    throw new UserError(`${where}: ${content.length} bytes where ${DATASET_FILE} says ${bytes}; ${remedy}`);
  }
  const found = sha256(content);
  if (found !== hash) {
    throw new UserError(`${where}: SHA-256 ${found} where ${DATASET_FILE} says ${hash}; ${remedy}`);
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );

/** The file has its name when the disk has all of it. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.part`;
  const file = await open(aside, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}
