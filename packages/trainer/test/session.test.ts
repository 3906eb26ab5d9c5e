import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allSamples,
  type Batch,
  DataConfig,
  evaluationSamples,
  type FaceSet,
  type Loader,
  type OpenData,
  openData,
  openFaces,
  openLoader,
} from '@fsg/data';
import { startEngine } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { isEvent, Journal, listCheckpoints, MemoryStore, readCheckpoint, readJournal } from '@fsg/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrainRecipe } from '../src/recipe.ts';
import { type SessionOptions, stepsOf, trainSession } from '../src/session.ts';
import type { TrainState } from '../src/state.ts';
import { type Metric, meanMetrics, restorePairs } from '../src/validate.ts';
import { size, smallStage1 } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsg-session-'));
const recipe = TrainRecipe.parse({
  stage: 'stage1',
  data: {
    source: { kind: 'synthetic', identities: 16, imagesPerIdentity: 2 },
    split: { validation: 0.3, test: 0.2 },
  },
  model: size,
  batch: 4,
  epochs: 2,
  logEvery: 1,
  validation: { every: 2, count: 4 },
  samples: { every: 3, count: 2 },
  checkpoints: { every: 2, keep: 2 },
});

/** Nearness to the clean image in the hole; origin: definition of the mean squared error. */
const nearness: Metric = {
  name: 'nearness',
  measure: ({ data }, clean, mask) => {
    let sum = 0;
    for (let i = 0; i < data.length; i++) {
      if (mask[Math.floor(i / 3)] === 1) sum += ((data[i] as number) - (clean.data[i] as number)) ** 2;
    }
    return -sum;
  },
};

