/** A thread that makes samples of a data set. */
import sharp from 'sharp';
import { type DataConfig, openData } from '../config.ts';
import { serve } from '../workers/serve.ts';
import { type MadeSample, type SetAside, trySample } from './make-sample.ts';

sharp.concurrency(1);

await serve<DataConfig, readonly number[], (MadeSample | SetAside)[]>(async (config) => {
  const data = await openData(config);
  return async (candidates) => {
    const tried: (MadeSample | SetAside)[] = [];
    for (const candidate of candidates) tried.push(await trySample(data, candidate));
    return { result: tried };
  };
});
