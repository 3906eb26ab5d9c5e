import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestCheckpoint,
  FileStore,
  LeaseLostError,
  latestCheckpoint,
  listCheckpoints,
  MemoryStore,
  markBest,
  pinCheckpoint,
  pinnedSteps,
  pruneCheckpoints,
  readCheckpoint,
  readLatestCheckpoint,
  removableCheckpoints,
  type Store,
  saveCheckpoint,
  takeOver,
  unpinCheckpoint,
} from '../src/index.ts';
import { checkpointFiles } from './checkpoint-files.ts';
import { startChild } from './child.ts';
import { dyingStore } from './dying-store.ts';
import { bytes, failure, noneDamaged, scratch, text } from './support.ts';

const save = (store: Store, step: number, files = checkpointFiles(step)) =>
  saveCheckpoint(store, step, files, { meta: { step }, time: 1000 + step });
/** Byte by byte; `toEqual` takes seconds for files of this size. */
const same = (a: Record<string, Uint8Array>, b: Record<string, Uint8Array>): boolean =>
  `${Object.keys(a)}` === `${Object.keys(b)}` &&
  Object.entries(a).every(([name, content]) => Buffer.compare(content, b[name] as Uint8Array) === 0);
const steps = async (store: Store) => (await listCheckpoints(store, noneDamaged)).map(({ step }) => step);

describe('saving and reading', () => {
  test('a checkpoint comes back as it was, with a manifest that other programs can check', async () => {
    const root = scratch();
    const store = new FileStore(root);
    await save(store, 1000);
    const { manifest, files } = await readCheckpoint(store, 1000);
    expect(same(files, checkpointFiles(1000))).toBe(true);
    expect(manifest.meta).toEqual({ step: 1000 });
    await save(store, 7, { 'a.txt': bytes('abc') });
    const json = JSON.parse(readFileSync(join(root, 'checkpoints/step-00000007/manifest.json'), 'utf8'));
    // SHA-256 of "abc": FIPS 180-2, appendix B.1
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(json).toMatchObject({ step: 7, files: { 'a.txt': { size: 3, sha256 } } });
  });

  test('latest is the one saved last, also after going on from an earlier step', async () => {
    const store = new MemoryStore();
    expect(await latestCheckpoint(store, noneDamaged)).toBeUndefined();
    for (const step of [100, 200, 300, 150]) await save(store, step);
    expect((await latestCheckpoint(store, noneDamaged))?.step).toBe(150);
    expect(await steps(store)).toEqual([100, 200, 300, 150]);
    expect((await readLatestCheckpoint(store, noneDamaged))?.manifest.step).toBe(150);
  });

  test('a step saved again replaces the old one, its surplus files included', async () => {
    const store = new MemoryStore();
    await save(store, 5, { a: bytes('one'), b: bytes('two') });
    await save(store, 5, { a: bytes('three') });
    expect((await readCheckpoint(store, 5)).files).toEqual({ a: bytes('three') });
    expect((await latestCheckpoint(store, noneDamaged))?.sequence).toBe(1);
  });

  test('a checkpoint that is not there is said with those that are', async () => {
    const store = new MemoryStore();
    expect((await failure(readCheckpoint(store, 5))).message).toBe(
      'memory has no complete checkpoint of step 5; it has no complete one',
    );
    await save(store, 30);
    await save(store, 4);
    expect(await failure(readCheckpoint(store, 5))).toMatchObject({
      name: 'UserError',
      message: 'memory has no complete checkpoint of step 5; complete ones: 4, 30',
    });
  });

  test('best points at a step with its metric', async () => {
    const store = new MemoryStore();
    expect(await bestCheckpoint(store)).toBeUndefined();
    await markBest(store, { step: 3, metric: 'validation/psnr', value: 20 });
    await markBest(store, { step: 5, metric: 'validation/psnr', value: 21 });
    expect(await bestCheckpoint(store)).toEqual({ step: 5, metric: 'validation/psnr', value: 21 });
  });
});

