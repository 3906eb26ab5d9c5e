/** Every differentiable op at odd sizes, batch 1 included; inputs are filled from a fixed formula. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import {
  addPrelu,
  averagePool,
  batchNormEvaluation,
  biasLeakyRelu,
  binaryCrossEntropy,
  broadcastTo,
  conv2d,
  convTranspose2d,
  cut,
  globalAveragePool,
  maxOfHalves,
  maxPool,
  normSwish,
  pixelShuffle,
  spectralNorm,
  swish,
  tf,
  upsampleBilinear,
  upsampleConv,
} from '../src/index.ts';

export interface Case {
  readonly name: string;
  readonly shapes: readonly number[][];
  /** Inputs whose gradient is checked; all by default. */
  readonly differentiable?: readonly number[];
  /** Makes an input positive, as a variance must be. */
  readonly positive?: readonly number[];
  readonly run: (inputs: Tensor[]) => Tensor;
}

const conv = (name: string, x: number[], filter: number[], geometry: object): Case => ({
  name: `conv2d ${name}`,
  shapes: [x, filter, [filter[3] as number]],
  run: ([a, b, c]) => conv2d(a as Tensor4D, b as Tensor4D, geometry, c as Tensor1D),
});

const normed = (how: string, x: number[]): Case => ({
  name: `normSwish${how}`,
  shapes: [x, [x[3] as number], [x[3] as number]],
  run: ([a, b, c]) => normSwish(a as Tensor4D, b as Tensor1D, c as Tensor1D).y,
});

const biased = (name: string, x: number[], slope: number): Case => ({
  name,
  shapes: [x, [x[3] as number]],
  run: ([a, b]) => biasLeakyRelu(a as Tensor4D, b as Tensor1D, slope),
});

const summed = (name: string, x: number[]): Case => ({
  name,
  shapes: [x, x, [1]],
  run: ([a, b, slope]) => addPrelu(a as Tensor4D, b as Tensor4D, slope as Tensor1D),
});

const unary = (name: string, shape: number[], run: (x: Tensor4D) => Tensor): Case => ({
  name,
  shapes: [shape],
  run: ([x]) => run(x as Tensor4D),
});

