/** Sums and means against float64, on every backend: long reductions lose no digits. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { startEngine } from '../src/index.ts';
import { on, testedBackends } from '../src/testing.ts';

const shape: [number, number, number, number] = [5, 64, 70, 9];
const values = Float32Array.from({ length: 5 * 64 * 70 * 9 }, (_, i) => 0.6 + 0.4 * Math.sin(i * 0.7));

/** In float64. */
function expected(axes: readonly number[], mean: boolean): number[] {
  const sums = new Map<string, number>();
  values.forEach((value, i) => {
    const at = [Math.floor(i / 40320), Math.floor(i / 630) % 64, Math.floor(i / 9) % 70, i % 9];
    const name = at.filter((_, axis) => !axes.includes(axis)).join();
    sums.set(name, (sums.get(name) ?? 0) + value);
  });
  const count = axes.reduce((product, axis) => product * (shape[axis] as number), 1);
  return [...sums.values()].map((sum) => (mean ? sum / count : sum));
}

describe.each(testedBackends())('%s', (backend) => {
  test.each([[[0, 1, 2, 3]], [[0, 1, 2]], [[1, 2]], [[3]], [[0, 3]]])('over axes %j', async (axes) => {
    await startEngine({ backend });
    await on(backend, () => {
      for (const mean of [false, true]) {
        const found = tf.tidy(() => {
          const x = tf.tensor4d(values, shape);
          return (mean ? tf.mean(x, axes) : tf.sum(x, axes)).dataSync().slice();
        });
        const exact = expected(axes, mean);
        found.forEach((value, i) => {
          expect(Math.abs(value / (exact[i] as number) - 1)).toBeLessThan(3e-6);
        });
      }
    });
  });

  test('keeps dimensions, gives gradients and leaves nothing behind', async () => {
    await startEngine({ backend });
    await on(backend, () => {
      const x = tf.tensor4d(values, shape);
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        expect(tf.sum(x, [1, 2], true).shape).toEqual([5, 1, 1, 9]);
        expect(tf.mean(x, [0, 1, 2], true).shape).toEqual([1, 1, 1, 9]);
        const gradient = tf.grad((y) => tf.sum(tf.square(tf.mean(y, [0, 1, 2]))))(x);
        const mean = tf.mean(x, [0, 1, 2]).dataSync();
        const count = 5 * 64 * 70;
        expect(gradient.dataSync()[4]).toBeCloseTo((2 * (mean[4] as number)) / count, 9);
      });
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
    });
  });
});
