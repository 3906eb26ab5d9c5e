import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  acquireLease,
  FileStore,
  LeaseLostError,
  MemoryStore,
  readLatestCheckpoint,
  type Store,
  takeOver,
} from '../src/index.ts';
import { type Holder, holdLease } from './lease-holder.ts';
import { bytes, failure, noneDamaged, scratch, text } from './support.ts';

const QUICK = { renewEvery: 20, staleAfter: 400 };
const leaseIn = async (store: Store) => JSON.parse(text((await store.get('lease.json'))?.value) as string);
/** As somebody on another machine would have left it. */
const heldElsewhere = (store: Store, token: number, beat = 0): Promise<void> => {
  const owner = { host: 'elsewhere', boot: 'x', pid: 1, started: '1' };
  return store.put('lease.json', bytes(JSON.stringify({ token, owner, beat })));
};

describe('one process', () => {
  test('given back, the next one has it at once, under the next token', async () => {
    const store = new MemoryStore();
    for (const token of [1, 2, 3]) {
      const lease = await acquireLease(store, QUICK);
      expect(lease.token).toBe(token);
      await lease.release();
    }
    expect(await leaseIn(store)).toMatchObject({ token: 3, owner: null });
  });

  test('an owner that renews is left alone, whoever asks', async () => {
    const store = new MemoryStore();
    const lease = await acquireLease(store, QUICK);
    const said: string[] = [];
    const error = await failure(acquireLease(store, { ...QUICK, waiting: (line) => said.push(line) }));
    expect(error).toMatchObject({ name: 'UserError' });
    expect(error.message).toMatch(/is being written by process \d+ on .*: wait for it, or stop it first/);
    expect(said).toHaveLength(1);
    lease.check();
    await lease.release();
  });

  test('one of another machine that does not renew is taken over after a while, and not before', async () => {
    const store = new MemoryStore();
    await heldElsewhere(store, 7);
    const begun = performance.now();
    const lease = await acquireLease(store, QUICK);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(QUICK.staleAfter);
    expect(lease.token).toBe(8);
    await lease.release();
  });

  test('taken over, the old owner knows it at its next renewal and leaves the new one in peace', async () => {
    const store = new MemoryStore();
    const lease = await acquireLease(store, QUICK);
    await heldElsewhere(store, 2);
    await sleep(200);
    expect(() => lease.check()).toThrow(LeaseLostError);
    await lease.release();
    expect(await leaseIn(store)).toMatchObject({ token: 2, owner: { host: 'elsewhere' } });
  });

  test('a store that is out of reach for a while costs nothing', async () => {
    const inner = new MemoryStore();
    let down = false;
    const store: Store = {
      where: 'flaky',
      get: (key) => (down ? Promise.reject(new Error('down')) : inner.get(key)),
      put: (key, value, condition) =>
        down ? Promise.reject(new Error('down')) : inner.put(key, value, condition),
      list: (prefix) => inner.list(prefix),
      remove: (key) => inner.remove(key),
      stat: (key) => inner.stat(key),
    };
    const lease = await acquireLease(store, QUICK);
    const { beat } = await leaseIn(inner);
    down = true;
    await sleep(100);
    down = false;
    await sleep(100);
    lease.check();
    expect((await leaseIn(inner)).beat).toBeGreaterThan(beat);
    await lease.release();
  });

  test('a damaged lease is said with what to do; of many who ask at once one has it', async () => {
    const damaged = new MemoryStore();
    await damaged.put('lease.json', bytes('{"token": 0}'));
    expect((await failure(acquireLease(damaged, QUICK))).message).toMatch(
      /lease\.json is damaged: .*remove it/,
    );
    const store = new FileStore(scratch());
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLease(store, QUICK)));
    const won = asked.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
  });
});

describe('two processes', () => {
  function hold(root: string): Holder {
    const holder = holdLease(root);
    onTestFinished(() => void holder.child.kill('SIGKILL'));
    return holder;
  }

  test('killed, its run is taken over at once', async () => {
    const root = scratch();
    const first = hold(root);
    expect(await first.said()).toBe('token 1');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const begun = performance.now();
    const lease = await acquireLease(new FileStore(root), { renewEvery: 50, staleAfter: 60_000 });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(lease.token).toBe(2);
    await lease.release();
  });

  test('stopped, taken over and continued, it commits no more', async () => {
    const root = scratch();
    const first = hold(root);
    expect(await first.said()).toBe('token 1');
    expect(await first.commit()).toBe('saved 100');
    first.child.kill('SIGSTOP');
    const second = hold(root);
    expect(await second.said()).toBe('token 2');
    expect(await second.commit()).toBe('saved 100');
    first.child.kill('SIGCONT');
    expect(await first.commit()).toMatch(/^LeaseLostError .*was taken over by another process \(lease 2\)/);
    expect(await second.commit()).toBe('saved 200');
    const latest = await readLatestCheckpoint(new FileStore(root), noneDamaged);
    expect(latest?.manifest).toMatchObject({ step: 200, token: 2 });
    expect(text(latest?.files.a)).toBe('2');
  });

  test('alive, it is not disturbed by a second one', async () => {
    const root = scratch();
    const first = hold(root);
    await first.said();
    await takeOver(new FileStore(root), 1, noneDamaged);
    expect(
      (await failure(acquireLease(new FileStore(root), { renewEvery: 50, staleAfter: 1500 }))).message,
    ).toMatch(/is being written by process/);
    expect(await first.commit()).toBe('saved 100');
  });
});
