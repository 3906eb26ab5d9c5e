import { expect, test } from 'vitest';
import { checkStore, FileStore, MemoryStore, type Store } from '../src/index.ts';
import { failure, scratch } from './support.ts';

const but = (other: (inner: MemoryStore) => Partial<Store>): Store => {
  const inner = new MemoryStore();
  return {
    where: 'bucket',
    get: (key) => inner.get(key),
    put: (key, value, condition) => inner.put(key, value, condition),
    list: (prefix) => inner.list(prefix),
    remove: (key) => inner.remove(key),
    stat: (key) => inner.stat(key),
    ...other(inner),
  };
};

test('a store that keeps its promises passes and is left as it was', async () => {
  for (const store of [new MemoryStore(), new FileStore(scratch())]) {
    await checkStore(store);
    expect(await store.list('')).toEqual([]);
  }
});

test.each<[string, (inner: MemoryStore) => Partial<Store>, RegExp]>([
  [
    'no conditions',
    (inner) => ({ put: (key, value) => inner.put(key, value) }),
    /overwrites what was to be absent/,
  ],
  [
    'no If-Match',
    (inner) => ({
      put: (key, value, condition) =>
        inner.put(key, value, condition && 'absent' in condition ? condition : undefined),
    }),
    /overwrites a version that has changed/,
  ],
  [
    'values cut short',
    (inner) => ({
      get: async (key) => {
        const stored = await inner.get(key);
        return stored && { ...stored, value: stored.value.slice(0, 100) };
      },
    }),
    /gives back other bytes/,
  ],
  ['nothing listed', () => ({ list: async () => [] }), /does not list/],
  ['nothing removed', () => ({ remove: async () => {} }), /keeps what was removed/],
])('%s: refused by name', async (_what, other, message) => {
  expect((await failure(checkStore(but(other)))).message).toMatch(message);
});
