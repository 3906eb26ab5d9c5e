import { join } from 'node:path';
import { createRun, type Run } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { beforeEach, expect, test } from 'vitest';
import type { NetworkSource } from '../src/tasks/network-source.ts';
import { type Training, trainingsBehind } from '../src/tasks/trainings-behind.ts';
import { folderWith } from './support.ts';

let runs: string;

beforeEach(() => {
  runs = join(folderWith({ 'runs/x': '' }), 'runs');
});

const recipe = (over: object): TrainRecipe =>
  TrainRecipe.parse({ stage: 'stage2', data: {}, batch: 1, epochs: 1, ...over });

let created = Date.UTC(2026, 10, 24);
const runFrom = (config: TrainRecipe, recogniser = ''): Promise<Run> =>
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
      inputs: { recogniser: { from: '', sha256: recogniser } },
    },
    () => (created += 1000),
    Math.random,
  );

/** Behind networks of these runs, or of a file. */
const behind = (...of: (Run | null)[]): Promise<Training[]> =>
  trainingsBehind(
    of.map((run) => ({ run }) as unknown as NetworkSource),
    runs,
  );

test('a network has learnt from its own training, what it began with, and what guided and judged these', async () => {
  const vae = await runFrom(recipe({ stage: 'stage1' }));
  const judge = await runFrom(recipe({ stage: 'recogniser', model: { architecture: 'lightcnn9' } }));
  const first = await runFrom(recipe({ structure: `${vae.id}@1`, recogniser: 'faceres' }), 'f');
  const own = recipe({ structure: vae.id, init: `${first.id}@3`, recogniser: `${judge.id}@2` });
  const [self, ...others] = await behind(await runFrom(own, 'j'), null);
  expect(self).toMatchObject({ recipe: own, recogniser: 'j' });
  expect(others.map(({ run, recogniser }) => [run, recogniser])).toEqual([
    [first.id, 'f'],
    [vae.id, null],
    [judge.id, null],
  ]);
});

test('a recogniser that is not in the loss is not pleased, and nobody learnt from it', async () => {
  const own = recipe({ structure: 'vae.pth', recogniser: 'faceres', loss: { identity: 0 } });
  expect(await behind(await runFrom(own, 'f'))).toMatchObject([{ recipe: own, recogniser: null }]);
});

test('what is not at hand is named', async () => {
  const own = recipe({ structure: '20260101-000000-gone-aaaa@7', recogniser: 'faceres' });
  const [, gone] = await behind(await runFrom(own));
  expect(gone).toEqual({ run: '20260101-000000-gone-aaaa', recipe: null, recogniser: null });
});
