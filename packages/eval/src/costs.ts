/** What a method takes: time and memory of one batch. */
import type { Sample } from '@fsg/data';
import { tf } from '@fsg/engine';
import type { Method } from './protocol.ts';

export interface Cost {
  /** Of an image. */
  readonly milliseconds: number;
  /** Most bytes of tensors beside the weights; 0 where it takes none. */
  readonly bytes: number;
}

const TRIES = 3;

/** The median time of some tries on a batch. Methods that share a network's run have its whole time each. */
export async function costOf({ restore }: Method, batch: readonly Sample[]): Promise<Cost> {
  const times: number[] = [];
  const before = tf.memory().numBytes;
  let bytes = 0;
  for (let attempt = 0; attempt <= TRIES; attempt++) {
    // Another array: what was made of the last one is not taken again.
    const samples = [...batch];
    const start = performance.now();
    if (attempt === 0) {
      const { peakBytes } = await tf.profile(async () => {
        await restore(samples);
        return [];
      });
      bytes = Number.isFinite(peakBytes) ? Math.max(0, peakBytes - before) : 0;
    } else {
      await restore(samples);
      times.push(performance.now() - start);
    }
  }
  const middle = times.sort((a, b) => a - b)[TRIES >> 1] as number;
  return { milliseconds: middle / batch.length, bytes };
}
