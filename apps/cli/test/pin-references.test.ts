import { join } from 'node:path';
import { createRun, FileStore, markBest, type Run, saveCheckpoint } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { beforeEach, expect, test } from 'vitest';
import { parentOf, withPinned } from '../src/tasks/pin-references.ts';
import { trainsThe } from '../src/tasks/same-training.ts';
import { folderWith } from './support.ts';

const NOW = Date.UTC(2026, 10, 24);
let runs: string;
let run: Run;

/** A run with checkpoints of steps 3, the best one, and 6. */
beforeEach(async () => {
  runs = join(folderWith({ 'runs/x': '' }), 'runs');
  const fields = {
    recipe: 'demo-stage2',
    command: [],
    commit: null,
    uncommitted: null,
    versions: {},
    machine: {},
    config: {},
    inputs: {},
  };
  run = await createRun(runs, fields, () => NOW, Math.random);
  const store = new FileStore(run.folder);
  for (const step of [3, 6]) await saveCheckpoint(store, step, {}, { meta: {}, time: NOW });
  await markBest(store, { step: 3, metric: 'validation/x', value: 1 });
});

const recipe = (over: object): TrainRecipe =>
  TrainRecipe.parse({ stage: 'stage2', data: {}, batch: 1, epochs: 1, structure: 'latest', ...over });

test('a run is named by its checkpoint, and is the parent of what begins with its weights', async () => {
  const pinned = await withPinned(recipe({ init: ['vae.pth', 'recipes/demo/stage2.yaml'] }), runs);
  expect(pinned).toMatchObject({ structure: `${run.id}@3`, init: ['vae.pth', `${run.id}@3`] });
  expect(parentOf(pinned)).toBe(run.id);
  expect(parentOf(await withPinned(recipe({ init: 'latest@6' }), runs))).toBe(run.id);
});

test('weight files and recognisers are what they are, and no parents', async () => {
  const pinned = await withPinned(recipe({ init: 'generator.pth', recogniser: 'faceres' }), runs);
  expect(pinned).toMatchObject({ init: 'generator.pth', recogniser: 'faceres' });
  expect(parentOf(pinned)).toBeUndefined();
  expect(parentOf(await withPinned(recipe({}), runs))).toBeUndefined();
});

test('a run of a recipe is known by what it trains, whatever the order of its keys', async () => {
  const wanted = await withPinned(recipe({ init: 'latest@6' }), runs);
  const { stage, ...others } = JSON.parse(JSON.stringify(wanted)) as Record<string, unknown>;
  const record = { ...run.record, config: { ...others, stage } };
  expect(trainsThe(wanted, { record })).toBe(true);
  expect(trainsThe({ ...wanted, tracker: 'mlflow' }, { record })).toBe(true);
  expect(trainsThe({ ...wanted, seed: 5 }, { record })).toBe(false);
});
