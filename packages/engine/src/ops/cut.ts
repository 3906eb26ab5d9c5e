/** Bilinear cuts out of pictures along a similarity, with the gradient for the pictures. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Tensors } from './op.ts';
import { haveKernels, raw1 } from './raw.ts';

/** The pixels of a cut in the order in which they are wanted: u to the right, v down, [1, N] each. */
export interface Grid {
  readonly u: Tensor2D;
  readonly v: Tensor2D;
}

/** size x size pixels, block x block of them at a time (block 1: row by row); blocks row by row, as within a block. */
export function gridOf(size: number, block = 1): Grid {
  const across = size / block;
  const pixels = Array.from({ length: size * size }, (_, i) => {
    const [cell, inside] = [Math.floor(i / block ** 2), i % block ** 2];
    const row = Math.floor(cell / across) * block + Math.floor(inside / block);
    return { u: (cell % across) * block + (inside % block), v: row };
  });
  const tensor = (values: number[]): Tensor2D => tf.tensor2d(values, [1, values.length]);
  return { u: tensor(pixels.map(({ u }) => u)), v: tensor(pixels.map(({ v }) => v)) };
}

const cutOp = defineOp({
  name: 'Cut',
  tensorflow: (inputs) => (haveKernels() ? raw1('FsgCut', {}, inputs) : gather(inputs)),
  portable: (inputs) => gather(inputs),
  saves: { inputs: [0, 1, 2, 3] },
  gradient: ([dy], saved) => [
    () => cutGradient([dy, ...saved], {})[0],
    ...saved.slice(1).map((constant) => () => tf.zerosLike(constant)),
  ],
});

/** Inputs: dy, then those of the cut. */
const cutGradient = defineOp({
  name: 'CutGradient',
  tensorflow: (inputs) => (haveKernels() ? raw1('FsgCutGradient', {}, inputs) : scatter(inputs)),
  portable: (inputs) => scatter(inputs),
});

/**
 * images [B, H, W, C] · similarity [B, 4], rows (a, b, x0, y0) → [B, N, C]: pixel (u, v) of the cut is read at
 * (a u − b v + x0, b u + a v + y0) by bilinear interpolation; beyond its border a picture goes on with its border's colour.
 * Differentiable in the images alone.
 */
export function cut(images: Tensor4D, similarity: Tensor2D, { u, v }: Grid): Tensor {
  return cutOp([images, similarity, u, v], {})[0];
}

function gather([images, similarity, u, v]: Tensors): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const { cell, shares } = neighbours([similarity, u, v], height, width);
  // tf.gather would read the indices back to check them.
  const rows = tf.reshape(fold(images as Tensor4D), [batch * (height - 1) * (width - 1), 4 * channels]);
  const corners = tf.gatherND(rows, cell);
  const parts = tf.mul(tf.reshape(corners, [-1, 4, channels]), shares);
  const value = tf.matMul(tf.reshape(parts, [-1, 4 * channels]), tf.tile(tf.eye(channels), [4, 1]));
  return tf.reshape(value, [batch, -1, channels]);
}

function scatter([dy, images, similarity, u, v]: Tensors): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const { cell, shares } = neighbours([similarity, u, v], height, width);
  const parts = tf.reshape(tf.mul(tf.reshape(dy, [-1, 1, channels]), shares), [-1, 4 * channels]);
  const sums = tf.scatterND(cell, parts, [batch * (height - 1) * (width - 1), 4 * channels]);
  return unfold(tf.reshape(sums, [batch, height - 1, width - 1, 4 * channels]));
}

/** Cells between four pixels that the cut's pixels fall in, [B·N, 1], and the shares [B·N, 4, 1] of the four. */
function neighbours([similarity, u, v]: [Tensor, Tensor, Tensor], height: number, width: number) {
  const [a, b, x0, y0] = tf.split(similarity, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const x = tf.clipByValue(tf.add(tf.sub(tf.mul(a, u), tf.mul(b, v)), x0), 0, width - 1);
  const y = tf.clipByValue(tf.add(tf.add(tf.mul(b, u), tf.mul(a, v)), y0), 0, height - 1);
  const left = tf.minimum(tf.floor(x), width - 2);
  const top = tf.minimum(tf.floor(y), height - 2);
  const first = tf.expandDims(
    tf.mul(tf.range(0, similarity.shape[0] as number), (height - 1) * (width - 1)),
    1,
  );
  const cell = tf.cast(tf.add(tf.add(tf.mul(top, width - 1), left), first), 'int32');
  const [fx, fy] = [tf.sub(x, left), tf.sub(y, top)];
  const [gx, gy] = [tf.sub(1, fx), tf.sub(1, fy)];
  const shares = tf.stack([tf.mul(gx, gy), tf.mul(fx, gy), tf.mul(gx, fy), tf.mul(fx, fy)], 2);
  return { cell: tf.reshape(cell, [-1, 1]), shares: tf.reshape(shares, [-1, 4, 1]) };
}

/** [B, H, W, C] → [B, H−1, W−1, 4C]: the four pixels of each cell side by side. */
function fold(x: Tensor4D): Tensor4D {
  const [b, h, w, c] = x.shape;
  const corner = (row: number, column: number): Tensor4D =>
    tf.slice4d(x, [0, row, column, 0], [b, h - 1, w - 1, c]);
  return tf.concat4d([corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)], 3);
}

/** The transpose of fold. */
function unfold(x: Tensor): Tensor4D {
  const [a, b, c, d] = tf.split(x as Tensor4D, 4, 3) as [Tensor4D, Tensor4D, Tensor4D, Tensor4D];
  const at = (part: Tensor4D, row: number, column: number): Tensor4D =>
    tf.pad4d(part, [
      [0, 0],
      [row, 1 - row],
      [column, 1 - column],
      [0, 0],
    ]);
  return tf.add(tf.add(at(a, 0, 0), at(b, 0, 1)), tf.add(at(c, 1, 0), at(d, 1, 1)));
}
