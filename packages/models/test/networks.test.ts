import { type NamedTensors, startEngine, type Tensor, tf } from '@fsg/engine';
import { describe, expect, it } from 'vitest';
import { describeLightCnn, describeNetwork, entriesOf, initialise, LIGHT_CNNS } from '../src/index.ts';

describe('the paper’s size', () => {
  const full = { dim: 256, zDim: 512 };
  // Counted by PyTorch from the authors' release; GFLOP by hand, two a multiply-add.
  it.each([
    ['vae', 4_976_969, 1.06, undefined],
    ['generator', 3_245_465, 14.0, undefined],
    ['discriminator', 1_105_030, 0.2, 275],
  ] as const)('%s', (name, parameters, gflop, field) => {
    const found = describeNetwork(name, full);
    expect(found.parameters).toBe(parameters);
    expect(found.gflop).toBeCloseTo(gflop, 1);
    if (field) expect(found.receptiveField).toBe(field);
  });

  it('sees 15, 67 and 275 pixels with the three heads', () => {
    const { layers } = describeNetwork('discriminator', full);
    const heads = layers.filter(({ output }) => output[2] === 1).map(({ receptiveField }) => receptiveField);
    expect(heads).toEqual([15, 67, 275]);
  });
});

// 10.5 million and 7.23 GFLOP as PyTorch counts them without the classifier; LightCNN-9 as its author gives it.
it.each([
  ['lightcnn29v2', 10_475_872, 7.23],
  ['lightcnn9', 5_480_864, 1.95],
] as const)('%s: parameters and cost', (name, parameters, gflop) => {
  expect(LIGHT_CNNS).toContain(name);
  const found = describeLightCnn(name);
  expect(found.parameters).toBe(parameters);
  expect(found.gflop).toBeCloseTo(gflop, 1);
});

describe('initial weights', () => {
  it('are Xavier uniform, seeded by name', async () => {
    await startEngine({ backend: 'cpu' });
    const entries = entriesOf('generator', { dim: 64, zDim: 96 });
    const [a, b, c] = [1, 1, 2].map((seed) => initialise(entries, seed)) as [
      NamedTensors,
      NamedTensors,
      NamedTensors,
    ];
    const name = 'encoder_blocks.2.3.weight_orig';
    const values = (set: NamedTensors) => (set[name] as Tensor).dataSync() as Float32Array;
    expect(values(a)).toEqual(values(b));
    expect(values(a)).not.toEqual(values(c));
    const bound = Math.sqrt(6 / (9 * (64 + 64)));
    const largest = Math.max(...values(a).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    const variance = values(a).reduce((sum, x) => sum + x * x, 0) / values(a).length;
    expect(variance).toBeCloseTo((bound * bound) / 3, 4);
    tf.dispose([a, b, c]);
  });
});
