import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startPool } from '../src/workers/pool.ts';

const THREADS = 6;
const open = () =>
  startPool<number, number>(new URL('./zlib-thread.ts', import.meta.url), undefined, THREADS);

// With Worker.terminate() most runs of this test ended here: Node aborts with "close before init".
test('threads end while they make zlib streams, and the process lives on', async () => {
  for (let round = 0; round < 5; round++) {
    const pool = open();
    expect(await pool.run(1)).toBeGreaterThan(0);
    const tasks = Array.from({ length: 2 * THREADS }, (_, i) => pool.run(i < THREADS ? 300 : 60_000));
    const ends = Promise.allSettled(tasks);
    await setTimeout(50);
    const start = performance.now();
    await pool.close();
    // After the task under way, and not after the one that waits.
    expect(performance.now() - start).toBeLessThan(10_000);
    for (const end of await ends)
      expect(end).toMatchObject({ reason: { message: 'the worker threads were closed' } });
    await expect(pool.run(1)).rejects.toThrow('closed');
  }
});

test('threads end that were never given a task', async () => {
  await open().close();
});
