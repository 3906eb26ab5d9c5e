import { inOrder, startPool } from './pool.ts';

export interface ThreadOptions {
  /** Worker threads. */
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/**
 * Answers of threads that are started on the file `entry` with `data` for these tasks, in their order; few wait at a time.
 * Throws `signal.reason` where it was aborted.
 */
export async function* inThreads<Task, Result>(
  entry: URL,
  data: unknown,
  tasks: Iterable<Task> | AsyncIterable<Task>,
  { workers, signal }: ThreadOptions,
): AsyncGenerator<Result> {
  signal?.throwIfAborted();
  const pool = startPool<Task, Result>(entry, data, workers);
  const stop = (): void => void pool.close();
  signal?.addEventListener('abort', stop);
  try {
    yield* inOrder(pool, tasks, 4 * workers);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** 0 … `count` - 1 in lists of at most `size`. */
export function* chunks(count: number, size: number): Generator<readonly number[]> {
  for (let from = 0; from < count; from += size) {
    yield Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i);
  }
}
