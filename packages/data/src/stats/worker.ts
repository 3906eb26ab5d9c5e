/** A thread that composes and measures samples. */
import sharp from 'sharp';
import { type DataConfig, openData } from '../config.ts';
import type { Unusable } from '../unusable.ts';
import { serve } from '../workers/serve.ts';
import { type Measured, measureSample } from './measure.ts';

sharp.concurrency(1);

await serve<DataConfig, readonly number[], (Measured | Unusable)[]>(async (config) => {
  const data = await openData(config);
  return async (indices) => {
    const result: (Measured | Unusable)[] = [];
    for (const index of indices) result.push(await measureSample(data, index));
    return { result };
  };
});
