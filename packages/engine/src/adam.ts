/**
 * Adam (Kingma and Ba 2015) with torch.optim.Adam's arithmetic, over one flat vector a network: few kernels,
 * and one vector to reduce between workers. Names decide the order, so state moves between runs by name.
 */

import type { Scalar, Tensor1D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { NamedTensors } from './tensors.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The moments of the flattened parameters and their squares. */
export interface AdamMoments {
  readonly first: Tensor1D;
  readonly second: Tensor1D;
}

/** All tensors, in the order of `names`, as one vector. */
export function flatten(tensors: NamedTensors, names: readonly string[]): Tensor1D {
  return tf.tidy(() => tf.concat1d(names.map((name) => tf.reshape(get(tensors, name), [-1]) as Tensor1D)));
}

/** The vector cut up again; shapes are those of `like`. */
export function unflatten(vector: Tensor1D, names: readonly string[], like: NamedTensors): NamedTensors {
  const sizes = names.map((name) => get(like, name).size);
  const parts = tf.split(vector, sizes);
  return Object.fromEntries(
    names.map((name, i) => [name, tf.reshape(parts[i] as Tensor1D, get(like, name).shape)]),
  );
}

/** Moments of zero for so many parameters. */
export function startMoments(size: number): AdamMoments {
  return { first: tf.zeros([size]), second: tf.zeros([size]) };
}

/** What changes from update to update, as tensors: a captured step takes it as an input. */
export interface AdamPace {
  /** rate / (1 − beta1^t) */
  readonly size: Scalar;
  /** √(1 − beta2^t) */
  readonly correction: Scalar;
}

/** The pace of the update after `step` updates. */
export function adamPace(step: number, rate: number, { beta1, beta2 }: AdamOptions): AdamPace {
  return {
    size: tf.scalar(rate / (1 - beta1 ** (step + 1))),
    correction: tf.scalar(Math.sqrt(1 - beta2 ** (step + 1))),
  };
}

/** One update: the new parameters and moments. Nothing given is changed or disposed. */
export function adamMove(
  parameters: Tensor1D,
  gradient: Tensor1D,
  moments: AdamMoments,
  pace: AdamPace,
  { beta1, beta2, epsilon }: AdamOptions,
): { parameters: Tensor1D; moments: AdamMoments } {
  const first: Tensor1D = tf.add(tf.mul(moments.first, beta1), tf.mul(gradient, 1 - beta1));
  const second: Tensor1D = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const divisor = tf.add(tf.div(tf.sqrt(second), pace.correction), epsilon);
  const moved: Tensor1D = tf.sub(parameters, tf.mul(tf.div(first, divisor), pace.size));
  return { parameters: moved, moments: { first, second } };
}

/** Exponential moving average: decay · average + (1 − decay) · value. */
export function movingAverage(average: Tensor1D, value: Tensor1D, decay: Scalar): Tensor1D {
  return tf.add(value, tf.mul(tf.sub(average, value), decay));
}

function get(tensors: NamedTensors, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`no tensor is named ${name}`);
  return tensor;
}
