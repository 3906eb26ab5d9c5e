/** What every Store must do; each implementation runs it. */
import { expect, test } from 'vitest';
import { ConflictError, type Store } from '../src/index.ts';
import { bytes, failure, text } from './support.ts';

export function storeContract(make: () => Store): void {
  const read = async (store: Store, key: string) => text((await store.get(key))?.value);
  const etag = async (store: Store, key: string) => (await store.get(key))?.etag as string;

  test('what is put comes back, and replaces what was there', async () => {
    const store = make();
    expect(await store.get('a/b.txt')).toBeUndefined();
    await store.put('a/b.txt', bytes('one'));
    expect(await read(store, 'a/b.txt')).toBe('one');
    await store.put('a/b.txt', bytes('three'));
    expect(await read(store, 'a/b.txt')).toBe('three');
    expect(await store.stat('a/b.txt')).toEqual({ key: 'a/b.txt', size: 5 });
  });

  test('values are the store’s own: neither side sees later changes of the other', async () => {
    const store = make();
    const given = bytes('one');
    await store.put('a', given);
    given.fill(0);
    const got = (await store.get('a'))?.value as Uint8Array;
    got.fill(0);
    expect(await read(store, 'a')).toBe('one');
  });

  test('an empty value and one of 3 MB', async () => {
    const store = make();
    const large = new Uint8Array(3_000_001).map((_, i) => (i * 31) % 251);
    await store.put('empty', new Uint8Array());
    await store.put('large', large);
    expect((await store.get('empty'))?.value).toHaveLength(0);
    expect(await store.stat('empty')).toEqual({ key: 'empty', size: 0 });
    expect(Buffer.compare((await store.get('large'))?.value as Uint8Array, large)).toBe(0);
  });

  test('lists by prefix, in order, with sizes', async () => {
    const store = make();
    for (const key of ['b/2', 'b/10', 'a', 'b-c', 'b/d/e', 'bb']) await store.put(key, bytes(key));
    const keys = async (prefix: string) => (await store.list(prefix)).map((entry) => entry.key);
    expect(await keys('')).toEqual(['a', 'b-c', 'b/10', 'b/2', 'b/d/e', 'bb']);
    expect(await keys('b/')).toEqual(['b/10', 'b/2', 'b/d/e']);
    expect(await keys('b/1')).toEqual(['b/10']);
    expect(await keys('b')).toEqual(['b-c', 'b/10', 'b/2', 'b/d/e', 'bb']);
    expect(await keys('none/')).toEqual([]);
    expect(await store.list('b/d')).toEqual([{ key: 'b/d/e', size: 5 }]);
  });

  test('removing is final and may be repeated', async () => {
    const store = make();
    await store.put('a/b/c', bytes('x'));
    await store.put('a/d', bytes('y'));
    await store.remove('a/b/c');
    await store.remove('a/b/c');
    await store.remove('never/there');
    expect(await store.get('a/b/c')).toBeUndefined();
    expect(await store.stat('a/b/c')).toBeUndefined();
    expect((await store.list('')).map(({ key }) => key)).toEqual(['a/d']);
  });

  test('stat of a prefix that is no key', async () => {
    const store = make();
    await store.put('a/b', bytes('x'));
    expect(await store.stat('a')).toBeUndefined();
    expect(await store.stat('missing')).toBeUndefined();
  });

  test('put if absent writes once', async () => {
    const store = make();
    await store.put('a', bytes('one'), { absent: true });
    expect(await failure(store.put('a', bytes('two'), { absent: true }))).toBeInstanceOf(ConflictError);
    expect(await read(store, 'a')).toBe('one');
    await store.remove('a');
    await store.put('a', bytes('two'), { absent: true });
    expect(await read(store, 'a')).toBe('two');
  });

  test('put if match writes only over the version it has seen', async () => {
    const store = make();
    await store.put('a', bytes('one'));
    const first = await etag(store, 'a');
    await store.put('a', bytes('two'), { match: first });
    expect(await etag(store, 'a')).not.toBe(first);
    expect(await failure(store.put('a', bytes('three'), { match: first }))).toBeInstanceOf(ConflictError);
    expect(await read(store, 'a')).toBe('two');
    await store.put('a', bytes('three'), { match: await etag(store, 'a') });
    expect(await read(store, 'a')).toBe('three');
    const gone = await etag(store, 'a');
    await store.remove('a');
    expect(await failure(store.put('a', bytes('four'), { match: gone }))).toBeInstanceOf(ConflictError);
    expect(await store.get('a')).toBeUndefined();
  });

  test('of many that put at once if absent, or if match, one wins', async () => {
    const store = make();
    const race = async (condition: { absent: true } | { match: string }, tag: string) => {
      const tries = Array.from({ length: 8 }, (_, i) => store.put('a', bytes(`${tag}${i}`), condition));
      const won = (await Promise.allSettled(tries)).flatMap(({ status }, i) =>
        status === 'fulfilled' ? i : [],
      );
      expect(won).toHaveLength(1);
      expect(await read(store, 'a')).toBe(`${tag}${won[0]}`);
    };
    await race({ absent: true }, 'x');
    await race({ match: await etag(store, 'a') }, 'y');
  });

  test.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', './a', '.hidden', 'a\\b', 'a%2e', 'a\0', 'a b', 'C:/x'])(
    'refuses the key %j',
    async (key) => {
      const store = make();
      for (const action of [
        () => store.put(key, bytes('x')),
        () => store.get(key),
        () => store.stat(key),
        () => store.remove(key),
      ]) {
        expect((await failure(action())).message).toContain('is no key of a store');
      }
      expect(await store.list('')).toEqual([]);
    },
  );
}
