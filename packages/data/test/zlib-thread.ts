/** A worker thread that makes one zlib stream after the other for so many milliseconds as its task says. */
import { deflateSync } from 'node:zlib';
import { serve } from '../src/workers/serve.ts';

const pixels = new Uint8Array(16);

await serve<undefined, number, number>(async () => async (milliseconds) => {
  let streams = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; )
    for (let i = 0; i < 200; i++, streams++) deflateSync(pixels, { level: 0, chunkSize: 64 });
  return { result: streams };
});
