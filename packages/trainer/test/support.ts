/** Small networks and made-up pictures, enough to see a step's arithmetic. */

import { type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { random } from '@fsg/engine/random';
import { entriesOf, initialise, isGuided, type ModelOptions } from '@fsg/models';
import type { StructureDraw } from '../src/defects.ts';
import type { GeneratorWeights } from '../src/passes.ts';
import type { Batch, RestoringStage, Stage, StepOutputs } from '../src/stage.ts';
import { stage1 } from '../src/stage1.ts';
import { type Stage2Options, stage2 } from '../src/stage2.ts';
import { paceOf, type TrainState } from '../src/state.ts';

export const size = { dim: 32, zDim: 8 };
export const optimiser = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ema: 0 };

/** Smooth pictures with a grey block over them; the same for the same index. */
export function batchAt(index: number, count = 2): Batch {
  const stream = random('pictures', index);
  const clean = new Float32Array(count * 128 * 128 * 3);
  for (let n = 0; n < count; n++) {
    const [a, b, c] = [stream.uniform(0.02, 0.06), stream.uniform(0.02, 0.06), stream.uniform(0, 6)] as const;
    for (let i = 0; i < 128 * 128 * 3; i++) {
      const [x, y, channel] = [Math.floor(i / 3) % 128, Math.floor(i / 384), i % 3];
      clean[n * 128 * 128 * 3 + i] = 0.8 * Math.sin(a * x + b * y + c + channel);
    }
  }
  const occluded = clean.map((value, i) => (Math.floor(i / 384) % 128 > 70 ? 0.1 : value));
  const shape: [number, number, number, number] = [count, 128, 128, 3];
  return {
    occluded: tf.tensor4d(occluded, shape),
    clean: tf.tensor4d(clean, shape),
    mask: tf.tensor4d(
      Float32Array.from({ length: count * 128 * 128 }, (_, i) => (Math.floor(i / 128) % 128 > 70 ? 1 : 0)),
      [count, 128, 128, 1],
    ),
    landmarks: tf.zeros([count, 136]),
    labels: tf.range(0, count, 1, 'int32'),
  };
}

export const smallStage1 = (seed = 1, ema = 0): RestoringStage =>
  stage1({ size, optimiser: { ...optimiser, ema }, weights: { reconstruction: 1, kl: 1 }, seed });

interface SmallStage2 extends Partial<GeneratorWeights> {
  readonly crop?: number;
  /** What the variant has in place of the paper's choices. */
  readonly model?: Partial<ModelOptions>;
  readonly defects?: Stage2Options['defects'];
  readonly draw?: StructureDraw;
  readonly ema?: number;
}

/** Stage II over an untrained structure network and pooled pixels in place of a recogniser. */
export function smallStage2(
  seed = 1,
  { crop, model, defects, draw = 'mean', ema = 0, ...weights }: SmallStage2 = {},
): { stage: RestoringStage; structure: ReturnType<typeof initialise> } {
  const variant = { ...size, ...model };
  const structure = initialise(entriesOf('vae', size), 7);
  const embed = (images: Tensor4D): Tensor2D => {
    const pooled = tf.reshape(tf.avgPool(images, 16, 16, 'valid'), [images.shape[0], -1]);
    return tf.div(pooled, tf.norm(pooled, 2, 1, true));
  };
  const options = {
    size: variant,
    optimiser: { ...optimiser, ema },
    ...(isGuided(variant) && { structure: { tensors: structure, size, draw } }),
    ...(defects && { defects }),
    recogniser: { embed, frozen: [] },
  };
  const losses = { l1: 100, identity: 50, adversarial: 1, tv: 0.5, hole: 0, ...weights };
  return { stage: stage2({ ...options, weights: losses, ...(crop && { crop }), seed }), structure };
}

/** One step at `rate`; takes over the batch. */
export function stepOnce(stage: Stage, state: TrainState, batch: Batch, rate = 1e-3) {
  const noise = stage.noise(state.step, batch.clean.shape[0]);
  const pace = paceOf(state.step, rate, stage.optimiser);
  const { networks, metrics } = tf.tidy(
    () => stage.step({ networks: state.networks, batch, noise, pace }) as unknown as tf.TensorContainerObject,
  ) as unknown as StepOutputs;
  tf.dispose([noise, pace].flatMap((group) => Object.values(group)));
  return { next: { step: state.step + 1, networks }, metrics };
}

export const valuesOf = (state: TrainState): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(state.networks).flatMap(([network, { tensors, adam, ema }]) =>
      Object.entries({
        ...tensors,
        'adam.first': adam.first,
        'adam.second': adam.second,
        ...(ema && { ema }),
      }).map(([name, tensor]) => [`${network}.${name}`, tensor.dataSync().slice() as Float32Array]),
    ),
  );
