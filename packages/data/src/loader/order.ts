/** The order in which an epoch shows the faces, computed from the seed alone: nothing is carried along. */
import { random } from '../random.ts';

/** Where training stands in the data: what a checkpoint keeps. */
export interface LoaderPosition {
  readonly epoch: number;
  /** Batches of the epoch already seen. */
  readonly index: number;
}

/** A permutation of 0 … count - 1 of its own for each seed and epoch (Fisher and Yates). */
export function shuffled(count: number, seed: number, epoch: number): Uint32Array {
  const stream = random(seed, 'order', epoch);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = stream.integer(0, i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

export const nextPosition = ({ epoch, index }: LoaderPosition, batchesPerEpoch: number): LoaderPosition =>
  index + 1 < batchesPerEpoch ? { epoch, index: index + 1 } : { epoch: epoch + 1, index: 0 };
