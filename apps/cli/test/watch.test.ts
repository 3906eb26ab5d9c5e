import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { expect, onTestFinished, test } from 'vitest';
import { Watch } from '../src/tasks/watch.ts';

const recipe = TrainRecipe.parse({
  stage: 'stage1',
  data: { source: { kind: 'synthetic', identities: 8 } },
  batch: 4,
  epochs: 10,
});

function watched(copies?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fsg-watch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  return { watch: new Watch({ recipe, batchesPerEpoch: 20, folder, copies, warn }), warnings };
}

test('says epoch, losses, images, data, memory and the last checkpoint', async () => {
  const { watch, warnings } = watched('s3://bucket');
  expect(watch.details(5, 2)).toMatch(/^epoch 0\.25 of 10, 8\.00 images\/s, [\d.]+ GB$/);
  watch.logged({
    'train/loss': 1.23456,
    'train/kl': 2,
    'train/rate': 1e-4,
    'train/gradient/vae': 3,
    'data/wait': 0.004,
  });
  await watch.checkpointed(40, 1000);
  expect(watch.details(50, 3)).toMatch(
    /^epoch 2\.50 of 10, loss 1\.23, kl 2\.00, 12\.0 images\/s, data wait 0\.4 %, [\d.]+ GB, saved step 40, copied to s3:\/\/bucket$/,
  );
  expect(warnings).toEqual([]);
});

test('a loader that starves the training is said once, when it lasts', () => {
  const { watch, warnings } = watched();
  for (const wait of [0.5, 0.5, 0.01, 0.5, 0.5]) watch.logged({ 'data/wait': wait });
  expect(warnings).toEqual([]);
  for (let i = 0; i < 5; i++) watch.logged({ 'data/wait': 0.34 });
  expect(warnings).toEqual([expect.stringMatching(/^training waits for data 34 % of its time: /)]);
});

test('a disk that two checkpoints would fill is said once, with both figures', async () => {
  const { watch, warnings } = watched();
  await watch.checkpointed(10, 1e15);
  await watch.checkpointed(20, 1e15);
  expect(warnings).toEqual([
    expect.stringMatching(/GB are left on the disk, 2 checkpoints need 2\.0e\+6 GB: free some space/),
  ]);
});
