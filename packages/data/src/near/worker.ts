/** A thread that looks pictures up. */
import sharp from 'sharp';
import { serve } from '../workers/serve.ts';
import { type Found, type NearData, NearLookup } from './look-up.ts';

sharp.concurrency(1);

await serve<NearData, readonly number[], Found[]>(async (data) => {
  const near = new NearLookup(data);
  return async (pictures) => {
    const result: Found[] = [];
    for (const picture of pictures) result.push(await near.find(picture));
    return { result };
  };
});
