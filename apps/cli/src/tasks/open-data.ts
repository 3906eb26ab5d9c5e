/** Opens a recipe's data, fetched or its faces' landmarks detected where the recipe wants that, and says what is odd about it. */
import { type DataConfig, type OpenData, openData, prepareData } from '@fsg/data';
import type { Context } from './context.ts';
import { lateBar } from './late-bar.ts';
import { localSet } from './stored-set.ts';

export async function openNoted(config: DataConfig, context: Context): Promise<OpenData> {
  const { cache, signal, warn } = context;
  const bar = lateBar(context, 'landmarks', 'pictures');
  const data = await openData(
    await prepareData(await withLocalSet(config, context), {
      cache,
      signal,
      progress: bar.progress,
    }),
  );
  bar.end();
  for (const note of data.source.notes ?? []) warn(note);
  return data;
}

async function withLocalSet(config: DataConfig, context: Context): Promise<DataConfig> {
  const { source } = config;
  if (source.kind !== 'stored') return config;
  return { ...config, source: { ...source, root: await localSet(source.root, context) } };
}
