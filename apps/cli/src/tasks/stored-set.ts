/** A stored data set named by its folder or by its address, from which it is fetched into the cache. */
import { fetchDataset } from '@fsg/data';
import { fileProblem, openStore } from '@fsg/runs';
import type { Context } from './context.ts';
import { lateBar } from './late-bar.ts';

/** `s3://bucket/prefix`; everything else is a path. */
export const isAddress = (name: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(name);

/** The set's folder. Throws a UserError where the set cannot be fetched, or is not what its `dataset.json` says. */
export async function localSet(name: string, context: Context): Promise<string> {
  if (!isAddress(name)) return name;
  const { cache, signal, info } = context;
  const bar = lateBar(context, `fetched from ${name}`, 'samples');
  try {
    return await fetchDataset(await openStore(name), {
      cache,
      signal,
      waiting: (pid) => info(`process ${pid} fetches ${name}: waiting for it`),
      progress: bar.progress,
    });
  } catch (error) {
    throw fileProblem(error, `cannot keep ${name} in ${cache}`);
  } finally {
    bar.end();
  }
}
