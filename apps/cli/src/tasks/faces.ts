/** Opens one side's faces with a progress bar, from the cache where they were rendered before. */
import { type FaceSet, type OpenData, openFaces, type Split, type Unusable } from '@fsg/data';
import type { Context } from './context.ts';
import { lateBar } from './late-bar.ts';

export async function facesOf(
  data: OpenData,
  split: Split,
  context: Context,
  count?: number,
): Promise<FaceSet> {
  const kind = data.source.synthetic ? 'synthetic faces' : 'faces';
  const bar = lateBar(context, `${kind}, ${split}`, 'faces');
  const faces = await openFaces(data, {
    split,
    workers: context.workers,
    cache: context.cache,
    signal: context.signal,
    progress: bar.progress,
    ...(count !== undefined && { count }),
  });
  bar.end();
  warnOf(faces.setAside, context);
  return faces;
}

const NAMED = 5;

/** Says which inputs were of no use, the first few by name. */
export function warnOf(setAside: readonly Unusable[], { warn }: Pick<Context, 'warn'>): void {
  for (const { file, reason } of setAside.slice(0, NAMED)) warn(`set aside: ${file}: ${reason}`);
  if (setAside.length > NAMED) warn(`set aside: ${setAside.length - NAMED} more inputs`);
}
