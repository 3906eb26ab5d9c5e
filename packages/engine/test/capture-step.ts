/** A small training step with most kinds of layer. Run as a script it prints a digest of the step's result. */
import { createHash } from 'node:crypto';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import {
  type AdamPace,
  adamMove,
  adamPace,
  addPrelu,
  biasLeakyRelu,
  binaryCrossEntropy,
  capture,
  conv2d,
  convTranspose2d,
  flatten,
  gradientsOf,
  type NamedTensors,
  normSwish,
  spectralNorm,
  startEngine,
  tf,
  unflatten,
} from '../src/index.ts';
import { fill } from './cases.ts';

const NAMES = ['filter', 'scale', 'offset', 'slope', 'wide', 'shift', 'head', 'bias'] as const;
const SHAPES = [[3, 3, 3, 16], [16], [16], [1], [2, 2, 8, 16], [8], [1, 1, 8, 1], [1]] as const;
const OPTIONS = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };
const SIZE = SHAPES.reduce((sum, shape) => sum + shape.reduce<number>((a, b) => a * b, 1), 0);

export interface Inputs {
  readonly state: NamedTensors;
  readonly images: Tensor4D;
  readonly pace: AdamPace;
}

/** Fresh weights, and the images and pace of step `index`. */
export function captureInputs(index: number): Inputs {
  const weights = NAMES.map((name, i) => [
    name,
    tf.tensor(fill(SHAPES[i] as readonly number[], i), [...(SHAPES[i] ?? [])]),
  ]);
  const state = {
    ...Object.fromEntries(weights),
    u: tf.tensor1d(fill([16], 20)),
    v: tf.tensor1d(fill([27], 21)),
    first: tf.zeros([SIZE]),
    second: tf.zeros([SIZE]),
  };
  const images = tf.tensor(fill([4, 16, 16, 3], 30 + index), [4, 16, 16, 3]) as Tensor4D;
  return { state, images, pace: adamPace(index, 1e-3, OPTIONS) };
}

export function captureStep({ state, images, pace }: Inputs): {
  state: NamedTensors;
  metrics: { loss: tf.Scalar };
} {
  const parameters = Object.fromEntries(NAMES.map((name) => [name, state[name] as tf.Tensor]));
  const { loss, gradients, aside } = gradientsOf(() => {
    const get = <T>(name: string): T => state[name] as T;
    const normal = spectralNorm(get<Tensor4D>('filter'), get<Tensor1D>('u'), get<Tensor1D>('v'), true);
    const map = conv2d(images, normal.filter, { pad: 1, stride: 2 });
    const norm = normSwish(map, get('scale'), get('offset'));
    const wide = convTranspose2d(addPrelu(map, norm.y, get<Tensor1D>('slope')), get('wide'));
    const logits = conv2d(biasLeakyRelu(wide, get('shift')), get('head'), {}, get<Tensor1D>('bias'));
    return { loss: binaryCrossEntropy(logits, true), aside: { buffers: { u: normal.u, v: normal.v } } };
  }, parameters);
  const moments = { first: state.first as Tensor1D, second: state.second as Tensor1D };
  const moved = adamMove(flatten(parameters, NAMES), flatten(gradients, NAMES), moments, pace, OPTIONS);
  const next = { ...unflatten(moved.parameters, NAMES, parameters), ...aside.buffers, ...moved.moments };
  return { state: next, metrics: { loss } };
}

if (process.argv[1]?.endsWith('capture-step.ts')) {
  await startEngine({ backend: 'tensorflow' });
  const { first, filter } = capture(captureStep, { name: 'step' })(captureInputs(0)).state as Record<
    string,
    tf.Tensor
  >;
  const hash = createHash('sha256');
  for (const tensor of [first, filter]) hash.update((tensor as tf.Tensor).dataSync());
  process.stdout.write(`${hash.digest('hex')}\n`);
}
