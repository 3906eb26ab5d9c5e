import { join } from 'node:path';
import { createRun, type Run } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { beforeEach, expect, test } from 'vitest';
import type { NetworkSource } from '../src/tasks/network-source.ts';
import { recognisersPleased, trainingsBehind } from '../src/tasks/trainings-behind.ts';
import { folderWith } from './support.ts';

let runs: string;

beforeEach(() => {
  runs = join(folderWith({ 'runs/x': '' }), 'runs');
});

const recipe = (over: object): TrainRecipe =>
  TrainRecipe.parse({ stage: 'stage2', data: {}, batch: 1, epochs: 1, ...over });

let created = Date.UTC(2026, 10, 24);
const runFrom = (config: TrainRecipe): Promise<Run> =>
  createRun(
    runs,
    {
      recipe: 'x',
      command: [],
      commit: null,
      uncommitted: null,
      versions: {},
      machine: {},
      config: JSON.parse(JSON.stringify(config)),
      inputs: {},
    },
    () => (created += 1000),
    Math.random,
  );

const source = (run: Run | null, config: TrainRecipe | null): NetworkSource =>
  ({ run, recipe: config }) as unknown as NetworkSource;

test('a network has learnt from its own training, what it began with, and what guided and judged these', async () => {
  const vae = await runFrom(recipe({ stage: 'stage1' }));
  const judge = await runFrom(recipe({ stage: 'recogniser', model: { architecture: 'lightcnn9' } }));
  const first = await runFrom(recipe({ structure: `${vae.id}@1`, recogniser: 'faceres' }));
  const own = recipe({ structure: vae.id, init: `${first.id}@3`, recogniser: `${judge.id}@2` });
  const trainings = await trainingsBehind([source(await runFrom(own), own), source(null, null)], runs);
  expect(trainings.map(({ run }) => run).slice(1)).toEqual([first.id, vae.id, judge.id]);
  expect(recognisersPleased(trainings)).toEqual([`${judge.id}@2`, 'faceres']);
});

test('a recogniser that is not in the loss is not pleased, and nobody learnt from it', async () => {
  const own = recipe({ structure: 'vae.pth', recogniser: 'faceres', loss: { identity: 0 } });
  const trainings = await trainingsBehind([source(await runFrom(own), own)], runs);
  expect(trainings).toHaveLength(1);
  expect(recognisersPleased(trainings)).toEqual([]);
});

test('what is not at hand is named', async () => {
  const own = recipe({ structure: '20260101-000000-gone-aaaa@7', recogniser: 'faceres' });
  const trainings = await trainingsBehind([source(await runFrom(own), own)], runs);
  expect(trainings[1]).toEqual({ run: '20260101-000000-gone-aaaa', recipe: null });
});
