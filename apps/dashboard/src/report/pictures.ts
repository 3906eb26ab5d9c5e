/** Pictures of a run as addresses that hold the picture itself. */
import { embedPicture, type Picture } from '../page/picture.ts';
import type { RunView, SampleFile } from './run-view.ts';

/** Steps shown of a run at most: enough to see how it learns, few enough for a page that opens at once. */
const MOST_STEPS = 24;

export interface SamplePicture extends Picture {
  readonly step: number;
}

/** A picture file; null where it cannot be read. */
export async function embed(path: string): Promise<Picture | null> {
  try {
    return await embedPicture(path);
  } catch {
    return null;
  }
}

/** The sample pictures of a run, evenly chosen where there are many, with the paths that could not be read. */
export async function embedSamples(
  view: RunView,
): Promise<{ pictures: SamplePicture[]; unreadable: string[] }> {
  const chosen = evenly(view.samples, MOST_STEPS);
  const pictures: SamplePicture[] = [];
  const unreadable: string[] = [];
  for (const { step, path } of chosen) {
    const picture = await embed(path);
    if (picture) pictures.push({ step, ...picture });
    else unreadable.push(path);
  }
  return { pictures, unreadable };
}

/** At most `most` items, first and last among them. */
function evenly(items: readonly SampleFile[], most: number): readonly SampleFile[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as SampleFile,
  );
}