describe('damage', () => {
  const folder = 'checkpoints/step-00000001';

  test('a file cut short, changed or gone is named, with what was found and expected', async () => {
    const root = scratch();
    const store = new FileStore(root);
    const file = join(root, folder, 'vae.safetensors');
    await save(store, 1);
    truncateSync(file, 59_000);
    expect((await failure(readCheckpoint(store, 1))).message).toBe(
      `${file} is damaged: 59000 bytes found, 60000 expected; use another checkpoint`,
    );
    const changed = checkpointFiles(1)['vae.safetensors'] as Uint8Array;
    changed[30_000] = (changed[30_000] as number) ^ 1;
    writeFileSync(file, changed);
    expect((await failure(readCheckpoint(store, 1))).message).toMatch(
      /vae\.safetensors is damaged: SHA-256 \w{12}… found, \w{12}… expected/,
    );
    await store.remove(`${folder}/vae.safetensors`);
    expect((await failure(readCheckpoint(store, 1))).message).toContain(
      'vae.safetensors is damaged: it is missing',
    );
  });

  test('no changed bit anywhere, manifest included, goes unseen', async () => {
    const original = new MemoryStore();
    await saveCheckpoint(
      original,
      1,
      { a: bytes('abc'), 'b.json': bytes('{}') },
      { meta: { x: 1 }, time: 5 },
    );
    const entries = await original.list('checkpoints/step-');
    const place = fc.integer({ min: 0, max: entries.reduce((sum, { size }) => sum + size, 0) * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(place, async (bit) => {
        const store = new MemoryStore();
        let left = bit;
        for (const { key, size } of entries) {
          const value = (await original.get(key))?.value as Uint8Array;
          if (left >= 0 && left < size * 8)
            value[left >> 3] = (value[left >> 3] as number) ^ (1 << (left & 7));
          left -= size * 8;
          await store.put(key, value);
        }
        expect(await failure(readCheckpoint(store, 1))).toMatchObject({ name: 'UserError' });
      }),
      { numRuns: 500 },
    );
  });

  test('a changed bit in what names the newest is reported, and the newest is found without it', async () => {
    const store = new MemoryStore();
    for (const step of [1, 2, 3]) await save(store, step);
    const key = 'checkpoints/latest.json';
    const value = (await store.get(key))?.value as Uint8Array;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: value.length * 8 - 1 }), async (bit) => {
        const changed = Uint8Array.from(value);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        await store.put(key, changed);
        const problems: string[] = [];
        const found = await readLatestCheckpoint(store, (problem) => problems.push(problem.message));
        expect(found?.manifest.step).toBe(3);
        // White space may change unseen.
        if (problems.length > 0) expect(problems[0]).toMatch(/latest\.json/);
        else expect(JSON.parse(text(changed) as string)).toMatchObject({ token: 1, sequence: 2, step: 3 });
      }),
      { numRuns: 500 },
    );
  });

  test('a damaged newest one is reported and passed over', async () => {
    const store = new MemoryStore();
    for (const step of [1, 2, 3]) await save(store, step);
    await store.put('checkpoints/step-00000003/manifest.json', bytes('{"format": 1'));
    await store.put('checkpoints/step-00000002/state.json', bytes('{}'));
    const problems: string[] = [];
    const found = await readLatestCheckpoint(store, (problem) => problems.push(problem.message));
    expect(found?.manifest.step).toBe(1);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/step-00000003\/manifest\.json is not JSON/);
    expect(problems[1]).toMatch(/step-00000002\/state\.json is damaged: 2 bytes found, 10 expected/);
  });
});

describe('two owners', () => {
  const saveAs = (store: Store, step: number, token: number) =>
    saveCheckpoint(store, step, checkpointFiles(step + token), {
      meta: {},
      time: 1000 * token + step,
      token,
    });

  test('one that was thought dead commits no more, and spoils nothing of the next one', async () => {
    const store = new MemoryStore();
    await saveAs(store, 100, 1);
    await takeOver(store, 2, noneDamaged);
    expect(await failure(saveAs(store, 200, 1))).toBeInstanceOf(LeaseLostError);
    await saveAs(store, 200, 2);
    expect(await failure(saveAs(store, 200, 1))).toBeInstanceOf(LeaseLostError);
    expect(await failure(markBest(store, { step: 100, metric: 'psnr', value: 9 }, 1))).toBeInstanceOf(
      LeaseLostError,
    );
    const { manifest, files } = await readCheckpoint(store, 200);
    expect(manifest.token).toBe(2);
    expect(same(files, checkpointFiles(202))).toBe(true);
    expect(await failure(takeOver(store, 1, noneDamaged))).toBeInstanceOf(LeaseLostError);
  });

  /** Runs `meanwhile` before the nth write of a save. */
  function interrupted(inner: Store, at: number, meanwhile: () => Promise<void>): Store & { writes: number } {
    const count = async (): Promise<void> => {
      if (store.writes++ === at) await meanwhile();
    };
    const store = {
      writes: 0,
      where: inner.where,
      get: (key: string) => inner.get(key),
      list: (prefix: string) => inner.list(prefix),
      stat: (key: string) => inner.stat(key),
      put: async (...[key, value, condition]: Parameters<Store['put']>) => {
        await count();
        await inner.put(key, value, condition);
      },
      remove: async (key: string) => {
        await count();
        await inner.remove(key);
      },
    };
    return store;
  }

  test.each(['memory', 'files'])(
    'taken over before any write of a save, in %s: the late commit is refused',
    async (kind) => {
      let points = 0;
      for (let at = 0; ; at++) {
        const inner = kind === 'memory' ? new MemoryStore() : new FileStore(scratch());
        await saveAs(inner, 100, 1);
        const stale = interrupted(inner, at, async () => {
          await takeOver(inner, 2, noneDamaged);
          await saveAs(inner, 200, 2);
        });
        const outcome = await saveAs(stale, 200, 1).catch((error: unknown) => error);
        if (stale.writes <= at) break;
        points++;
        expect(outcome).toBeInstanceOf(LeaseLostError);
        const latest = await readLatestCheckpoint(inner, noneDamaged);
        expect(latest?.manifest).toMatchObject({ step: 200, token: 2 });
        expect(same(latest?.files ?? {}, checkpointFiles(202))).toBe(true);
        // Taken over when its manifest stood already, its checkpoint is taken up.
        expect([...new Set(await steps(inner))]).toEqual([100, 200]);
        await saveAs(inner, 300, 2);
        expect(new Set(await pruneCheckpoints(inner, 1))).toEqual(new Set([100, 200]));
        expect(
          (await inner.list('checkpoints/step-')).every(({ key }) => key.includes('step-00000300.2/')),
        ).toBe(true);
      }
      expect(points).toBeGreaterThan(4);
    },
  );

  test('a whole checkpoint whose owner died before naming it the newest is taken up', async () => {
    const store = new MemoryStore();
    await saveAs(store, 100, 1);
    const before = (await store.get('checkpoints/latest.json'))?.value as Uint8Array;
    await saveAs(store, 200, 1);
    await store.put('checkpoints/latest.json', before);
    expect(await steps(store)).toEqual([100]);
    await takeOver(store, 2, noneDamaged);
    expect(await steps(store)).toEqual([100, 200]);
  });
});

