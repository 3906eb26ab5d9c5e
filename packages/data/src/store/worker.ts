/** A thread that makes samples of a data set. */
import sharp from 'sharp';
import { type DataConfig, openData } from '../config.ts';
import type { Unusable } from '../unusable.ts';
import { serve } from '../workers/serve.ts';
import { type MadeSample, makeSample } from './make-sample.ts';
import type { MakeAnswer, MakeTask } from './synthesise.ts';

sharp.concurrency(1);

await serve<DataConfig, MakeTask, MakeAnswer>(async (config) => {
  const data = await openData(config);
  return async ({ candidates, memory }) => {
    const made: (MadeSample | Unusable)[] = [];
    for (const candidate of candidates) made.push(await makeSample(data, candidate));
    return { result: { candidates, ...inShared(made, memory) } };
  };
});

/** The samples, their pixels and pieces in shared memory one after the other: in the one given where it has room. */
function inShared(
  made: readonly (MadeSample | Unusable)[],
  given: SharedArrayBuffer | undefined,
): Pick<MakeAnswer, 'made' | 'memory'> {
  const parts = made.flatMap((sample) => ('tar' in sample ? [...sample.pixels, sample.tar] : []));
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  const memory = given && given.byteLength >= bytes ? given : new SharedArrayBuffer(Math.ceil(1.1 * bytes));
  let at = 0;
  const moved = <T extends Uint8Array>(part: T): T => {
    const copy = new Uint8Array(memory, at, part.length);
    copy.set(part);
    at += part.length;
    return copy as T;
  };
  return {
    memory,
    made: made.map((sample) => {
      if (!('tar' in sample)) return sample;
      const [clean, occluded, mask] = sample.pixels;
      return { ...sample, pixels: [moved(clean), moved(occluded), moved(mask)], tar: moved(sample.tar) };
    }),
  };
}
