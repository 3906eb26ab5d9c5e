import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFolder, makeFolder, writeFlushed } from '../atomic.ts';
import { errorCode, fileProblem } from '../errors.ts';
import { etagOf } from './memory-store.ts';
import { type Condition, ConflictError, checkKey, type Entry, type Store, type Stored } from './store.ts';

/** Values are prepared here; a name with a dot cannot be a key. */
const STAGING = '.staging';
/** What lies in staging for longer was left by a process that died. */
const LEFTOVER_MS = 15 * 60_000;
/** A replacement not finished for longer was begun by a process that died: the next one finishes it. */
const ABANDONED_MS = 2_000;

/** A store in a folder: each value a file of the key's name. Throws UserError where the file system refuses. */
export class FileStore implements Store {
  readonly where: string;
  #staging: Promise<string> | undefined;

  constructor(root: string) {
    this.where = root;
  }

  async get(key: string): Promise<Stored | undefined> {
    checkKey(key);
    return this.#explained(`cannot read ${this.#path(key)}`, async () => {
      const value = await unlessMissing(readFile(this.#path(key)));
      if (!value) return undefined;
      return { value: new Uint8Array(value.buffer, value.byteOffset, value.length), etag: etagOf(value) };
    });
  }

  async put(key: string, value: Uint8Array, condition?: Condition): Promise<void> {
    checkKey(key);
    const path = this.#path(key);
    await this.#explained(`cannot write ${path}`, async () => {
      this.#staging ??= openStaging(join(this.where, STAGING));
      const staged = join(await this.#staging, randomBytes(8).toString('hex'));
      try {
        await writeFlushed(staged, value);
        await makeFolder(dirname(path));
        if (!condition) await rename(staged, path);
        else if ('absent' in condition) await createOnly(staged, path);
        else await replaceOnly(staged, path, condition.match);
        await flushFolder(dirname(path));
      } finally {
        await unlessMissing(unlink(staged));
      }
    });
  }

  async list(prefix: string): Promise<Entry[]> {
    const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
    if (folder) checkKey(folder);
    const entries = await this.#explained(`cannot read ${this.where}`, () => this.#walk(folder));
    return entries
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async remove(key: string): Promise<void> {
    checkKey(key);
    const path = this.#path(key);
    await this.#explained(`cannot remove ${path}`, async () => {
      await unlessMissing(unlink(path));
      await unlessMissing(flushFolder(dirname(path)));
      for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) {
        if (!(await removeEmpty(this.#path(folder)))) break;
      }
    });
  }

  async stat(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const found = await this.#explained(`cannot read ${this.#path(key)}`, () =>
      unlessMissing(stat(this.#path(key))),
    );
    return found?.isFile() ? { key, size: found.size } : undefined;
  }

  async #walk(folder: string): Promise<Entry[]> {
    const names = (await unlessMissing(readdir(this.#path(folder), { withFileTypes: true }))) ?? [];
    const found = names
      .filter(({ name }) => !name.startsWith('.'))
      .map(async (name): Promise<Entry[]> => {
        const key = folder ? `${folder}/${name.name}` : name.name;
        if (name.isDirectory()) return this.#walk(key);
        const entry = await unlessMissing(stat(this.#path(key)));
        return entry?.isFile() ? [{ key, size: entry.size }] : [];
      });
    return (await Promise.all(found)).flat();
  }

  #path(key: string): string {
    return join(this.where, key);
  }

  async #explained<T>(doing: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw fileProblem(error, doing);
    }
  }
}

/** Moves a prepared file to a name that is still free: a link refuses a taken one. */
async function createOnly(staged: string, path: string): Promise<void> {
  try {
    await link(staged, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new ConflictError(`${path} exists already`);
    throw error;
  }
}

/**
 * Replaces the file whose content has this etag. The right to do so is a name made of the etag, which only one process
 * can take (link), and which itself becomes the new file (rename): nobody has to break a dead owner's lock, and an
 * owner who was stopped and comes back late finds nothing to rename.
 */
async function replaceOnly(staged: string, path: string, etag: string): Promise<void> {
  const name = path.slice(dirname(path).length + 1);
  const next = join(dirname(path), `.${name}.${etag}.next`);
  const isCurrent = async (): Promise<boolean> => {
    const current = await unlessMissing(readFile(path));
    return current !== undefined && etagOf(current) === etag;
  };
  try {
    await link(staged, next);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const taken = await unlessMissing(stat(next));
    const abandoned = taken && Date.now() - taken.ctimeMs > ABANDONED_MS;
    if (abandoned) await unlessMissing((await isCurrent()) ? rename(next, path) : unlink(next));
    throw new ConflictError(`${path} is being changed`);
  }
  if (!(await isCurrent())) {
    await unlessMissing(unlink(next));
    throw new ConflictError(`${path} has changed`);
  }
  await unlessMissing(rename(next, path));
}

async function openStaging(folder: string): Promise<string> {
  await makeFolder(folder);
  for (const name of await readdir(folder)) {
    const left = await unlessMissing(stat(join(folder, name)));
    if (left && Date.now() - left.mtimeMs > LEFTOVER_MS) await unlessMissing(unlink(join(folder, name)));
  }
  return folder;
}

/** True where the folder was empty and is gone. */
async function removeEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
