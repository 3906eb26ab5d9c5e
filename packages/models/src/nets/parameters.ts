/** What a network keeps: names as in the PyTorch modules, shapes as in memory (NHWC, filters [h, w, I, O]). */
import { type NamedTensors, tf } from '@fsg/engine';
import { random } from '@fsg/engine/random';

/**
 * How the entry lies in memory and in a PyTorch file:
 * conv [h, w, I, O] | OIHW · convTranspose [h, w, O, I] | IOHW · linear [h, w, I, O] | [O, I·h·w] ·
 * spectralV rows (h, w, I) | rows (I, h, w) · vector: the same.
 */
export type Layout = 'conv' | 'convTranspose' | 'linear' | 'spectralV' | 'vector';

export interface Entry {
  readonly name: string;
  readonly layout: Layout;
  readonly shape: readonly number[];
  /** Parameters are learnt; buffers (running statistics, power-method vectors) follow along. */
  readonly kind: 'parameter' | 'buffer';
  readonly init: 'xavier' | 'zeros' | 'ones' | 'quarter' | 'unit';
  /** The filter's height, width and input channels, by which `spectralV` is permuted. */
  readonly filter?: readonly [number, number, number];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Xavier uniform for filters, zero biases, slope 0.25; the same numbers for the same seed and name on every backend. */
export function initialise(entries: readonly Entry[], seed: number): NamedTensors {
  return Object.fromEntries(
    entries.map((entry) => [entry.name, tf.tensor(initialValues(entry, seed), [...entry.shape])]),
  );
}

function initialValues({ name, shape, init, layout }: Entry, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  const stream = random('weights', seed, name);
  switch (init) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'quarter':
      return values.fill(0.25);
    case 'unit': {
      const normal = values.map(() => stream.normal());
      const norm = Math.hypot(...normal);
      return normal.map((x) => x / norm);
    }
    case 'xavier': {
      const [h, w, a, b] = shape as [number, number, number, number];
      const bound = Math.sqrt(6 / (layout === 'linear' ? h * w * a + b : h * w * (a + b)));
      return values.map(() => stream.uniform(-bound, bound));
    }
  }
}
