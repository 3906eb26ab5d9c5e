/** A thread that loads faces into the shared memory. */
import { openSource } from '../source.ts';
import { serve } from '../workers/serve.ts';
import { type LoadData, type LoadTask, loadTask } from './open-faces.ts';

await serve<LoadData, LoadTask, number>(async (data) => {
  const source = await openSource(data.source);
  return async (task) => ({ result: await loadTask((index) => source.load(index), data, task) });
});
