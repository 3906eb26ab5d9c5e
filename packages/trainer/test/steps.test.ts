import { startEngine, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { entriesOf } from '@fsg/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { stateFromFiles, stateToFiles } from '../src/checkpoint.ts';
import type { Stage } from '../src/stage.ts';
import { release, type TrainState } from '../src/state.ts';
import { batchAt, size, smallStage1, smallStage2, stepOnce, valuesOf } from './support.ts';

/** Steps over batches `from` to `to`; takes the state over. */
function run(stage: Stage, state: TrainState, from: number, to: number): TrainState {
  let current = state;
  for (let i = from; i < to; i++) {
    const batch = batchAt(i);
    const { next, metrics } = stepOnce(stage, current, batch);
    tf.dispose([...Object.values(metrics), ...Object.values(batch)]);
    release(current, next);
    current = next;
  }
  return current;
}

const stages = [
  ['stage I', (seed?: number) => smallStage1(seed), ['vae']],
  ['stage I with averages', (seed?: number) => smallStage1(seed, 0.9), ['vae']],
  ['stage II', (seed?: number) => smallStage2(seed).stage, ['generator', 'discriminator']],
  [
    'stage II with averages',
    (seed?: number) => smallStage2(seed, { ema: 0.9 }).stage,
    ['generator', 'discriminator'],
  ],
] as const;

describe.each(testedBackends())('%s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend });
  });

  it.each(stages)('%s: moves every parameter and buffer that it should', (_, make, networks) => {
    const stage = make();
    const state = stage.start();
    const before = valuesOf(state);
    const after = run(stage, state, 0, 2);
    const now = valuesOf(after);
    for (const network of networks) {
      for (const { name, kind, shape } of entriesOf(network, size)) {
        // A bias in front of a batch norm has no effect, hence no gradient; a unit vector of one number is 1. They stay.
        const norm = name.replace(/(\d+)\.bias$/, (_, index) => `${Number(index) + 1}.running_mean`);
        const cancelled = name.endsWith('.bias') && norm !== name && `${network}.${norm}` in now;
        const idle = cancelled || (kind === 'buffer' && `${shape}` === '1');
        const moved = now[`${network}.${name}`]?.some(
          (value, i) => value !== before[`${network}.${name}`]?.[i],
        );
        expect(moved, `${network}.${name}`).toBe(!idle);
      }
    }
    release(after);
  });

  it('stage II leaves the structure network as it was', () => {
    const { stage, structure } = smallStage2();
    const before = Object.fromEntries(
      Object.entries(structure).map(([name, t]) => [name, t.dataSync().slice()]),
    );
    release(run(stage, stage.start(), 0, 1));
    for (const [name, tensor] of Object.entries(structure))
      expect(tensor.dataSync(), name).toEqual(before[name]);
    tf.dispose(structure);
  });

  it('stage II by L1 on crops: the generator moves, the discriminator stays', () => {
    const { stage, structure } = smallStage2(1, { crop: 48, identity: 0, adversarial: 0 });
    const state = stage.start();
    const before = valuesOf(state);
    const after = run(stage, state, 0, 2);
    for (const [name, values] of Object.entries(valuesOf(after))) {
      const stays = name.startsWith('discriminator.') || /adam|weight_[uv]|\.bias$/.test(name);
      if (name.startsWith('discriminator.')) expect(values, name).toEqual(before[name]);
      else if (!stays) expect(values, name).not.toEqual(before[name]);
    }
    release(after);
    tf.dispose(structure);
  });

  it('crops are parts of the pictures: of the whole side they give the loss of whole pictures', () => {
    const lossOf = (crop?: number): number => {
      const { stage, structure } = smallStage2(1, { ...(crop && { crop }), identity: 0, adversarial: 0 });
      const batch = batchAt(0);
      const state = stage.start();
      const { next, metrics } = stepOnce(stage, state, batch);
      const loss = metrics.loss?.dataSync()[0] as number;
      release(state, next);
      release(next);
      tf.dispose([batch, metrics, structure] as unknown as tf.TensorContainer);
      return loss;
    };
    expect(lossOf(128)).toBeCloseTo(lossOf(), 4);
    expect(Math.abs(lossOf(64) - lossOf())).toBeGreaterThan(1e-3);
  });

  it.each(stages)('%s: leaves no tensor behind', (_, make) => {
    const stage = make();
    let state = run(stage, stage.start(), 0, 1);
    const before = [tf.memory().numTensors, tf.memory().numDataBuffers];
    state = run(stage, state, 1, 3);
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before);
    release(state);
  });
});

describe('reproducibility', () => {
  beforeAll(async () => {
    await startEngine({ backend: testedBackends()[0] as 'wasm' });
  });

  it.each(stages)('%s: the same seed trains bit-equal, another seed does not', (_, make) => {
    const train = (seed?: number): Record<string, Float32Array> => {
      const stage = make(seed);
      const state = run(stage, stage.start(), 0, 3);
      const values = valuesOf(state);
      release(state);
      return values;
    };
    const values = train();
    expect(train()).toEqual(values);
    expect(train(2)).not.toEqual(values);
  });

  it.each(stages)(
    '%s: saved and loaded after 2 of 4 steps, it ends as if never stopped',
    (_, make, networks) => {
      const stage = make();
      const straight = run(stage, stage.start(), 0, 4);
      const half = run(stage, stage.start(), 0, 2);
      const files = stateToFiles(half, size, stage.passes);
      release(half);
      const resumed = run(stage, stateFromFiles(files, 2, [...networks], size, 'checkpoint'), 2, 4);
      expect(valuesOf(resumed)).toEqual(valuesOf(straight));
      expect(resumed.step).toBe(4);
      release(resumed);
      release(straight);
    },
  );

  it('stage I learns: the loss of one batch falls', () => {
    const stage = smallStage1();
    const batch = batchAt(0);
    let state = stage.start();
    const losses: number[] = [];
    for (let i = 0; i < 25; i++) {
      const { next, metrics } = stepOnce(stage, state, batch, 3e-3);
      losses.push(metrics.reconstruction?.dataSync()[0] as number);
      tf.dispose(metrics);
      release(state, next);
      state = next;
    }
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
    release(state);
    tf.dispose(Object.values(batch));
  });
});
