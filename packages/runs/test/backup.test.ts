import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  Backup,
  bestCheckpoint,
  bringCheckpoints,
  LeaseLostError,
  listCheckpoints,
  MemoryStore,
  markBest,
  readCheckpoint,
  readLatestCheckpoint,
  type Store,
  saveCheckpoint,
  takeOver,
} from '../src/index.ts';
import { checkpointFiles } from './checkpoint-files.ts';
import { failure, noneDamaged, scratch, text } from './support.ts';

/** A store whose writes take `ms`, or fail while `down()` says so. */
function slow(inner: Store, ms: () => number, down: () => boolean = () => false): Store {
  return {
    where: 'bucket',
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    stat: (key) => inner.stat(key),
    remove: (key) => inner.remove(key),
    put: async (key, value, condition) => {
      await sleep(ms());
      if (down()) throw new Error('out of reach');
      await inner.put(key, value, condition);
    },
  };
}

function backupTo(store: Store, token = 1) {
  const journal = join(scratch(), 'journal.jsonl');
  writeFileSync(journal, 'a line\n');
  const warnings: string[] = [];
  return { backup: new Backup(store, { journal, token, warn: (line) => warnings.push(line) }), warnings };
}
const save = (backup: Backup, step: number) =>
  backup.save(step, checkpointFiles(step), { meta: {}, time: step });
const steps = async (store: Store) => (await listCheckpoints(store, noneDamaged)).map(({ step }) => step);

test('two checkpoints wait without holding anybody up, the third one holds up until one is copied, and says so', async () => {
  const inner = new MemoryStore();
  let open = false;
  const store = slow(inner, () => (open ? 0 : 30));
  const { backup, warnings } = backupTo(store);
  const begun = performance.now();
  await save(backup, 1);
  await save(backup, 2);
  expect(performance.now() - begun).toBeLessThan(25);
  expect(warnings).toEqual([]);
  await save(backup, 3);
  expect(warnings).toEqual(['step 3: 2 checkpoints wait to be copied to bucket: training waits for one']);
  expect(await steps(inner)).toContain(1);
  open = true;
  backup.markBest({ step: 2, metric: 'psnr', value: 3 });
  backup.prune(1);
  await backup.close();
  expect(await steps(inner)).toEqual([2, 3]);
  expect(await bestCheckpoint(inner)).toEqual({ step: 2, metric: 'psnr', value: 3 });
  expect(text((await inner.get('journal.jsonl'))?.value)).toBe('a line\n');
});

test('what cannot be copied is said, and the next one is tried anew', async () => {
  const inner = new MemoryStore();
  let down = true;
  const { backup, warnings } = backupTo(
    slow(
      inner,
      () => 0,
      () => down,
    ),
  );
  await save(backup, 1);
  await backup.close();
  expect(warnings).toEqual(['cannot copy the checkpoint of step 1, in bucket: out of reach']);
  expect(await steps(inner)).toEqual([]);
  down = false;
  await save(backup, 2);
  await backup.close();
  expect(await steps(inner)).toEqual([2]);
});

test('taken over in the second store, it copies no more and says so to whoever asks', async () => {
  const inner = new MemoryStore();
  const { backup, warnings } = backupTo(inner);
  await save(backup, 1);
  await backup.close();
  await takeOver(inner, 2, noneDamaged);
  await save(backup, 2);
  expect(await failure(backup.close())).toBeInstanceOf(LeaseLostError);
  expect(() => backup.check()).toThrow(LeaseLostError);
  await save(backup, 3);
  expect(await steps(inner)).toEqual([1]);
  expect(warnings).toEqual([]);
});

test('brought to an empty folder: the newest and the best, whole; not to one that is as far', async () => {
  const [far, near] = [new MemoryStore(), new MemoryStore()];
  for (const step of [1, 2, 3])
    await saveCheckpoint(far, step, checkpointFiles(step), { meta: {}, time: step });
  await markBest(far, { step: 2, metric: 'psnr', value: 9 });
  expect(await bringCheckpoints(far, near, 5, noneDamaged)).toBe(3);
  expect(await steps(near)).toEqual([2, 3]);
  const latest = await readLatestCheckpoint(near, noneDamaged);
  expect(latest?.manifest).toMatchObject({ step: 3, token: 5 });
  expect(
    Buffer.compare(
      Buffer.from(latest?.files['vae.safetensors'] ?? []),
      Buffer.from(checkpointFiles(3)['vae.safetensors'] as Uint8Array),
    ),
  ).toBe(0);
  await readCheckpoint(near, (await bestCheckpoint(near))?.step as number);
  expect(await bringCheckpoints(far, near, 5, noneDamaged)).toBeUndefined();
  expect(await bringCheckpoints(new MemoryStore(), near, 5, noneDamaged)).toBeUndefined();
});

test('a best one that could not be copied is not named; the folder is brought what there is', async () => {
  const inner = new MemoryStore();
  let down = false;
  const store = slow(
    inner,
    () => 0,
    () => down,
  );
  const { backup } = backupTo(store);
  for (const step of [1, 2, 3]) {
    down = step === 2;
    await save(backup, step);
    backup.markBest({ step, metric: 'psnr', value: step === 2 ? 9 : step });
    await backup.close();
    expect((await bestCheckpoint(inner))?.step).toBe(step === 2 ? 1 : step);
  }
  await markBest(inner, { step: 2, metric: 'psnr', value: 9 });
  const near = new MemoryStore();
  const problems: string[] = [];
  expect(await bringCheckpoints(inner, near, 1, ({ message }) => problems.push(message))).toBe(3);
  expect(problems).toEqual(['memory has no complete checkpoint of step 2; complete ones: 1, 3']);
  expect(await steps(near)).toEqual([3]);
  expect(await bestCheckpoint(near)).toBeUndefined();
});
