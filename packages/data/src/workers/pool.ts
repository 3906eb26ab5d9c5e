/** A few worker threads that answer tasks. */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { UserError } from '../error.ts';

export interface Request<Task> {
  readonly id: number;
  readonly task: Task;
}

/** In place of a task: the thread ends. */
export const STOP = 'stop';

export interface Reply<Result> {
  readonly id: number;
  readonly result?: Result;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly stack: string | undefined;
    readonly exitCode: 1 | 2;
  };
}

export interface Pool<Task, Result> {
  /** Gives the task to the thread with the fewest waiting. Rejects where the task or its thread fails. */
  run(task: Task): Promise<Result>;
  /** Rejects tasks still under way, and resolves when each thread has ended, after the task that it works at. */
  close(): Promise<void>;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: Error): void;
}

interface Thread<Result> {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting<Result>>;
  readonly ended: Promise<unknown>;
  failed?: Error;
}

/**
 * V8 holds a small heap with large pictures outside of it to be out of bounds and marks it again after every few samples, in
 * further threads: a quarter of the processor's time. MiB.
 */
const HEAP_BEFORE_MARKING = 64;

/** Starts `size` threads on the file `entry`, which calls `serve`; `data` is copied to each, shared memory shared. */
export function startPool<Task, Result>(entry: URL, data: unknown, size: number): Pool<Task, Result> {
  setFlagsFromString(`--initial-old-space-size=${HEAP_BEFORE_MARKING}`);
  const bootstrap = new URL('./bootstrap.mjs', import.meta.url);
  const threads = Array.from({ length: size }, () =>
    watch<Result>(new Worker(bootstrap, { workerData: { entry: entry.href, data }, execArgv: [] })),
  );
  let nextId = 0;
  return {
    run(task) {
      const thread = threads.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
      if (thread.failed) return Promise.reject(thread.failed);
      return new Promise<Result>((resolve, reject) => {
        const id = nextId++;
        thread.waiting.set(id, { resolve, reject });
        thread.worker.postMessage({ id, task } satisfies Request<Task>);
      });
    },
    async close() {
      for (const thread of threads) fail(thread, new Error('the worker threads were closed'));
      // Not terminate(): Node aborts the whole process where that meets a thread as it makes a zlib stream.
      for (const { worker } of threads) worker.postMessage(STOP);
      await Promise.all(threads.map(({ ended }) => ended));
    },
  };
}

function watch<Result>(worker: Worker): Thread<Result> {
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const thread: Thread<Result> = { worker, waiting: new Map(), ended };
  worker.on('message', ({ id, result, error }: Reply<Result>) => {
    const waiting = thread.waiting.get(id);
    thread.waiting.delete(id);
    if (error) waiting?.reject(asError(error));
    else waiting?.resolve(result as Result);
  });
  worker.on('error', (error: Error) => fail(thread, error));
  worker.on('exit', (code) => fail(thread, new Error(`a worker thread ended with code ${code}`)));
  return thread;
}

function fail<Result>(thread: Thread<Result>, error: Error): void {
  thread.failed ??= error;
  for (const { reject } of thread.waiting.values()) reject(error);
  thread.waiting.clear();
}

function asError({ name, message, stack, exitCode }: NonNullable<Reply<never>['error']>): Error {
  if (name === 'UserError') return new UserError(message, { exitCode });
  const error = new Error(message);
  if (stack) error.stack = stack;
  return error;
}

/** Results in the order of the tasks, at most `ahead` of them under way or waiting to be taken. */
export async function* inOrder<Task, Result>(
  pool: Pool<Task, Result>,
  tasks: Iterable<Task> | AsyncIterable<Task>,
  ahead: number,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const task of tasks) {
    const result = pool.run(task);
    // Awaited below, in its turn; until then a failure is not unhandled.
    result.catch(() => {});
    running.push(result);
    if (running.length >= ahead) yield await (running.shift() as Promise<Result>);
  }
  for (const result of running) yield await result;
}
