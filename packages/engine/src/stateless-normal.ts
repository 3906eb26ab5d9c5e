import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { random } from './random.ts';

/**
 * Standard normal values that depend on the seed's words alone: the same on every backend, call after call.
 * Made in JavaScript: a training step needs a few thousand of them.
 */
export function statelessNormal(shape: number[], ...seed: (string | number)[]): Tensor {
  const stream = random('normal', ...seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(Float32Array.from({ length: size }, stream.normal), shape);
}
