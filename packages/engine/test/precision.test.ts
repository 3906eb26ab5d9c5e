/** The precision of convolutions. Expected rounding: bf16 keeps 8 bits of a number, float32 24. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { worthwhile } from '../src/precision.ts';
import { testedBackends } from '../src/testing.ts';

it.each([
  [{ float32: 100, bf16: 119 }, 'float32'],
  [{ float32: 100, bf16: 121 }, 'bf16'],
  [{ float32: null, bf16: null }, 'float32'],
  [{ float32: 100, bf16: null }, 'float32'],
] as const)('%o: %s', (speed, precision) => {
  expect(worthwhile(speed)).toBe(precision);
});

/** In a process of its own: TensorFlow reads its precision when it is loaded. Largest error of a convolution, of 1. */
function convolutionError(precision: string): { error: number; sum: number } {
  const code = `
    import { startEngine, conv2d, tf } from ${JSON.stringify(fileURLToPath(new URL('../src/index.ts', import.meta.url)))};
    const make = (shape) => {
      const n = shape.reduce((a, b) => a * b, 1);
      return tf.tensor(Float32Array.from({ length: n }, (_, i) => Math.sin(1 + i * 0.37)), shape);
    };
    const result = () => tf.tidy(() => conv2d(make([2, 32, 32, 64]), make([3, 3, 64, 64]), { pad: 1 }).dataSync().slice());
    const sum = () => tf.tidy(() => tf.sum(tf.fill([3, 1000], 1 / 3)).dataSync()[0]);
    await startEngine({ backend: 'cpu' });
    const exact = result();
    await startEngine({ backend: 'tensorflow', precision: '${precision}' });
    const found = result();
    const largest = exact.reduce((a, x) => Math.max(a, Math.abs(x)), 0);
    const error = exact.reduce((a, x, i) => Math.max(a, Math.abs(x - found[i])), 0) / largest;
    console.log(JSON.stringify({ error, sum: sum() }));`;
  const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  });
  return JSON.parse(out.trim().split('\n').at(-1) as string);
}

describe.runIf(testedBackends().includes('tensorflow'))('TensorFlow', () => {
  it('multiplies in float32 where nothing is said otherwise, and sums in float32 either way', () => {
    const [float32, bf16] = [convolutionError('float32'), convolutionError('bf16')];
    expect(float32.error).toBeLessThan(1e-5);
    expect(bf16.error).toBeLessThan(2e-2);
    expect(bf16.sum).toBe(float32.sum);
  });
});
