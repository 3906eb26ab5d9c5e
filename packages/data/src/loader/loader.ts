/** What training reads: batches by position, occluders drawn on the fly, the next ones made ahead in threads. */
import type { AugmentConfig } from '../augment.ts';
import type { DataConfig } from '../config.ts';
import { UserError } from '../error.ts';
import type { FaceFile } from '../faces/face-file.ts';
import type { FaceSet } from '../faces/open-faces.ts';
import { type Pool, startPool } from '../workers/pool.ts';
import type { Batch } from './batch.ts';
import { type LoaderPosition, nextPosition, shuffled } from './order.ts';

export interface LoaderOptions {
  /** Faces a batch. */
  readonly batch: number;
  /** Of the order; what is drawn over the faces follows the data section's own seed. */
  readonly seed: number;
  /** Threads that make batches. */
  readonly workers?: number;
  /** Batches made ahead: bounds the memory. Left out: one more than there are threads. */
  readonly ahead?: number;
  /** Only the first faces, as many as this share of all, in (0, 1]. */
  readonly share?: number;
  /** Every epoch in the faces' own order. */
  readonly ordered?: boolean;
}

export interface Loader {
  /** Whole batches in an epoch: a short last one is left out, others each time as the order changes. */
  readonly batchesPerEpoch: number;
  /** The batch at a position. Asked for in order, it is ready in advance. */
  batch(position: LoaderPosition): Promise<Batch>;
  /** The position after this one. */
  next(position: LoaderPosition): LoaderPosition;
  close(): Promise<void>;
}

/** What the thread is started with. */
export interface LoaderData {
  readonly faces: FaceFile;
  readonly config: Pick<DataConfig, 'occluders' | 'seed' | 'degrade'>;
  readonly augment?: AugmentConfig;
}

export interface BatchTask {
  readonly epoch: number;
  readonly indices: Uint32Array;
}

/**
 * Opens a loader over the faces of train or validation; augmentation is the section's, on training faces only.
 * Throws a `UserError` where the faces do not fill one batch, and refuses the faces of the test side.
 */
export function openLoader(config: DataConfig, faces: FaceSet, options: LoaderOptions): Loader {
  if (faces.split === 'test')
    throw new Error('faces of the test side are not for training: ask for evaluation samples');
  const { batch, seed, workers = 1, ahead = workers + 1, share = 1, ordered = false } = options;
  const count = Math.floor(share * faces.size);
  const batchesPerEpoch = Math.floor(count / batch);
  if (batchesPerEpoch === 0) {
    throw new UserError(
      `${count} faces on the ${faces.split} side do not fill a batch of ${batch}: ` +
        'raise data.source.identities or lower batch',
      { exitCode: 2 },
    );
  }
  const data: LoaderData = {
    faces: faces.file,
    config: { occluders: config.occluders, seed: config.seed, degrade: config.degrade },
    ...(faces.split === 'train' && { augment: config.augment }),
  };
  const pool = startPool<BatchTask, Batch>(new URL('./worker.ts', import.meta.url), data, workers);
  const order = ordered ? () => Uint32Array.from({ length: count }, (_, i) => i) : epochOrder(count, seed);
  const task = ({ epoch, index }: LoaderPosition): BatchTask => ({
    epoch,
    indices: order(epoch).slice(index * batch, (index + 1) * batch),
  });
  const next = (position: LoaderPosition): LoaderPosition => nextPosition(position, batchesPerEpoch);
  return {
    batchesPerEpoch,
    next,
    batch: prefetched(pool, task, next, ahead),
    close: () => pool.close(),
  };
}

/** Keeps the last epoch's permutation. */
function epochOrder(count: number, seed: number): (epoch: number) => Uint32Array {
  let kept: { epoch: number; order: Uint32Array } | undefined;
  return (epoch) => {
    if (kept?.epoch !== epoch) kept = { epoch, order: shuffled(count, seed, epoch) };
    return kept.order;
  };
}

/** Asks for the batch and for those after it; what was asked for and is no longer wanted is dropped. */
function prefetched(
  pool: Pool<BatchTask, Batch>,
  task: (position: LoaderPosition) => BatchTask,
  next: (position: LoaderPosition) => LoaderPosition,
  ahead: number,
): Loader['batch'] {
  let asked = new Map<string, Promise<Batch>>();
  return (position) => {
    const wanted = new Map<string, Promise<Batch>>();
    let at = position;
    for (let i = 0; i <= ahead; i++) {
      const name = `${at.epoch}/${at.index}`;
      let batch = asked.get(name);
      if (!batch) {
        batch = pool.run(task(at));
        batch.catch(() => {});
      }
      wanted.set(name, batch);
      at = next(at);
    }
    asked = wanted;
    return asked.get(`${position.epoch}/${position.index}`) as Promise<Batch>;
  };
}
