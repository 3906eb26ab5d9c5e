/**
 * Spectral normalisation of a convolution's filter: divided by its largest singular value, which the power method
 * follows by one round a training step. Source: Miyato et al. 2018; conventions of torch.nn.utils.spectral_norm (eps 1e-12).
 */

import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './op.ts';

const unit = (x: Tensor): Tensor => tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x))), 1e-12));

/** The filter as a matrix: rows (h, w, I), columns O. */
const matrix = (filter: Tensor): Tensor => tf.reshape(filter, [-1, filter.shape.at(-1) as number]);

/** Outputs: filter / sigma, u, v, sigma. */
const spectral = defineOp<{ iterate: boolean }>({
  name: 'SpectralNorm',
  portable: ([filter, u, v], { iterate }) => {
    const m = matrix(filter);
    let left = tf.reshape(u, [-1, 1]);
    let right = tf.reshape(v, [-1, 1]);
    if (iterate) {
      right = unit(tf.matMul(m, left));
      left = unit(tf.matMul(m, right, true));
    }
    const sigma = tf.sum(tf.mul(tf.matMul(m, right, true), left));
    return [tf.div(filter, sigma), tf.reshape(left, u.shape), tf.reshape(right, v.shape), sigma];
  },
  saves: { outputs: [0, 1, 2, 3] },
  gradient: ([dy], [normalised, u, v, sigma]) => [
    () => {
      const along = tf.sum(tf.mul(dy, normalised));
      const outer = tf.matMul(tf.reshape(v, [-1, 1]), tf.reshape(u, [1, -1]));
      return tf.div(tf.sub(dy, tf.reshape(tf.mul(outer, along), dy.shape)), sigma);
    },
    () => tf.zerosLike(u),
    () => tf.zerosLike(v),
  ],
});

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
