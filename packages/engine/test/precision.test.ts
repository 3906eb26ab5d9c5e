/** The precision of convolutions. Expected rounding: bf16 keeps 8 bits of a number, float32 24. Oracle: tfjs's backend `cpu`. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { measureConvSpeed, worthwhile } from '../src/conv-speed.ts';
import { capture, conv2d, startEngine, type Tensor, type Tensor4D } from '../src/index.ts';
import { type Precision, setPrecision } from '../src/precision.ts';
import { on, testedBackends } from '../src/testing.ts';

afterEach(() => setPrecision('float32'));

it.each([
  [{ float32: 100, bf16: 119 }, 'float32'],
  [{ float32: 100, bf16: 121 }, 'bf16'],
  [{ float32: 100, bf16: null }, 'float32'],
] as const)('%o: %s', (speed, precision) => {
  expect(worthwhile(speed)).toBe(precision);
});

const waves = (...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(1 + i * 0.37)),
    shape,
  );
};

/** A convolution of `channels` to 32 channels with both of its gradients, one after another in one list. */
function convolution({ x, filter }: { x: Tensor; filter: Tensor }): { all: Tensor } {
  const { value, grads } = tf.valueAndGrads((a, b) =>
    tf.sum(tf.square(conv2d(a as Tensor4D, b as Tensor4D, { pad: 1 }))),
  )([x, filter]);
  const y = conv2d(x as Tensor4D, filter as Tensor4D, { pad: 1 });
  const scaled = (tensor: Tensor): Tensor => tf.div(tensor, tf.max(tf.abs(tensor))).flatten();
  return { all: tf.concat([scaled(y), ...grads.map(scaled), tf.reshape(tf.div(value, value), [1])]) };
}

const inputs = (channels: number) => ({ x: waves(2, 16, 16, channels), filter: waves(3, 3, channels, 32) });

function values(precision: Precision, channels: number): Float32Array {
  setPrecision(precision);
  return tf.tidy(() => convolution(inputs(channels)).all.dataSync().slice() as Float32Array);
}

const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (b[i] as number))), 0);

describe.runIf(testedBackends().includes('tensorflow'))('TensorFlow', () => {
  it('multiplies in float32 where nothing is said otherwise, in bf16 where it is', async () => {
    const exact = await on('cpu', () => values('float32', 32));
    await on('tensorflow', () => {
      expect(distance(values('float32', 32), exact)).toBeLessThan(1e-5);
      const short = distance(values('bf16', 32), exact);
      expect(short).toBeGreaterThan(1e-3);
      expect(short).toBeLessThan(3e-2);
    });
  });

  it('leaves convolutions of few channels in float32, which are no faster in bf16', async () => {
    await on('tensorflow', () => {
      expect(values('bf16', 3)).toEqual(values('float32', 3));
    });
  });

  it('gives the same in a captured function, and leaves no tensor behind', async () => {
    await startEngine({ backend: 'tensorflow' });
    const eager = values('bf16', 32);
    const before = tf.memory().numTensors;
    const captured = capture(convolution, { name: 'bf16 convolution' });
    for (let i = 0; i < 3; i++) {
      const found = tf.tidy(() => captured(inputs(32)).all.dataSync().slice() as Float32Array);
      expect(distance(found, eager)).toBe(0);
    }
    captured.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(testedBackends())('%s', (backend) => {
  it('is measured, bf16 on TensorFlow alone', async () => {
    const speed = await on(backend, measureConvSpeed);
    expect(speed.float32).toBeGreaterThan(0);
    if (backend !== 'tensorflow') expect(speed.bf16).toBeNull();
  });
});
