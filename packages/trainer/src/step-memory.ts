/** The memory that a training step takes, told from small steps before the first real one. */
import { tf } from '@fsg/engine';
import { UserError } from '@fsg/runs';
import { type Batch, IMAGE_SIZE, type Stage } from './stage.ts';
import { paceOf, type TrainState } from './state.ts';

/** Bytes of tensors that a step on n pictures adds at its peak: `fixed` + n * `each`. */
export interface StepMemory {
  readonly fixed: number;
  readonly each: number;
}

/** Pictures of the largest step that is tried: beyond, activations outweigh what a step needs at any batch. */
const TRIED = 8;

/** Batches that stand in memory beside the step's: the loop's, those ready and those in the making. */
const WAITING = 5;
/** Clean and occluded picture and mask, of four bytes a value. */
const PICTURE_BYTES = 7 * 4 * IMAGE_SIZE * IMAGE_SIZE;
/** What allocators take beyond the tensors. */
const MARGIN = 1.1;

/** Throws a UserError, which names a batch that fits, where a step on `batch` pictures needs more than `free` bytes. */
export async function refuseLargeBatch(
  stage: Stage,
  state: TrainState,
  batch: number,
  free: number,
): Promise<void> {
  const step = await stepMemory(stage, state, batch, free);
  const fixed = MARGIN * step.fixed;
  const each = MARGIN * (step.each + WAITING * PICTURE_BYTES);
  const needed = fixed + batch * each;
  if (needed <= free) return;
  const fits = Math.floor((free - fixed) / each);
  const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(2))} GB`;
  throw new UserError(
    `batch: ${batch} needs about ${gigabytes(needed)} of memory a step, of which ${gigabytes(free)} are free; ` +
      (fits > 0 ? `a batch of ${fits} would fit` : 'not even one picture fits: take a smaller model.dim'),
    2,
  );
}

/** By steps on 1, 2, 4 and 8 pictures; fewer where those show that `batch` needs more than `free`. `state` stays as it is. */
export async function stepMemory(
  stage: Stage,
  state: TrainState,
  batch: number,
  free = Number.POSITIVE_INFINITY,
): Promise<StepMemory> {
  let bytes = await peak(stage, state, 1);
  let memory: StepMemory = { fixed: 0, each: bytes };
  for (let tried = 2; tried <= Math.min(batch, TRIED); tried *= 2) {
    const before = bytes;
    bytes = await peak(stage, state, tried);
    const each = (bytes - before) / (tried / 2);
    memory = { fixed: bytes - tried * each, each };
    if (bytes > free) break;
  }
  return memory;
}

/** As the step runs while it is recorded, when nothing is freed on the way. */
async function peak(stage: Stage, state: TrainState, batch: number): Promise<number> {
  const before = tf.memory().numBytes;
  const pace = paceOf(state.step, 0, stage.optimiser);
  const noise = stage.noise(state.step, batch);
  const pictures = grey(batch);
  const { peakBytes } = await tf.profile(() =>
    tf.tidy(() => {
      stage.step({ networks: state.networks, batch: pictures, noise, pace });
      return [];
    }),
  );
  tf.dispose([pace, noise, pictures].flatMap((group) => Object.values(group)));
  return peakBytes - before;
}

function grey(count: number): Batch {
  const pictures = (channels: number): tf.Tensor4D =>
    tf.fill([count, IMAGE_SIZE, IMAGE_SIZE, channels], 0.5) as tf.Tensor4D;
  return {
    clean: pictures(3),
    occluded: pictures(3),
    mask: pictures(1),
    landmarks: tf.fill([count, 136], IMAGE_SIZE / 2) as tf.Tensor2D,
    labels: tf.zeros([count], 'int32'),
  };
}
