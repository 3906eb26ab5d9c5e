/** A worker thread's side: takes tasks from the pool and answers each. */
import { setImmediate } from 'node:timers/promises';
import type { Transferable } from 'node:worker_threads';
import { parentPort, workerData } from 'node:worker_threads';
import { type Reply, type Request, STOP } from './pool.ts';

export interface Answer<Result> {
  readonly result: Result;
  /** Buffers of the result that are handed over in place of copied. */
  readonly transfer?: readonly Transferable[];
}

/** Answers tasks, one at a time, until it is told to stop. `start` gets what the pool was started with. */
export async function serve<Data, Task, Result>(
  start: (data: Data) => Promise<(task: Task) => Promise<Answer<Result>>>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('this file is a worker thread of the data package');
  let ready: ReturnType<typeof start> | undefined;
  let before: Promise<void> = Promise.resolve();
  const answer = async ({ id, task }: Request<Task>): Promise<void> => {
    try {
      ready ??= start((workerData as { data: Data }).data);
      const { result, transfer = [] } = await (await ready)(task);
      port.postMessage({ id, result } satisfies Reply<Result>, [...transfer]);
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      const exitCode = (error as { exitCode?: unknown }).exitCode === 2 ? 2 : 1;
      port.postMessage({ id, error: { name, message, stack, exitCode } } satisfies Reply<Result>);
    }
  };
  port.on('message', (request: Request<Task> | typeof STOP) => {
    if (request === STOP) process.exit();
    // Each task in a turn of its own, that a thread hears between two that it is to stop.
    before = before.then(() => setImmediate()).then(() => answer(request));
  });
}
