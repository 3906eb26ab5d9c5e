import { startEngine, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LoopHooks, type LoopOptions, runLoop } from '../src/loop.ts';
import { learningRate } from '../src/schedule.ts';
import { release } from '../src/state.ts';
import { batchAt, smallStage1, valuesOf } from './support.ts';

const schedule = { kind: 'constant', warmup: 0, final: 0 } as const;

function options(over: Partial<LoopOptions> = {}): LoopOptions {
  let next = 0;
  return {
    stage: smallStage1(),
    steps: 5,
    rate: 1e-4,
    schedule,
    nextBatch: async () => batchAt(next++),
    every: { log: 1, validate: 2, sample: 5, checkpoint: 2 },
    ...over,
  };
}

/** Writes down what the loop calls, in order. */
function recording(over: Partial<LoopHooks> = {}): { calls: string[]; hooks: LoopHooks } {
  const calls: string[] = [];
  const note = (name: string, step: number): void => void calls.push(`${name} ${step}`);
  const hooks: LoopHooks = {
    log: (step) => note('log', step),
    validate: async ({ step }) => {
      note('validate', step);
      return false;
    },
    sample: async ({ step }) => note('sample', step),
    checkpoint: async ({ step }) => note('checkpoint', step),
    stopping: () => false,
    ...over,
  };
  return { calls, hooks };
}

describe('the loop', () => {
  beforeAll(async () => {
    await startEngine({ backend: testedBackends()[0] as 'wasm' });
  });

  it('calls its hooks on time and after the last step', async () => {
    const { calls, hooks } = recording();
    const o = options();
    const { state, ending } = await runLoop(o.stage.start(), o, hooks);
    expect(ending).toBe('finished');
    expect(calls).toEqual([
      ...['log 1', 'log 2', 'validate 2', 'checkpoint 2', 'log 3', 'log 4', 'validate 4', 'checkpoint 4'],
      ...['log 5', 'sample 5', 'validate 5', 'checkpoint 5'],
    ]);
    release(state);
  });

  it('checkpoints and stops when asked to', async () => {
    let steps = 0;
    const { calls, hooks } = recording({ stopping: () => ++steps === 3 });
    const o = options();
    const { state, ending } = await runLoop(o.stage.start(), o, hooks);
    expect([ending, state.step]).toEqual(['stopped', 3]);
    expect(calls.at(-1)).toBe('checkpoint 3');
    release(state);
  });

  it('sees a signal between two steps, however ready the batches are', async () => {
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    process.once('SIGUSR2', stop);
    const { hooks } = recording({ stopping: () => stopped, stepped: (step) => signal(step) });
    const signal = (step: number): boolean => step === 2 && process.kill(process.pid, 'SIGUSR2');
    const o = options({ steps: 20, every: { log: 0, validate: 0, sample: 0, checkpoint: 0 } });
    const { state, ending } = await runLoop(o.stage.start(), o, hooks);
    expect(ending).toBe('stopped');
    expect(state.step).toBeLessThan(5);
    release(state);
  });

  it('ends early when validation says so', async () => {
    const { hooks } = recording({ validate: async ({ step }) => step === 4 });
    const o = options();
    const { state, ending } = await runLoop(o.stage.start(), o, hooks);
    expect([ending, state.step]).toEqual(['early', 4]);
    release(state);
  });

  it('stops before the update when a value is not finite, and names it', async () => {
    const poisoned = batchAt(0);
    poisoned.clean.dispose();
    const clean = tf.fill<tf.Rank.R4>([2, 128, 128, 3], Number.NaN);
    const o = options({ nextBatch: async () => ({ ...poisoned, clean }) });
    const state = o.stage.start();
    const before = valuesOf(state);
    await expect(runLoop(state, o, recording().hooks)).rejects.toThrow(
      /step 1 .*train\/loss = NaN.*the batch's clean/,
    );
    expect(valuesOf(state)).toEqual(before);
    release(state);
  });
});

describe('the learning rate', () => {
  it('rises in a line, then follows half a cosine', () => {
    const cosine = { kind: 'cosine', warmup: 10, final: 0.1 } as const;
    const at = (step: number): number => learningRate(1, cosine, step, 110);
    expect(at(0)).toBeCloseTo(0.1);
    expect(at(9)).toBeCloseTo(1);
    expect(at(60)).toBeCloseTo(0.1 + 0.9 * 0.5);
    expect(at(110)).toBeCloseTo(0.1);
    expect(learningRate(1e-4, schedule, 1e6, 10)).toBe(1e-4);
  });
});
