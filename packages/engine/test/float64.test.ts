/** Float64 matrices in TensorFlow, to far below float32's 1e-7. */
import { beforeAll, describe, expect, it } from 'vitest';
import { eigen64, eigenvalues64, multiply64, startEngine, tf } from '../src/index.ts';
import { random } from '../src/random.ts';
import { testedBackends } from '../src/testing.ts';

const SIZE = 40;

const matrix = (rows: number, columns: number): Float64Array => {
  const stream = random('float64', rows, columns);
  return Float64Array.from({ length: rows * columns }, () => stream.normal());
};

/** a bᵀ by the definition, both [rows, inner]. */
function outer(a: Float64Array, b: Float64Array, inner: number): Float64Array {
  const [rows, columns] = [a.length / inner, b.length / inner];
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (a[i * inner + k] as number) * (b[j * inner + k] as number);
    return sum;
  });
}

const furthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe.runIf(testedBackends().includes('tensorflow'))('on TensorFlow', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'tensorflow' });
  });

  it('multiplies in float64, and leaves no tensor', () => {
    const [a, b] = [matrix(7, SIZE), matrix(5, SIZE)];
    const before = tf.memory().numTensors;
    const columns = Float64Array.from(b, (_, at) => b[(at % 5) * SIZE + Math.floor(at / 5)] as number);
    for (const product of [multiply64(a, b, [7, SIZE, 5], true), multiply64(a, columns, [7, SIZE, 5])]) {
      expect(furthest(product, outer(a, b, SIZE))).toBeLessThan(1e-12);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives eigenvalues in order and the vectors that belong to them', () => {
    const a = matrix(SIZE, SIZE);
    const symmetric = outer(a, a, SIZE);
    const { values, vectors } = eigen64(symmetric, SIZE);
    expect([...values]).toEqual([...values].sort((x, y) => x - y));
    expect(furthest(values, eigenvalues64(symmetric, SIZE))).toBeLessThan(1e-12 * (values.at(-1) as number));
    const moved = multiply64(symmetric, vectors, [SIZE, SIZE, SIZE]);
    const stretched = vectors.map((v, at) => v * (values[at % SIZE] as number));
    expect(furthest(moved, stretched)).toBeLessThan(1e-12 * (values.at(-1) as number));
  });
});
