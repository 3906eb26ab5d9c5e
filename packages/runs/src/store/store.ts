import { UserError } from '../errors.ts';

/**
 * Where checkpoints live, in a folder, a bucket or memory: named values, each written whole or not at all.
 * A key is a path of parts joined by "/"; a part begins with a letter, digit or "_" and holds those and ". - + = @".
 */
export interface Store {
  /** For messages: a folder, a bucket's address. */
  readonly where: string;
  /** The value, or undefined where there is none. */
  get(key: string): Promise<Stored | undefined>;
  /** Writes the value durably. Throws ConflictError where the condition does not hold; then nothing has changed. */
  put(key: string, value: Uint8Array, condition?: Condition): Promise<void>;
  /** The keys that begin with `prefix`, in the order of their characters. */
  list(prefix: string): Promise<Entry[]>;
  /** Removes the value; no error where there is none. */
  remove(key: string): Promise<void>;
  stat(key: string): Promise<Entry | undefined>;
}

export interface Stored {
  readonly value: Uint8Array;
  /** Stands for the content: equal contents may share it, different ones never. */
  readonly etag: string;
}

export interface Entry {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * `absent`: only where the key has no value yet. `match`: only where the value still is the one with this etag.
 * A key that is ever changed with `match` must not be changed without it by anyone.
 */
export type Condition = { readonly absent: true } | { readonly match: string };

/** Someone else has written the value in the meantime. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}

const KEY = /^[A-Za-z0-9_][\w.=+@-]*(\/[A-Za-z0-9_][\w.=+@-]*)*$/;

export const isKey = (text: string): boolean => KEY.test(text);

/** Throws where a key could leave its store, hide in it or mean two things. */
export function checkKey(key: string): void {
  if (!isKey(key)) throw new Error(`"${key}" is no key of a store`);
}

export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

export function parseJson(bytes: Uint8Array, where: string): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where} is not JSON: ${(error as Error).message}`);
  }
}
