/** Activations, some with the addition that stands before them; elementwise over any shape unless said otherwise. */

import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp, type Tensors } from './op.ts';
import { float, float32, haveKernels, raw, raw1 } from './raw.ts';

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

const leaky = (x: Tensor, slope: number): Tensor => (slope === 0 ? tf.relu(x) : tf.leakyRelu(x, slope));

/** Its output has the sign of x + bias, as long as the slope is not negative. */
const biasLeakyReluOp = defineOp<{ slope: number }>({
  name: 'BiasLeakyRelu',
  tensorflow: (inputs, { slope }) =>
    haveKernels()
      ? raw1('FsgBiasLeakyRelu', { slope: float(slope) }, inputs)
      : leaky(tf.add(inputs[0], inputs[1]), slope),
  portable: ([x, bias], { slope }) => leaky(tf.add(x, bias), slope),
  saves: { outputs: [0] },
  gradient: ([dy], [y], attributes) => {
    const [dx, dBias] = biasLeakyReluGradient([dy, y], attributes);
    return [() => dx, () => dBias];
  },
});

const biasLeakyReluGradient = defineOp<{ slope: number }>({
  name: 'BiasLeakyReluGradient',
  tensorflow: ([dy, y], { slope }) => {
    if (haveKernels()) return raw('FsgBiasLeakyReluGradient', { slope: float(slope) }, [dy, y], 2);
    const dx = raw1('LeakyReluGrad', { T: float32, alpha: float(slope) }, [dy, y]);
    return [dx, sumPerChannel(dx)];
  },
  portable: ([dy, y], { slope }) => {
    const dx = tf.where(tf.greater(y, 0), dy, tf.mul(dy, slope));
    return [dx, sumPerChannel(dx)];
  },
});

const sumPerChannel = (x: Tensor): Tensor =>
  tf.sum(
    x,
    x.shape.slice(1).map((_, axis) => axis),
  );

/** Leaky relu of x + bias, bias [C] for the last axis; slope ≥ 0. */
export function biasLeakyRelu<T extends Tensor>(x: T, bias: Tensor1D, slope = 0.01): T {
  return biasLeakyReluOp([x, bias], { slope })[0] as T;
}

const addPreluOp = defineOp({
  name: 'AddPrelu',
  tensorflow: (inputs) => (haveKernels() ? raw1('FsgAddPrelu', {}, inputs) : portableAddPrelu(inputs)),
  portable: (inputs) => portableAddPrelu(inputs),
  saves: { inputs: [0, 1, 2] },
  gradient: ([dy], saved) => {
    const [d, dSlope] = addPreluGradient([dy, ...saved], {});
    return [() => d, () => d.clone(), () => dSlope];
  },
});

function portableAddPrelu([x, f, slope]: Tensors): Tensor {
  const sum = tf.add(x, f);
  return tf.where(tf.greater(sum, 0), sum, tf.mul(sum, slope));
}

const addPreluGradient = defineOp({
  name: 'AddPreluGradient',
  tensorflow: (inputs) =>
    haveKernels() ? raw('FsgAddPreluGradient', {}, inputs, 2) : portableAddPreluGradient(inputs),
  portable: (inputs) => portableAddPreluGradient(inputs),
});

function portableAddPreluGradient([dy, x, f, slope]: Tensors): Tensor[] {
  const sum = tf.add(x, f);
  const d = tf.where(tf.greater(sum, 0), dy, tf.mul(dy, slope));
  return [d, tf.reshape(tf.sum(tf.mul(dy, tf.minimum(sum, 0))), slope.shape)];
}

/** s for s = x + f > 0, slope·s else, with one learnt slope [1] for all channels (torch.nn.PReLU's default). */
export function addPrelu<T extends Tensor>(x: T, f: T, slope: Tensor1D): T {
  return addPreluOp([x, f, slope], {})[0] as T;
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