describe('interruption', () => {
  test('whichever write is the last one, latest and best are whole', async () => {
    let points = 0;
    for (const before of [true, false]) {
      for (let at = 0; ; at++) {
        const inner = new MemoryStore();
        for (const step of [1, 2, 3]) await save(inner, step);
        await markBest(inner, { step: 1, metric: 'psnr', value: 1 });
        const store = dyingStore(inner, at, before);
        const died = await (async () => {
          await save(store, 4);
          await markBest(store, { step: 4, metric: 'psnr', value: 2 });
          await pruneCheckpoints(store, 1);
          await save(store, 3, { other: bytes('other') });
        })().catch(() => true);
        const latest = await readLatestCheckpoint(inner, noneDamaged);
        expect([3, 4]).toContain(latest?.manifest.step);
        await readCheckpoint(inner, (await bestCheckpoint(inner))?.step as number);
        for (const step of await steps(inner)) await readCheckpoint(inner, step);
        if (!died) break;
        points++;
      }
    }
    expect(points).toBeGreaterThan(20);
  });

  test('one that could not be named the newest is never taken for it, whatever the clock says', async () => {
    const store = new MemoryStore();
    const at = (step: number, time: number, to: Store = store) =>
      saveCheckpoint(to, step, checkpointFiles(step), { meta: {}, time });
    await at(1, 1000);
    // A save's last write names it.
    expect(await failure(at(2, 3000, dyingStore(store, 5, true)))).toMatchObject({ message: 'died' });
    expect(await steps(store)).toEqual([1]);
    await at(3, 2000);
    expect((await latestCheckpoint(store, noneDamaged))?.step).toBe(3);
    await markBest(store, { step: 3, metric: 'psnr', value: 1 });
    await at(4, 2500);
    expect(await pruneCheckpoints(store, 1)).toEqual(expect.not.arrayContaining([3, 4]));
    await readCheckpoint(store, 3);
  });

  test('kill -9 at 52 random moments of a saving process: latest is whole every time', async () => {
    const KILLS = 52;
    const rounds = async (root: string, kills: number): Promise<number> => {
      let interrupted = 0;
      for (let kill = 0; kill < kills; kill++) {
        const said = await killedChild(root, randomInt(0, 60));
        const store = new FileStore(root);
        const latest = await readLatestCheckpoint(store, noneDamaged);
        const step = latest?.manifest.step ?? 0;
        expect(step).toBeGreaterThanOrEqual(said);
        if (latest) expect(same(latest.files, checkpointFiles(step))).toBe(true);
        const best = await bestCheckpoint(store);
        if (best) await readCheckpoint(store, best.step);
        const complete = await steps(store);
        for (const other of complete) await readCheckpoint(store, other);
        const present = new Set((await store.list('checkpoints/step-')).map(({ key }) => key.split('/')[1]));
        if (present.size > complete.length) interrupted++;
      }
      return interrupted;
    };
    const [a, b] = await Promise.all([rounds(scratch(), KILLS / 2), rounds(scratch(), KILLS / 2)]);
    expect(a + b, 'kills that met a save or a removal half-way').toBeGreaterThan(0);
  }, 180_000);

  /** Runs the saving process, kills it `after` ms of saving, and gives the last step that it had reported. */
  async function killedChild(root: string, after: number): Promise<number> {
    const child = startChild('save-loop.child.ts', [root]);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), after);
      output += chunk;
    });
    const [code, signal] = await once(child, 'close');
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    const said = output.split('\n').slice(1, -1);
    return Number(said.at(-1) ?? 0);
  }
});

