/**
 * Spectral normalisation of a convolution's filter: divided by its largest singular value, which the power method
 * follows by one round a training step. Source: Miyato et al. 2018; conventions of torch.nn.utils.spectral_norm (eps 1e-12).
 */

import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Tensors } from './op.ts';
import { bool, float32, haveKernels, raw, raw1 } from './raw.ts';

const EPSILON = 1e-12;

const norm = (x: Tensor): Tensor => tf.sqrt(tf.sum(tf.square(x)));

/** x over its norm. */
const unit = (x: Tensor, length = norm(x)): Tensor => tf.div(x, tf.maximum(length, EPSILON));

/**
 * Matrix [m, n] times column. TensorFlow's MatMul has a case of its own for a single column, which takes a third of the
 * time of the BatchMatMulV2 behind tfjs's matMul.
 */
const timesColumn = defineOp<{ transposed: boolean }>({
  name: 'TimesColumn',
  tensorflow: (inputs, { transposed }) =>
    raw1('MatMul', { T: float32, transpose_a: bool(transposed), transpose_b: bool(false) }, inputs),
  portable: ([matrix, column], { transposed }) => tf.matMul(matrix, column, transposed),
});

/** Outputs: filter / sigma, u, v, sigma. */
const spectral = defineOp<{ iterate: boolean }>({
  name: 'SpectralNorm',
  tensorflow: (inputs, { iterate }) =>
    haveKernels()
      ? raw('FsgSpectralNorm', { iterate: bool(iterate) }, inputs, 4)
      : powerMethod(inputs, iterate),
  portable: (inputs, { iterate }) => powerMethod(inputs, iterate),
  saves: { outputs: [0, 1, 2, 3] },
  gradient: ([dy], [normalised, u, v, sigma]) => [
    () => spectralGradient([dy, normalised, u, v, sigma], {})[0],
    () => tf.zerosLike(u),
    () => tf.zerosLike(v),
  ],
});

function powerMethod([filter, u, v]: Tensors, iterate: boolean): Tensor[] {
  const matrix = tf.reshape(filter, [-1, filter.shape.at(-1) as number]);
  let left = tf.reshape(u, [-1, 1]);
  let right = tf.reshape(v, [-1, 1]);
  if (iterate) right = unit(timesColumn([matrix, left], { transposed: false })[0]);
  const image = timesColumn([matrix, right], { transposed: true })[0];
  // The new u is the image's own direction, so that uᵀ·W·v is the image's length.
  const sigma = iterate ? norm(image) : tf.sum(tf.mul(image, left));
  if (iterate) left = unit(image, sigma);
  return [tf.div(filter, sigma), tf.reshape(left, u.shape), tf.reshape(right, v.shape), sigma];
}

/** Inputs: dy, filter / sigma, u, v, sigma; output: the filter's gradient. */
const spectralGradient = defineOp({
  name: 'SpectralNormGradient',
  tensorflow: (inputs) =>
    haveKernels() ? raw1('FsgSpectralNormGradient', {}, inputs) : portableGradient(inputs),
  portable: (inputs) => portableGradient(inputs),
});

function portableGradient([dy, normalised, u, v, sigma]: Tensors): Tensor {
  const [h, w, i] = normalised.shape as [number, number, number];
  const along = tf.sum(tf.mul(dy, normalised));
  const outer = tf.mul(tf.mul(tf.reshape(v, [h, w, i, 1]), along), u);
  return tf.div(tf.sub(dy, outer), sigma);
}

/**
 * filter [h, w, I, O], u [O], v [h·w·I] (rows in the filter's own order) → the filter over its spectral norm uᵀ·W·v,
 * and u, v after one round of the power method where `iterate` (they count as constants in the gradient).
 */
export function spectralNorm(
  filter: Tensor4D,
  u: Tensor1D,
  v: Tensor1D,
  iterate: boolean,
): { filter: Tensor4D; u: Tensor1D; v: Tensor1D } {
  const [normalised, left, right, sigma] = spectral([filter, u, v], { iterate });
  sigma.dispose();
  return { filter: normalised as Tensor4D, u: left as Tensor1D, v: right as Tensor1D };
}
