/** A thread that loads faces into the file. */
import { openSource } from '../source.ts';
import { serve } from '../workers/serve.ts';
import { FaceWriter } from './face-file.ts';
import { type Failed, type LoadTask, loadRecords } from './load.ts';
import type { LoadData } from './open-faces.ts';

await serve<LoadData, LoadTask, Failed>(async ({ source: config, path, layout, indices }) => {
  const source = await openSource(config);
  const writer = new FaceWriter(path, layout);
  return async (task) => ({ result: await loadRecords(source, indices, writer, task) });
});
