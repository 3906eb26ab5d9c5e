/** Max pooling over [B, H, W, C]. The gradient of tfjs's own is wrong on wasm where a window's maximum is negative. */

import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Tensors } from './op.ts';
import { float32, ints, raw1, text } from './raw.ts';

interface Windows {
  readonly size: number;
  readonly stride: number;
}

const pool = defineOp<Windows>({
  name: 'MaxPool',
  portable: ([x], { size, stride }) => tf.maxPool(x as Tensor4D, size, stride, 'valid'),
  saves: { inputs: [0], outputs: [0] },
  gradient: ([dy], [x, y], windows) => [() => gradient([dy, x, y], windows)[0]],
});

/** Inputs: dy, x, y. Where a window holds its maximum twice, the first in reading order gets the gradient, as in PyTorch. */
const gradient = defineOp<Windows>({
  name: 'MaxPoolGradient',
  tensorflow: ([dy, x, y], { size, stride }) =>
    raw1(
      'MaxPoolGrad',
      {
        T: float32,
        ksize: ints([1, size, size, 1]),
        strides: ints([1, stride, stride, 1]),
        padding: text('VALID'),
        data_format: text('NHWC'),
      },
      [x, y, dy],
    ),
  portable: portableGradient,
});

function portableGradient([dy, x, y]: Tensors, { size, stride }: Windows): Tensor {
  const [b, h, w, c] = x.shape as [number, number, number, number];
  const [, rows, columns] = y.shape as [number, number, number];
  let open: Tensor = tf.onesLike(y);
  let dx: Tensor = tf.zeros(x.shape);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const ends = [b, i + stride * (rows - 1) + 1, j + stride * (columns - 1) + 1, c];
      const corner = tf.stridedSlice(x, [0, i, j, 0], ends, [1, stride, stride, 1]);
      const wins = tf.mul(open, tf.cast(tf.equal(corner, y), 'float32'));
      open = tf.sub(open, wins);
      dx = tf.add(dx, place(place(tf.mul(dy, wins), 1, i, stride, h), 2, j, stride, w));
    }
  }
  return dx;
}

/** Spreads an axis: index k goes to offset + k · stride of an axis of `length`, zeros between. */
function place(x: Tensor, axis: 1 | 2, offset: number, stride: number, length: number): Tensor {
  const inner = x.shape.slice(axis + 1).reduce((a, n) => a * n, 1);
  const spread = tf.pad(tf.reshape(x, [-1, 1, inner]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const used = Math.min((x.shape[axis] as number) * stride, length - offset);
  const outer = x.shape.slice(0, axis).reduce((a, n) => a * n, 1);
  const cut = tf.slice(tf.reshape(spread, [outer, -1, inner]), [0, 0, 0], [outer, used, inner]);
  const whole = tf.pad(cut, [
    [0, 0],
    [offset, length - offset - used],
    [0, 0],
  ]);
  return tf.reshape(whole, [...x.shape.slice(0, axis), length, ...x.shape.slice(axis + 1)]);
}

/** Maximum of size x size windows, `stride` apart, no padding. */
export function maxPool(x: Tensor4D, size: number, stride = size): Tensor4D {
  return pool([x], { size, stride })[0] as Tensor4D;
}
