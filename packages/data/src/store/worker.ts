/** A thread that makes samples of a data set. */
import sharp from 'sharp';
import { type DataConfig, openData } from '../config.ts';
import { serve } from '../workers/serve.ts';
import { makeSample } from './make-sample.ts';
import type { Answer } from './synthesise.ts';

sharp.concurrency(1);

await serve<DataConfig, readonly number[], Answer[]>(async (config) => {
  const data = await openData(config);
  return async (candidates) => {
    const result: Answer[] = [];
    for (const candidate of candidates) result.push({ candidate, made: await makeSample(data, candidate) });
    const arrays = result.flatMap(({ made }) => ('tar' in made ? [made.tar, ...made.pixels] : []));
    return {
      result,
      transfer: [...new Set(arrays.filter(isWhole).map(({ buffer }) => buffer as ArrayBuffer))],
    };
  };
});

/** True where the array has its memory to itself, so that it may be handed over in place of copied. */
const isWhole = (array: Uint8Array): boolean =>
  !Buffer.isBuffer(array) && array.byteLength === array.buffer.byteLength;
