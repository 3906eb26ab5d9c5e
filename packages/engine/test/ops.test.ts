/**
 * Gradients against central finite differences (tfjs's plain cpu backend), and TensorFlow and wasm against that backend.
 */
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conv2d, spectralNorm, startEngine, tf, upsampleConv } from '../src/index.ts';
import { on, testedBackends, testedVariants } from '../src/testing.ts';
import { type Case, cases, fill, inputsOf, scalarise } from './cases.ts';

interface Result {
  readonly value: Float32Array;
  readonly gradients: Float32Array[];
}

function evaluate(c: Case): Result {
  return tf.tidy(() => {
    const inputs = inputsOf(c);
    const wanted = c.differentiable ?? inputs.map((_, i) => i);
    const gradients = tf.grads((...some: Tensor[]) => {
      const all = inputs.map((x, i) => some[wanted.indexOf(i)] ?? x);
      return scalarise(c)(all);
    })(wanted.map((i) => inputs[i] as Tensor));
    return {
      value: c.run(inputs).dataSync() as Float32Array,
      gradients: gradients.map((g) => g.dataSync() as Float32Array),
    };
  });
}

const worst = (a: Float32Array, b: Float32Array): number => {
  const scale = Math.max(1e-3, ...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number)))) / scale;
};

describe('gradients equal central differences', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'cpu' });
  });
  it.each(cases)('$name', (c) => {
    const { gradients } = evaluate(c);
    const wanted = c.differentiable ?? c.shapes.map((_, i) => i);
    const step = 2e-3;
    wanted.forEach((position, k) => {
      const shape = c.shapes[position] as number[];
      const direction = fill(shape, 7 + position);
      const at = (sign: number): number =>
        tf.tidy(() => {
          const inputs = inputsOf(c);
          inputs[position] = tf.add(
            inputs[position] as Tensor,
            tf.mul(tf.tensor(direction, shape), sign * step),
          );
          return scalarise(c)(inputs).dataSync()[0] as number;
        });
      const numeric = (at(1) - at(-1)) / (2 * step);
      const analytic = (gradients[k] as Float32Array).reduce(
        (sum, g, i) => sum + g * (direction[i] as number),
        0,
      );
      const norm = Math.hypot(...(gradients[k] as Float32Array)) * Math.hypot(...direction);
      expect(Math.abs(analytic - numeric) / Math.max(norm, 1e-2)).toBeLessThan(2e-3);
    });
  });
});

describe.each(testedVariants())('%s equals the cpu backend', (backend) => {
  it.each(cases)('$name', async (c) => {
    const oracle = await on('cpu', () => evaluate(c));
    const found = await on(backend, () => evaluate(c));
    expect(worst(found.value, oracle.value)).toBeLessThan(1e-4);
    found.gradients.forEach((g, i) => {
      expect(worst(g, oracle.gradients[i] as Float32Array)).toBeLessThan(2e-4);
    });
  });
});

describe.each(testedBackends())('%s leaves no tensor behind', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend });
  });
  it.each(cases)('$name', (c) => {
    const inputs = inputsOf(c);
    const held = (): number[] => [tf.memory().numTensors, tf.memory().numDataBuffers];
    const before = held();
    tf.tidy(() => void c.run(inputs));
    expect(held()).toEqual(before);
    evaluate(c);
    expect(held()).toEqual(before);
    tf.dispose(inputs);
  });
});

/** One round of the power method in plain loops: v = W·u, u = Wᵀ·v, both made unit; sigma = uᵀ·Wᵀ·v. */
function powerRound(w: Float32Array, u: Float32Array): { filter: number[]; u: number[]; v: number[] } {
  const columns = u.length;
  const unit = (x: number[]): number[] => x.map((value) => value / Math.hypot(...x));
  const rows = Array.from({ length: w.length / columns }, (_, r) => [
    ...w.slice(r * columns, (r + 1) * columns),
  ]);
  const v = unit(rows.map((row) => row.reduce((sum, x, c) => sum + x * (u[c] as number), 0)));
  const image = [...u].map((_, c) =>
    rows.reduce((sum, row, r) => sum + (row[c] as number) * (v[r] as number), 0),
  );
  const sigma = Math.hypot(...image);
  return { filter: [...w].map((x) => x / sigma), u: unit(image), v };
}

describe.each(testedVariants())('spectralNorm on %s', (backend) => {
  it('makes one round of the power method', () =>
    on(backend, () => {
      const [w, u] = [fill([2, 3, 3, 4], 1), fill([4], 2)];
      const expected = powerRound(w, u);
      tf.tidy(() => {
        const found = spectralNorm(tf.tensor4d(w, [2, 3, 3, 4]), tf.tensor1d(u), tf.zeros([18]), true);
        for (const name of ['filter', 'u', 'v'] as const) {
          expect(
            worst(found[name].dataSync() as Float32Array, Float32Array.from(expected[name])),
          ).toBeLessThan(1e-5);
        }
      });
    }));
});

describe('upsampleConv', () => {
  it('equals a convolution of the picture with every pixel repeated', async () => {
    await startEngine({ backend: 'cpu' });
    tf.tidy(() => {
      const [x, filter, bias] = inputsOf(cases.find(({ name }) => name === 'upsampleConv') as Case) as [
        Tensor4D,
        Tensor4D,
        Tensor1D,
      ];
      const [b, h, w, c] = x.shape;
      const doubled = tf.reshape(tf.tile(tf.reshape(x, [b, h, 1, w, c]), [1, 1, 2, 1, 2]), [
        b,
        2 * h,
        2 * w,
        c,
      ]);
      const expected = conv2d(doubled as Tensor4D, filter, { pad: 1 }, bias).dataSync() as Float32Array;
      expect(worst(upsampleConv(x, filter, bias).dataSync() as Float32Array, expected)).toBeLessThan(1e-5);
    });
  });
});

afterAll(() => {
  tf.disposeVariables();
});
