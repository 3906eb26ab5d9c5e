/** Changes of resolution, all over [B, H, W, C]. Pooling without padding has right gradients in tfjs. */

import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Op } from './op.ts';
import { bool, float32, haveKernels, raw1 } from './raw.ts';

/** [B, H, W, 4c] → [B, 2H, 2W, c]: input channel 4c + 2i + j goes to row i, column j of its cell. Source: torch.nn.PixelShuffle. */
const shuffle: Op = defineOp({
  name: 'PixelShuffle',
  tensorflow: (inputs) => (haveKernels() ? raw1('FsgPixelShuffle', {}, inputs) : transposeOut(inputs[0])),
  portable: ([x]) => transposeOut(x),
  gradient: ([dy]) => [() => unshuffle([dy], {})[0]],
});

function transposeOut(x: Tensor): Tensor {
  const [b, h, w, c] = x.shape as [number, number, number, number];
  const cells = tf.transpose(tf.reshape(x, [b, h, w, c / 4, 2, 2]), [0, 1, 4, 2, 5, 3]);
  return tf.reshape(cells, [b, 2 * h, 2 * w, c / 4]);
}

const unshuffle: Op = defineOp({
  name: 'PixelUnshuffle',
  tensorflow: (inputs) => (haveKernels() ? raw1('FsgPixelUnshuffle', {}, inputs) : transposeIn(inputs[0])),
  portable: ([x]) => transposeIn(x),
  gradient: ([dy]) => [() => shuffle([dy], {})[0]],
});

function transposeIn(x: Tensor): Tensor {
  const [b, h, w, c] = x.shape as [number, number, number, number];
  const cells = tf.transpose(tf.reshape(x, [b, h / 2, 2, w / 2, 2, c]), [0, 1, 3, 5, 2, 4]);
  return tf.reshape(cells, [b, h / 2, w / 2, 4 * c]);
}

/** Doubles the resolution from groups of four channels, in PyTorch's channel order. */
export function pixelShuffle(x: Tensor4D): Tensor4D {
  return shuffle([x], {})[0] as Tensor4D;
}

type Size = [number, number];

/** Row i of the result holds the weights by which the `size` old pixels make new pixel i; corners fall on corners. */
function interpolation(size: number): Tensor2D {
  const weights = new Float32Array(2 * size * size);
  for (let i = 0; i < 2 * size; i++) {
    const at = (i * (size - 1)) / (2 * size - 1);
    const low = Math.min(Math.floor(at), size - 1);
    const high = Math.min(low + 1, size - 1);
    weights[i * size + low] = (weights[i * size + low] as number) + 1 - (at - low);
    weights[i * size + high] = (weights[i * size + high] as number) + at - low;
  }
  return tf.tensor2d(weights, [2 * size, size]);
}

/** Rows, then columns, multiplied by the interpolation matrices or their transposes. */
function interpolate(x: Tensor, [height, width]: Size, transposed: boolean): Tensor {
  const [b, h, w, c] = x.shape as [number, number, number, number];
  const rows = tf.tile(tf.expandDims(interpolation(height), 0), [b, 1, 1]);
  const tall = tf.reshape(tf.matMul(rows, tf.reshape(x, [b, h, w * c]), transposed), [b, -1, w, c]);
  const columns = tf.tile(tf.expandDims(interpolation(width), 0), [b * (tall.shape[1] as number), 1, 1]);
  const wide = tf.matMul(columns, tf.reshape(tall, [-1, w, c]), transposed);
  return tf.reshape(wide, [b, tall.shape[1] as number, -1, c]);
}

const resizeAttributes = { T: float32, align_corners: bool(true), half_pixel_centers: bool(false) };

const bilinear = defineOp<{ size: Size }>({
  name: 'UpsampleBilinear',
  tensorflow: ([x], { size: [h, w] }) =>
    raw1('ResizeBilinear', resizeAttributes, [x, tf.tensor1d([2 * h, 2 * w], 'int32')]),
  portable: ([x], { size }) => interpolate(x, size, false),
  saves: { inputs: [0] },
  gradient: ([dy], [x], attributes) => [() => bilinearGradient([dy, x], attributes)[0]],
});

const bilinearGradient = defineOp<{ size: Size }>({
  name: 'UpsampleBilinearGradient',
  tensorflow: (inputs) => raw1('ResizeBilinearGrad', resizeAttributes, inputs),
  portable: ([dy], { size }) => interpolate(dy, size, true),
});

/** Doubles the resolution, corners aligned: [B, H, W, C] → [B, 2H, 2W, C]. Source: torch.nn.Upsample(align_corners=True). */
export function upsampleBilinear(x: Tensor4D): Tensor4D {
  const [, h, w] = x.shape;
  return bilinear([x], { size: [h, w] })[0] as Tensor4D;
}

/** Mean of size x size cells without overlap. */
export function averagePool(x: Tensor4D, size: number): Tensor4D {
  return tf.avgPool(x, size, size, 'valid');
}

/** Mean over the picture: [B, H, W, C] → [B, 1, 1, C]. */
export function globalAveragePool(x: Tensor4D): Tensor4D {
  return tf.mean(x, [1, 2], true);
}

const broadcast = defineOp<{ height: number; width: number }>({
  name: 'Broadcast',
  portable: ([x], { height, width }) => tf.tile(x, [1, height, width, 1]),
  gradient: ([dy]) => [() => tf.sum(dy, [1, 2], true)],
});

/** [B, 1, 1, C] → [B, H, W, C]. (The gradient of tfjs's own tile takes a slice a pixel.) */
export function broadcastTo(x: Tensor4D, height: number, width: number): Tensor4D {
  return broadcast([x], { height, width })[0] as Tensor4D;
}
