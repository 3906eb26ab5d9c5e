import { startEngine, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../src/stage.ts';
import { paceOf } from '../src/state.ts';
import { refuseLargeBatch, stepMemory } from '../src/step-memory.ts';
import { batchAt, smallStage1, smallStage2 } from './support.ts';

describe.each(testedBackends())('the memory of a step on %s', (backend) => {
  beforeAll(() => startEngine({ backend }));

  const stages: Readonly<Record<string, () => Stage>> = {
    'stage I': () => smallStage1(),
    'stage II': () => smallStage2(1, { ema: 0.9 }).stage,
  };

  it('refuses a batch that needs more than is free, and names one that does not', async () => {
    const stage = smallStage1();
    const state = stage.start();
    const refusal = await refuseLargeBatch(stage, state, 900, 100e6).catch((error: Error) => error.message);
    expect(refusal).toMatch(
      /^batch: 900 needs about [\d.]+ GB of memory a step, of which 0\.1 GB are free; /,
    );
    const fits = Number(/a batch of (\d+) would fit$/.exec(refusal as string)?.[1]);
    await refuseLargeBatch(stage, state, fits, 100e6);
    await expect(refuseLargeBatch(stage, state, fits + 1, 100e6)).rejects.toThrow('would fit');
    await expect(refuseLargeBatch(stage, state, 1, 1e6)).rejects.toThrow('take a smaller model.dim');
  });

  // Origin: the bytes that TensorFlow.js counts in a step on a batch of that size.
  it.each(Object.keys(stages))(
    'of %s is told from smaller ones within a tenth, the state stays',
    async (name) => {
      const stage = (stages[name] as () => Stage)();
      const state = stage.start();
      const kept = tf.memory().numTensors;
      const { fixed, each } = await stepMemory(stage, state, 12);
      expect(tf.memory().numTensors).toBe(kept);

      const batch = batchAt(0, 12);
      const noise = stage.noise(0, 12);
      const pace = paceOf(0, 1e-4, stage.optimiser);
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() =>
        tf.tidy(() => {
          stage.step({ networks: state.networks, batch, noise, pace });
          return [];
        }),
      );
      const ratio = (fixed + 12 * each) / (peakBytes - before);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    },
  );
});
