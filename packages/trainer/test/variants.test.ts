/** Ablations and baselines: in a step the right parameters move and the others stay. */
import { startEngine, tf } from '@fsg/engine';
import { describeNetwork, entriesOf, type ModelOptions, type NetworkName } from '@fsg/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { release } from '../src/state.ts';
import { batchAt, size, smallStage2, stepOnce, valuesOf } from './support.ts';

const LOSSES = ['l1', 'identity', 'adversarial', 'tv'] as const;
const models: [string, Partial<ModelOptions>][] = [
  ['no structure guidance', { guided: false }],
  ['plain convolutions', { dilated: false }],
  ['large level alone', { levels: ['large'] }],
  ['small and medium levels', { levels: ['medium', 'small'] }],
  ['a U-Net', { generator: 'unet' }],
];

beforeAll(async () => {
  await startEngine();
});

/** Names of the parameters that one step changes, by network. */
function moved(options: Parameters<typeof smallStage2>[1]): Record<string, string[]> {
  const { stage } = smallStage2(1, options);
  const state = stage.start();
  const batch = batchAt(0);
  const before = valuesOf(state);
  const { next, metrics } = stepOnce(stage, state, batch);
  const after = valuesOf(next);
  const model = { ...size, ...options?.model };
  const changed = (network: NetworkName): string[] =>
    entriesOf(network, model)
      .filter(({ kind }) => kind === 'parameter')
      .map(({ name }) => name)
      .filter((name) => {
        const [a, b] = [before, after].map((values) => values[`${network}.${name}`] as Float32Array);
        return a?.some((value, i) => value !== b?.[i]);
      });
  tf.dispose([...Object.values(metrics), ...Object.values(batch)]);
  release(state, next);
  release(next);
  return { generator: changed('generator'), discriminator: changed('discriminator') };
}

/** All parameters but biases in front of a batch norm, which have no effect. */
function learnable(network: NetworkName, model: ModelOptions): string[] {
  const entries = entriesOf(network, model);
  const names = new Set(entries.map(({ name }) => name));
  return entries
    .filter(({ kind }) => kind === 'parameter')
    .map(({ name }) => name)
    .filter(
      (name) =>
        !names.has(name.replace(/(\d+)\.bias$/, (_, i) => `${Number(i) + 1}.running_mean`)) ||
        !/\d+\.bias$/.test(name),
    );
}

it.each(models)('%s: every parameter that there is moves', (_, model) => {
  const found = moved({ model });
  const whole = { ...size, ...model };
  expect(found.generator).toEqual(learnable('generator', whole));
  expect(found.discriminator).toEqual(learnable('discriminator', whole));
});

it.each(LOSSES)('without %s', (loss) => {
  const found = moved({ [loss]: 0 });
  expect(found.generator).toEqual(learnable('generator', size));
  expect(found.discriminator).toEqual(loss === 'adversarial' ? [] : learnable('discriminator', size));
});

describe('at the paper’s size', () => {
  const full = { dim: 256, zDim: 512 };

  it('the U-Net costs what the generator costs, within a twentieth', () => {
    const [unet, generator] = [
      describeNetwork('generator', { ...full, generator: 'unet' }),
      describeNetwork('generator', full),
    ];
    expect(unet.gflop / generator.gflop).toBeGreaterThan(0.95);
    expect(unet.gflop / generator.gflop).toBeLessThan(1.05);
  });

  it('each level brings its block of the trunk and its head', () => {
    const parameters = (levels: ModelOptions['levels']): number =>
      describeNetwork('discriminator', { ...full, ...(levels && { levels }) }).parameters;
    expect(parameters(['small'])).toBe(1_105_030 - 1_057_604);
    expect(parameters(['small', 'medium', 'large'])).toBe(1_105_030);
    expect(parameters(['large'])).toBeLessThan(1_105_030);
  });
});
