/** Opens one side's faces with a progress bar, from the cache where they were rendered before. */
import { type FaceSet, type OpenData, openFaces, type Split } from '@fsg/data';
import type { Context } from './context.ts';

export async function facesOf(
  data: OpenData,
  split: Split,
  context: Context,
  count?: number,
): Promise<FaceSet> {
  const kind = data.source.synthetic ? 'synthetic faces' : 'faces';
  let bar: ReturnType<Context['progress']> | undefined;
  const faces = await openFaces(data, {
    split,
    workers: context.workers,
    cache: context.cache,
    signal: context.signal,
    progress: (done, total) => {
      bar ??= context.progress(`${kind}, ${split}`, total, 'faces');
      bar.at(done);
    },
    ...(count !== undefined && { count }),
  });
  bar?.end();
  return faces;
}
