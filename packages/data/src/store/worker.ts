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

/** The samples, their pieces in shared memory one after the other: in the one given where it has room. */
function inShared(
  made: readonly (MadeSample | Unusable)[],
  given: SharedArrayBuffer | undefined,
): Pick<MakeAnswer, 'made' | 'memory'> {
  const bytes = made.reduce((sum, sample) => sum + ('tar' in sample ? sample.tar.length : 0), 0);
  const memory = given && given.byteLength >= bytes ? given : new SharedArrayBuffer(Math.ceil(1.1 * bytes));
  let at = 0;
  const moved = made.map((sample) => {
    if (!('tar' in sample)) return sample;
    const tar = new Uint8Array(memory, at, sample.tar.length);
    tar.set(sample.tar);
    at += tar.length;
    return { ...sample, tar };
  });
  return { made: moved, memory };
}
