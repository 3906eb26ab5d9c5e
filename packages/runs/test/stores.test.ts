import { linkSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileStore, MemoryStore } from '../src/index.ts';
import { runChildren } from './child.ts';
import { storeContract } from './store-contract.ts';
import { bytes, failure, scratch, text } from './support.ts';

describe('memory store', () => storeContract(() => new MemoryStore()));

describe('file store', () => {
  storeContract(() => new FileStore(scratch()));

  test('keeps each value as a plain file and leaves nothing else but an empty staging folder', async () => {
    const root = scratch();
    const store = new FileStore(root);
    await store.put('a/b/c.txt', bytes('x'));
    await store.put('a/b/d.txt', bytes('y'));
    await store.remove('a/b/c.txt');
    await store.remove('a/b/d.txt');
    expect(readdirSync(root)).toEqual(['.staging']);
    expect(readdirSync(join(root, '.staging'))).toEqual([]);
  });

  test('clears what a dead process left in staging, but nothing recent', async () => {
    const root = scratch();
    await mkdir(join(root, '.staging'));
    await writeFile(join(root, '.staging/old'), 'x');
    await writeFile(join(root, '.staging/recent'), 'x');
    utimesSync(join(root, '.staging/old'), 1, 1);
    await new FileStore(root).put('a', bytes('x'));
    expect(readdirSync(join(root, '.staging'))).toEqual(['recent']);
  });

  test('a replacement begun by a process that died is finished, then the next one goes on', async () => {
    const root = scratch();
    const store = new FileStore(root);
    await store.put('a', bytes('one'));
    const etag = (await store.get('a'))?.etag as string;
    writeFileSync(join(root, 'left'), 'two');
    linkSync(join(root, 'left'), join(root, `.a.${etag}.next`));
    await failure(store.put('a', bytes('three'), { match: etag }));
    expect(text((await store.get('a'))?.value)).toBe('one');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await failure(store.put('a', bytes('three'), { match: etag }));
    expect(text((await store.get('a'))?.value)).toBe('two');
    await store.put('a', bytes('three'), { match: (await store.get('a'))?.etag as string });
    expect(text((await store.get('a'))?.value)).toBe('three');
  });

  test('no count is lost where four processes add to one value if match', async () => {
    const root = scratch();
    await new FileStore(root).put('count', bytes('0'));
    await runChildren('count.child.ts', [root, '25'], 4);
    expect(text((await new FileStore(root).get('count'))?.value)).toBe('100');
  });

  test('a file in a folder’s place is said in one line', async () => {
    const root = join(scratch(), 'file');
    writeFileSync(root, '');
    const error = await failure(new FileStore(root).put('a', bytes('x')));
    expect(error).toMatchObject({ name: 'UserError', exitCode: 1 });
    expect(error.message).toMatch(/^cannot write .*\/file\/a: .* \((ENOTDIR|EEXIST)\)$/);
  });
});