export const cases: readonly Case[] = [
  conv('3x3 pad 1', [2, 5, 7, 3], [3, 3, 3, 4], { pad: 1 }),
  conv('3x3 stride 2 pad 1, even', [1, 8, 6, 3], [3, 3, 3, 5], { stride: 2, pad: 1 }),
  conv('3x3 stride 2 pad 1, odd', [2, 7, 5, 2], [3, 3, 2, 3], { stride: 2, pad: 1 }),
  conv('3x3 stride 2 pad 1, many channels', [1, 6, 7, 18], [3, 3, 18, 2], { stride: 2, pad: 1 }),
  conv('3x3 stride 2 pad 1, more channels', [1, 6, 5, 34], [3, 3, 34, 2], { stride: 2, pad: 1 }),
  conv('1x1 stride 2 pad 1', [1, 5, 6, 17], [1, 1, 17, 2], { stride: 2, pad: 1 }),
  conv('2x2 stride 3 pad 1', [1, 6, 7, 16], [2, 2, 16, 2], { stride: 3, pad: 1 }),
  conv('3x3 dilation 2', [1, 9, 7, 3], [3, 3, 3, 2], { pad: 2, dilation: 2 }),
  conv('3x3 dilation 5', [2, 11, 9, 2], [3, 3, 2, 3], { pad: 5, dilation: 5 }),
  conv('3x3 dilation 5 wider than the picture', [1, 4, 3, 2], [3, 3, 2, 3], { pad: 5, dilation: 5 }),
  conv('2x2 valid', [2, 2, 2, 6], [2, 2, 6, 4], {}),
  conv('1x1', [1, 3, 5, 4], [1, 1, 4, 3], {}),
  conv('5x5 pad 2', [1, 6, 5, 1], [5, 5, 1, 4], { pad: 2 }),
  conv('7x7 stride 2, no padding', [1, 9, 11, 3], [7, 7, 3, 2], { stride: 2 }),
  {
    name: 'convTranspose2d 2x2 from one pixel',
    shapes: [[3, 1, 1, 5], [2, 2, 4, 5], [4]],
    run: ([a, b, c]) => convTranspose2d(a as Tensor4D, b as Tensor4D, {}, c as Tensor1D),
  },
  {
    name: 'convTranspose2d 3x3 stride 2 pad 1',
    shapes: [[1, 3, 4, 2], [3, 3, 3, 2], [3]],
    run: ([a, b, c]) => convTranspose2d(a as Tensor4D, b as Tensor4D, { stride: 2, pad: 1 }, c as Tensor1D),
  },
  normed('', [2, 3, 5, 4]),
  normed(', batch 1', [1, 5, 3, 2]),
  normed(', more than one part', [3, 37, 41, 6]),
  normed(', many channels', [2, 2, 1, 300]),
  {
    name: 'batchNorm evaluation',
    shapes: [[2, 3, 3, 4], [4], [4], [4], [4]],
    positive: [4],
    run: ([a, b, c, d, e]) =>
      batchNormEvaluation(a as Tensor4D, b as Tensor1D, c as Tensor1D, d as Tensor1D, e as Tensor1D),
  },
  unary('swish', [2, 3, 5, 2], swish),
  biased('biasLeakyRelu', [1, 3, 5, 2], 0.01),
  biased('biasLeakyRelu, more than one part', [2, 51, 49, 7], 0.2),
  biased('biasLeakyRelu, slope 0', [2, 3, 1, 70], 0),
  summed('addPrelu', [2, 3, 3, 4]),
  summed('addPrelu, more than one part', [1, 91, 67, 6]),
  unary('maxOfHalves', [1, 3, 5, 6], maxOfHalves),
  unary('pixelShuffle', [2, 3, 5, 8], pixelShuffle),
  unary('upsampleBilinear', [1, 3, 5, 2], upsampleBilinear),
  {
    name: 'upsampleConv',
    shapes: [[2, 3, 5, 4], [3, 3, 4, 3], [3]],
    run: ([x, filter, bias]) => upsampleConv(x as Tensor4D, filter as Tensor4D, bias as Tensor1D),
  },
  {
    name: 'cut',
    shapes: [
      [2, 5, 6, 3],
      [2, 4],
    ],
    differentiable: [0],
    run: ([images, similarity]) =>
      cut(images as Tensor4D, tf.mul(similarity as Tensor2D, [0.5, 0.5, 3, 3]), {
        u: tf.tensor2d([[0, 1.5, 2, 4, 7]]),
        v: tf.tensor2d([[0, 2.25, -3, 1, 1]]),
      }),
  },
  unary('averagePool 2', [1, 6, 4, 3], (x) => averagePool(x, 2)),
  unary('globalAveragePool', [2, 5, 3, 3], globalAveragePool),
  unary('broadcastTo', [2, 1, 1, 3], (x) => broadcastTo(x, 3, 5)),
  unary('maxPool 2', [1, 6, 4, 3], (x) => maxPool(x, 2)),
  unary('maxPool 3 stride 2', [1, 7, 9, 2], (x) => maxPool(x, 3, 2)),
  unary('maxPool 2 of negative numbers', [2, 7, 8, 3], (x) => maxPool(tf.sub(x, 2), 2)),
  unary('maxPool 3 stride 2 of negative numbers', [2, 8, 7, 3], (x) => maxPool(tf.sub(x, 2), 3, 2)),
  {
    name: 'spectralNorm, power iteration held',
    shapes: [[3, 3, 2, 4], [4], [18]],
    differentiable: [0],
    run: ([w, u, v]) => spectralNorm(w as Tensor4D, u as Tensor1D, v as Tensor1D, false).filter,
  },
  unary('binaryCrossEntropy real', [2, 3, 3, 1], (x) => binaryCrossEntropy(tf.mul(x, 8), true)),
  unary('binaryCrossEntropy fake', [1, 3, 5, 1], (x) => binaryCrossEntropy(tf.mul(x, 8), false)),
];

/** Deterministic values in (-1, 1) that keep clear of 0, where the piecewise linear ops have their kinks. */
export function fill(shape: readonly number[], salt: number, positive = false): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from({ length: size }, (_, i) => {
    const wave = Math.sin(12.9898 * i + 78.233 * salt + 0.5) * 43758.5453;
    const unit = wave - Math.floor(wave);
    const signed = 2 * unit - 1;
    return positive ? 0.5 + unit : signed + (signed < 0 ? -0.05 : 0.05);
  });
}

export const inputsOf = (c: Case): Tensor[] =>
  c.shapes.map((shape, i) => tf.tensor(fill(shape, i, c.positive?.includes(i)), shape));

/** sum(weights · f(inputs)) with fixed weights of its own for every output value. */
export function scalarise(c: Case): (inputs: Tensor[]) => Tensor {
  return (inputs) => {
    const y = c.run(inputs);
    return tf.sum(tf.mul(y, tf.tensor(fill(y.shape, 99), y.shape)));
  };
}