describe('a training session', () => {
  let data: OpenData;
  let train: FaceSet;
  let validation: FaceSet;
  let journals = 0;

  beforeAll(async () => {
    await startEngine({ backend: testedBackends()[0] as 'wasm' });
    data = await openData(DataConfig.parse(recipe.data));
    train = await openFaces(data, { split: 'train', workers: 0, cache: folder });
    validation = await openFaces(data, { split: 'validation', workers: 0, cache: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const measured = async (state: TrainState): Promise<Record<string, number>> => {
    const pairs = await allSamples(evaluationSamples(data, validation, recipe.validation.count));
    return meanMetrics(restorePairs(smallStage1(), state, pairs, recipe.batch), [nearness]);
  };

  /** A run's world in memory; `seen` collects the keys of the batches. */
  function world(over: Partial<SessionOptions> = {}) {
    const path = join(folder, `journal-${journals++}.jsonl`);
    const loader = openLoader(recipe.data, train, { batch: recipe.batch, seed: recipe.seed });
    const seen: string[] = [];
    const watched: Loader = {
      ...loader,
      batch: async (position): Promise<Batch> => {
        const batch = await loader.batch(position);
        seen.push(...batch.keys.map((key) => `${position.epoch}/${key}`));
        return batch;
      },
    };
    const options: SessionOptions = {
      recipe,
      stage: smallStage1(),
      size,
      loader: watched,
      validation: { best: 'validation/nearness', measure: async (state) => measured(state) },
      journal: new Journal(path, () => 0),
      store: new MemoryStore(),
      lease: { token: 1, check: () => {} },
      clock: () => 0,
      stopping: () => false,
      warn: (message) => {
        throw new Error(message);
      },
      ...over,
    };
    const run = async () => {
      const result = await trainSession(options.stage.start(), options);
      options.journal.close();
      await loader.close();
      return { result, entries: readJournal(path).entries };
    };
    return { options, run, seen, path };
  }

  it('interrupted and resumed, ends with the bytes of one that was not, having seen the same faces', async () => {
    const whole = world();
    await whole.run();

    let steps = 0;
    const first = world({ stopping: () => ++steps === 3 });
    const stopped = await first.run();
    expect(stopped.result.ending).toBe('stopped');
    const second = world({ store: first.options.store, journal: new Journal(first.path, () => 0) });
    await second.run();

    const last = stepsOf(recipe, whole.options.loader);
    const expected = await readCheckpoint(whole.options.store, last);
    const found = await readCheckpoint(first.options.store, last);
    expect(Object.keys(found.files).sort()).toEqual([
      'optimizer.safetensors',
      'state.json',
      'vae.safetensors',
    ]);
    for (const [name, content] of Object.entries(expected.files))
      expect(found.files[name], name).toEqual(content);
    expect([...first.seen, ...second.seen]).toEqual(whole.seen);
    expect(new Set(whole.seen).size).toBe(whole.seen.length);
  });

  it('marks as best the checkpoint with the best validation figure and keeps it', async () => {
    const { options, run } = world();
    const { result, entries } = await run();
    const figures = entries.flatMap((entry) => {
      const value = isEvent(entry) ? undefined : entry.metrics['validation/nearness'];
      return value === undefined ? [] : [{ step: entry.step, value }];
    });
    const best = figures.reduce((a, b) => (b.value > a.value ? b : a));
    expect(result.best).toMatchObject(best);
    await expect(readCheckpoint(options.store, best.step)).resolves.toBeDefined();
  });

  it('keeps the checkpoints that others were built on', async () => {
    const { options, run } = world({
      recipe: {
        ...recipe,
        checkpoints: { every: 1, keep: 1 },
        validation: { ...recipe.validation, every: 0 },
      },
      kept: async () => [2],
    });
    const { result } = await run();
    const complete = await listCheckpoints(options.store, () => {});
    expect(complete.map(({ step }) => step)).toEqual([2, result.step]);
  });

  it('ends early after `patience` measurements without a better one', async () => {
    let value = 0;
    const falling = { best: 'validation/x', measure: async () => ({ 'validation/x': --value }) };
    const early = { ...recipe, validation: { ...recipe.validation, every: 1, patience: 2 } };
    const { result } = await world({ recipe: early, validation: falling }).run();
    expect([result.ending, result.step, result.best?.step]).toEqual(['early', 3, 1]);
  });

  it('passes over a damaged checkpoint and says which file', async () => {
    let steps = 0;
    const { options, run } = world({ stopping: () => ++steps === 1 });
    await run();
    const key = (await options.store.list('checkpoints/')).find(({ key }) => key.endsWith('vae.safetensors'))
      ?.key as string;
    const { value } = (await options.store.get(key)) as { value: Uint8Array };
    await options.store.put(
      key,
      value.map((byte, i) => (i === 500 ? byte ^ 1 : byte)),
    );
    const problems: string[] = [];
    const again = world({ store: options.store, warn: (message) => void problems.push(message) });
    const { entries } = await again.run();
    expect(problems[0]).toMatch(/vae\.safetensors is damaged: SHA-256/);
    expect(entries.filter(isEvent)[0]?.event).toBe('start');
  });
});

describe('the recipe', () => {
  const minimal = { stage: 'stage1', data: {}, batch: 8, epochs: 1 };
  it('has the paper’s values where nothing is said', () => {
    const { optimiser, model } = TrainRecipe.parse(minimal);
    expect(model).toEqual({ dim: 256, zDim: 512 });
    expect(optimiser).toMatchObject({
      rate: 1e-4,
      beta1: 0.5,
      beta2: 0.999,
      ema: 0,
      schedule: { kind: 'constant' },
    });
    const stage2 = TrainRecipe.parse({ ...minimal, stage: 'stage2', structure: 'x' });
    expect(stage2.loss).toEqual({ l1: 100, identity: 50, adversarial: 1, tv: 0.5, hole: 0 });
  });

  it.each([
    { ...minimal, learningRate: 1 },
    { ...minimal, stage: 'stage3' },
    { ...minimal, batch: 0 },
    { ...minimal, model: { dim: 50 } },
  ])('refuses %j', (wrong) => expect(TrainRecipe.safeParse(wrong).success).toBe(false));
});
