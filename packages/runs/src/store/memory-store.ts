import { createHash } from 'node:crypto';
import { type Condition, ConflictError, checkKey, type Entry, type Store, type Stored } from './store.ts';

/** A store that lives as long as the process. */
export class MemoryStore implements Store {
  readonly where = 'memory';
  readonly #values = new Map<string, Uint8Array>();

  async get(key: string): Promise<Stored | undefined> {
    checkKey(key);
    const value = this.#values.get(key);
    return value && { value: value.slice(), etag: etagOf(value) };
  }

  async put(key: string, value: Uint8Array, condition?: Condition): Promise<void> {
    checkKey(key);
    const current = this.#values.get(key);
    if (condition && 'absent' in condition && current) throw new ConflictError(`${key} exists already`);
    if (condition && 'match' in condition && (!current || etagOf(current) !== condition.match)) {
      throw new ConflictError(`${key} has changed`);
    }
    this.#values.set(key, value.slice());
  }

  async list(prefix: string): Promise<Entry[]> {
    const keys = [...this.#values.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => ({ key, size: (this.#values.get(key) as Uint8Array).length }));
  }

  async remove(key: string): Promise<void> {
    checkKey(key);
    this.#values.delete(key);
  }

  async stat(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const value = this.#values.get(key);
    return value && { key, size: value.length };
  }
}

export const etagOf = (value: Uint8Array): string => createHash('sha256').update(value).digest('hex');
