/** Batch normalisation over [B, H, W, C], a mean and a variance a channel. eps 1e-5 as in PyTorch. */

import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './op.ts';
import { bool, float, float32, raw, text } from './raw.ts';

const EPSILON = 1e-5;

const fused = (training: boolean) => ({
  T: float32,
  U: float32,
  epsilon: float(EPSILON),
  data_format: text('NHWC'),
  is_training: bool(training),
});

/** Outputs: y, batch mean, unbiased batch variance, then what the gradient needs (mean and variance or its inverse root). */
const training = defineOp({
  name: 'BatchNorm',
  tensorflow: ([x, scale, offset]) => {
    const none = tf.tensor1d([]);
    return raw(
      'FusedBatchNormV3',
      { ...fused(true), exponential_avg_factor: float(1) },
      [x, scale, offset, none, none],
      6,
    );
  },
  portable: ([x, scale, offset]) => {
    const mean = tf.mean(x, [0, 1, 2]);
    const variance = tf.mean(tf.squaredDifference(x, mean), [0, 1, 2]);
    const inverse = tf.rsqrt(tf.add(variance, EPSILON));
    const gain = tf.mul(scale, inverse);
    const y = tf.add(tf.mul(x, gain), tf.sub(offset, tf.mul(mean, gain)));
    const n = x.size / mean.size;
    return [y, mean, tf.mul(variance, n / Math.max(n - 1, 1)), mean.clone(), inverse, tf.scalar(0)];
  },
  saves: { inputs: [0, 1], outputs: [3, 4, 5] },
  gradient: ([dy], [x, scale, ...reserved]) => {
    const [dx, dScale, dOffset] = gradients([dy, x, scale, ...reserved], {});
    return [() => dx, () => dScale, () => dOffset];
  },
});

const gradients = defineOp({
  name: 'BatchNormGradient',
  tensorflow: (inputs) => raw('FusedBatchNormGradV3', fused(true), inputs, 5).slice(0, 3),
  portable: ([dy, x, scale, mean, inverse]) => {
    const n = x.size / mean.size;
    const dOffset = tf.sum(dy, [0, 1, 2]);
    const dScale = tf.mul(tf.sum(tf.mul(dy, tf.sub(x, mean)), [0, 1, 2]), inverse);
    const gain = tf.mul(scale, inverse);
    const slope = tf.div(tf.mul(tf.mul(gain, inverse), dScale), -n);
    const shift = tf.sub(tf.div(tf.mul(gain, dOffset), -n), tf.mul(slope, mean));
    return [tf.add(tf.add(tf.mul(dy, gain), tf.mul(x, slope)), shift), dScale, dOffset];
  },
});

/** Normalises by the batch's own statistics. `variance` is unbiased (n − 1), as PyTorch keeps it in running_var. */
export function batchNormTraining(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
): { y: Tensor4D; mean: Tensor1D; variance: Tensor1D } {
  const [y, mean, variance, ...reserved] = training([x, scale, offset], {});
  for (const tensor of reserved) tensor.dispose();
  return { y: y as Tensor4D, mean: mean as Tensor1D, variance: variance as Tensor1D };
}

/** Normalises by the running statistics: one multiplication and one addition a value. */
export function batchNormEvaluation(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
): Tensor4D {
  const gain = tf.mul(scale, tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(x, gain), tf.sub(offset, tf.mul(mean, gain)));
}
