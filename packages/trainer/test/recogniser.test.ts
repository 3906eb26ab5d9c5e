/** A recogniser's training: fresh weights are fitted to data, a step moves all that it should, and a few steps learn. */
import { type NamedTensors, startEngine, tf } from '@fsg/engine';
import { entriesOf } from '@fsg/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { recogniserOf, recogniserStage } from '../src/recogniser.ts';
import { release, type TrainState } from '../src/state.ts';
import { batchAt, optimiser, stepOnce, valuesOf } from './support.ts';

const options = { architecture: 'lightcnn9', people: 3 } as const;
const stage = recogniserStage({ options, optimiser, loss: { margin: 0.1, scale: 10 }, seed: 1 });
/** Landmarks that put the crop on the whole picture: eyes and mouth where the template has them. */
const points = Float32Array.from({ length: 136 }, (_, i) => {
  const point = Math.floor(i / 2);
  const x =
    point >= 36 && point <= 41 ? 41.4 : point >= 42 && point <= 47 ? 86.6 : point === 48 ? 43.9 : 84.1;
  return i % 2 === 0 ? x : point < 48 ? 40 : 88;
});
const batch = (index: number) => {
  const { landmarks, ...rest } = batchAt(index, 3);
  landmarks.dispose();
  return { ...rest, landmarks: tf.tensor2d(Array.from({ length: 3 }, () => [...points])) };
};

/** Fresh weights, fitted to the first batch. */
function calibrated(): TrainState {
  const first = batch(0);
  const state = stage.calibrate?.(stage.start(), first) as TrainState;
  tf.dispose(Object.values(first));
  return state;
}

describe('training LightCNN', () => {
  beforeAll(async () => {
    await startEngine();
  });

  it('moves every parameter', () => {
    const state = calibrated();
    const before = valuesOf(state);
    const first = batch(1);
    const { next, metrics } = stepOnce(stage, state, first);
    const after = valuesOf(next);
    for (const { name } of entriesOf('recogniser', options)) {
      const key = `recogniser.${name}`;
      expect(
        after[key]?.some((value, i) => value !== before[key]?.[i]),
        name,
      ).toBe(true);
    }
    tf.dispose([...Object.values(metrics), ...Object.values(first)]);
    release(state, next);
    release(next);
  });

  it('learns three people by heart, and embeds them apart', () => {
    let state = calibrated();
    const losses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const same = batch(0);
      const { next, metrics } = stepOnce(stage, state, same, 1e-3);
      losses.push(metrics.loss?.dataSync()[0] as number);
      tf.dispose([...Object.values(metrics), ...Object.values(same)]);
      release(state, next);
      state = next;
    }
    expect(losses.at(-1)).toBeLessThan(0.2 * (losses[0] as number));

    const before = tf.memory().numTensors;
    const recogniser = recogniserOf(state.networks, options);
    const same = batch(0);
    const features = recogniser.embed(same.clean, same.landmarks);
    const similarity = tf.tidy(() => tf.matMul(features, features, false, true).arraySync() as number[][]);
    expect(similarity[0]?.[0]).toBeCloseTo(1, 5);
    expect(similarity[0]?.[1]).toBeLessThan(0.9);
    tf.dispose([features, ...Object.values(same)]);
    recogniser.dispose();
    expect(tf.memory().numTensors).toBe(before);
    release(state);
  });

  it('fits fresh weights so that both halves of a maximum win as often', () => {
    const state = calibrated();
    const tensors = state.networks.recogniser?.tensors as NamedTensors;
    // Variance 1 and mean 0 of the first convolution's output on the batch, from the weights alone.
    const first = batch(0);
    const grey = tf.mul(
      tf.add(tf.sum(tf.mul(first.clean, [0.3, 0.59, 0.11]), 3, true), 1),
      0.5,
    ) as tf.Tensor4D;
    const filter = tensors['features.0.filter.weight'] as tf.Tensor4D;
    const y = tf.add(tf.conv2d(grey, filter, 1, 'same'), tensors['features.0.filter.bias'] as tf.Tensor1D);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    expect(Math.max(...(mean.abs().dataSync() as Float32Array))).toBeLessThan(0.05);
    expect(Math.max(...(tf.abs(tf.sub(variance, 1)).dataSync() as Float32Array))).toBeLessThan(0.1);
    tf.dispose([grey, y, mean, variance, ...Object.values(first)]);
    release(state);
  });
});