describe('retention', () => {
  test('keeps the newest, the best and the pinned', async () => {
    const store = new MemoryStore();
    for (const step of [1, 2, 3, 4, 5, 6]) await save(store, step);
    await markBest(store, { step: 2, metric: 'psnr', value: 20 });
    await pinCheckpoint(store, 4);
    expect(await pruneCheckpoints(store, 1)).toEqual([1, 3, 5]);
    expect(await steps(store)).toEqual([2, 4, 6]);
    await unpinCheckpoint(store, 4);
    expect(await pinnedSteps(store)).toEqual([]);
    expect(await pruneCheckpoints(store, 1)).toEqual([4]);
    expect((await store.list('checkpoints/step-00000004')).length).toBe(0);
  });

  test('nothing is removed while the newest is not whole, and unfinished saves go otherwise', async () => {
    const store = new MemoryStore();
    for (const step of [1, 2, 3]) await save(store, step);
    await store.put('checkpoints/step-00000004/vae.safetensors', bytes('half'));
    await store.put('checkpoints/step-00000003/vae.safetensors', bytes('short'));
    expect(await pruneCheckpoints(store, 1)).toEqual([]);
    expect((await store.list('checkpoints/step-00000004')).length).toBe(1);
    await save(store, 3);
    expect(await pruneCheckpoints(store, 1)).toEqual([1, 2]);
    expect((await store.list('checkpoints/step-00000004')).length).toBe(0);
  });

  /** A store that refuses some removals. */
  class StubbornStore extends MemoryStore {
    refuse: () => boolean = () => false;
    override async remove(key: string): Promise<void> {
      if (this.refuse()) throw new Error('refused');
      await super.remove(key);
    }
  }

  test('latest, best, pinned, referenced and multiples survive any sequence, with removals that fail', async () => {
    const step = fc.integer({ min: 1, max: 12 });
    const command = fc.oneof(
      fc.record({ do: fc.constant('save' as const), step }),
      fc.record({ do: fc.constant('best' as const), step }),
      fc.record({ do: fc.constant('pin' as const), step }),
      fc.record({ do: fc.constant('unpin' as const), step }),
      fc.record({
        do: fc.constant('prune' as const),
        step: fc.integer({ min: 1, max: 4 }),
        kept: fc.record(
          { every: fc.integer({ min: 1, max: 6 }), steps: fc.array(step, { maxLength: 3 }) },
          { requiredKeys: [] },
        ),
        refusals: fc.array(fc.boolean(), { maxLength: 6 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
        const store = new StubbornStore();
        const order: number[] = [];
        const pinned = new Set<number>();
        let best = 0;
        for (const action of commands) {
          const exists = order.includes(action.step);
          if (action.do === 'save') {
            await save(store, action.step, { a: bytes(`${action.step}`) });
            if (exists) order.splice(order.indexOf(action.step), 1);
            order.push(action.step);
          } else if (action.do === 'best' && exists) {
            best = action.step;
            await markBest(store, { step: best, metric: 'psnr', value: 1 });
          } else if (action.do === 'pin' && exists) {
            pinned.add(action.step);
            await pinCheckpoint(store, action.step);
          } else if (action.do === 'unpin') {
            pinned.delete(action.step);
            await unpinCheckpoint(store, action.step);
          } else if (action.do === 'prune') {
            const refusals = [...action.refusals];
            store.refuse = () => refusals.shift() ?? false;
            const planned = await removableCheckpoints(store, action.step, action.kept);
            const whole = await pruneCheckpoints(store, action.step, action.kept).then(
              () => true,
              () => false,
            );
            store.refuse = () => false;
            const { every = Number.POSITIVE_INFINITY, steps: referenced = [] } = action.kept;
            const named = new Set([...order.slice(-action.step), ...pinned, best, ...referenced]);
            const kept = order.filter((other) => named.has(other) || other % every === 0);
            const found = await steps(store);
            for (const wanted of kept) expect(found).toContain(wanted);
            if (whole) expect(found).toEqual(kept);
            expect(planned ?? []).toEqual(order.filter((other) => !kept.includes(other)));
            order.splice(0, order.length, ...found);
          }
          for (const saved of order) await readCheckpoint(store, saved);
          expect((await latestCheckpoint(store, noneDamaged))?.step).toBe(order.at(-1));
        }
      }),
      { numRuns: 200 },
    );
  });
});
