/** A thread that makes samples of a data set. */
import sharp from 'sharp';
import { type DataConfig, openData } from '../config.ts';
import { serve } from '../workers/serve.ts';
import { type MadeSample, makeSample } from './make-sample.ts';

sharp.concurrency(1);

await serve<DataConfig, readonly number[], MadeSample[]>(async (config) => {
  const data = await openData(config);
  return async (indices) => {
    const samples: MadeSample[] = [];
    for (const index of indices) samples.push(await makeSample(data, index));
    return { result: samples };
  };
});
