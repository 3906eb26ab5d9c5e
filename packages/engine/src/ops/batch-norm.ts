/**
 * Batch normalisation over [B, H, W, C], a mean and a variance a channel; in training with the swish that follows it in
 * every block of these networks. eps 1e-5 as in PyTorch.
 */

import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Tensors } from './op.ts';
import { bool, float, float32, haveKernels, raw, text } from './raw.ts';

const EPSILON = 1e-5;

const fused = {
  T: float32,
  U: float32,
  epsilon: float(EPSILON),
  data_format: text('NHWC'),
  is_training: bool(true),
  exponential_avg_factor: float(1),
};

/** 1 / √(biased variance + ε) from the unbiased variance of `n` values. */
const inverseRoot = (variance: Tensor, n: number): Tensor =>
  tf.rsqrt(tf.add(tf.mul(variance, (n - 1) / n), EPSILON));

/** Values a channel. */
const count = (x: Tensor, channels: Tensor): number => x.size / channels.size;

/** Outputs: y, batch mean, unbiased batch variance. */
const training = defineOp({
  name: 'NormSwish',
  tensorflow: ([x, scale, offset]) => {
    if (haveKernels()) return raw('FsgNormSwish', {}, [x, scale, offset], 3);
    const none = tf.tensor1d([]);
    const [z, mean, variance] = raw('FusedBatchNormV3', fused, [x, scale, offset, none, none], 6);
    return [tf.mul(z as Tensor, tf.sigmoid(z as Tensor)), mean as Tensor, variance as Tensor];
  },
  portable: ([x, scale, offset]) => {
    const mean = tf.mean(x, [0, 1, 2]);
    const n = count(x, mean);
    const variance = tf.mul(tf.mean(tf.squaredDifference(x, mean), [0, 1, 2]), n / Math.max(n - 1, 1));
    const gain = tf.mul(scale, inverseRoot(variance, n));
    const z = tf.add(tf.mul(x, gain), tf.sub(offset, tf.mul(mean, gain)));
    return [tf.mul(z, tf.sigmoid(z)), mean, variance];
  },
  saves: { inputs: [0, 1, 2], outputs: [1, 2] },
  gradient: ([dy], saved) => {
    const [dx, dScale, dOffset] = gradients([dy, ...saved], {});
    return [() => dx, () => dScale, () => dOffset];
  },
});

/** Inputs: dy, x, scale, offset, mean, variance; outputs: gradients of x, scale, offset. */
const gradients = defineOp({
  name: 'NormSwishGradient',
  tensorflow: (inputs) =>
    haveKernels() ? raw('FsgNormSwishGradient', {}, inputs, 3) : portableGradients(inputs),
  portable: (inputs) => portableGradients(inputs),
});

function portableGradients([dy, x, scale, offset, mean, variance]: Tensors): Tensor[] {
  const n = count(x, mean);
  const inverse = inverseRoot(variance, n);
  const normalised = tf.mul(tf.sub(x, mean), inverse);
  const z = tf.add(tf.mul(normalised, scale), offset);
  const gate = tf.sigmoid(z);
  const dz = tf.mul(dy, tf.mul(gate, tf.add(1, tf.mul(z, tf.sub(1, gate)))));
  const dOffset = tf.sum(dz, [0, 1, 2]);
  const dScale = tf.sum(tf.mul(dz, normalised), [0, 1, 2]);
  const rest = tf.add(tf.div(dOffset, n), tf.mul(normalised, tf.div(dScale, n)));
  return [tf.mul(tf.mul(scale, inverse), tf.sub(dz, rest)), dScale, dOffset];
}

/**
 * Swish of x normalised by the batch's own statistics. `variance` is unbiased (n − 1), as PyTorch keeps it in running_var.
 */
export function normSwish(
  x: Tensor4D,
  scale: Tensor1D,
  offset: Tensor1D,
): { y: Tensor4D; mean: Tensor1D; variance: Tensor1D } {
  const [y, mean, variance] = training([x, scale, offset], {});
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
