/** Activations, elementwise over any shape unless said otherwise. */

import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './op.ts';
import { float, float32, raw1 } from './raw.ts';

/** Outputs: x·sigmoid(x), sigmoid(x). */
const swishOp = defineOp({
  name: 'Swish',
  portable: ([x]) => {
    const gate = tf.sigmoid(x);
    return [tf.mul(x, gate), gate];
  },
  saves: { outputs: [0, 1] },
  gradient: ([dy], [y, gate]) => [() => swishGradient([dy, y, gate], {})[0]],
});

/** d/dx x·s(x) = s + y (1 − s), y = x·s. */
const swishGradient = defineOp({
  name: 'SwishGradient',
  portable: ([dy, y, gate]) => tf.mul(dy, tf.add(gate, tf.sub(y, tf.mul(y, gate)))),
});

/** x·sigmoid(x). Source: Ramachandran et al. 2017, beta 1. */
export function swish<T extends Tensor>(x: T): T {
  const [y, gate] = swishOp([x], {});
  gate.dispose();
  return y as T;
}

const leakyReluOp = defineOp<{ slope: number }>({
  name: 'LeakyRelu',
  portable: ([x], { slope }) => tf.leakyRelu(x, slope),
  // The output has the input's sign; saving it lets the kernel write in place.
  saves: { outputs: [0] },
  gradient: ([dy], [y], attributes) => [() => leakyReluGradient([dy, y], attributes)[0]],
});

const leakyReluGradient = defineOp<{ slope: number }>({
  name: 'LeakyReluGradient',
  tensorflow: ([dy, x], { slope }) => raw1('LeakyReluGrad', { T: float32, alpha: float(slope) }, [dy, x]),
  portable: ([dy, x], { slope }) => tf.where(tf.greater(x, 0), dy, tf.mul(dy, slope)),
});

/** x for x > 0, slope·x else; slope ≥ 0. */
export function leakyRelu<T extends Tensor>(x: T, slope = 0.01): T {
  return leakyReluOp([x], { slope })[0] as T;
}

const preluOp = defineOp({
  name: 'Prelu',
  portable: ([x, slope]) => tf.where(tf.greater(x, 0), x, tf.mul(x, slope)),
  saves: { inputs: [0, 1] },
  gradient: ([dy], [x, slope]) => [
    () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, slope)),
    () => tf.reshape(tf.sum(tf.mul(dy, tf.minimum(x, 0))), slope.shape),
  ],
});

/** x for x > 0, slope·x else, with one learnt slope [1] for all channels (torch.nn.PReLU's default). */
export function prelu<T extends Tensor>(x: T, slope: Tensor1D | Scalar): T {
  return preluOp([x, slope], {})[0] as T;
}

const maxOfHalvesOp = defineOp({
  name: 'MaxOfHalves',
  portable: ([x]) => {
    const [a, b] = tf.split(x, 2, -1) as [Tensor, Tensor];
    return tf.maximum(a, b);
  },
  saves: { inputs: [0] },
  gradient: ([dy], [x]) => [
    () => {
      const [a, b] = tf.split(x, 2, -1) as [Tensor, Tensor];
      // 1 where the first half wins, 0 where the second does, a half each on a tie, as torch.max(a, b).
      const share = tf.mul(tf.add(tf.sign(tf.sub(a, b)), 1), 0.5);
      const first = tf.mul(dy, share);
      return tf.concat([first, tf.sub(dy, first)], -1);
    },
  ],
});

/** Max-feature-map: [B, H, W, 2k] → [B, H, W, k], the larger of channel c and c + k. Source: LightCNN (Wu et al. 2018). */
export function maxOfHalves(x: Tensor4D): Tensor4D {
  return maxOfHalvesOp([x], {})[0] as Tensor4D;
}
