import { expect, test } from 'vitest';
import {
  compareMetrics,
  configDifferences,
  createRun,
  directionOf,
  Journal,
  journalPath,
  type NewRun,
  provenanceDifferences,
  type Run,
} from '../src/index.ts';
import { scratch } from './support.ts';

const same: NewRun = {
  recipe: 'x',
  command: [],
  commit: 'a'.repeat(40),
  uncommitted: false,
  versions: { node: '22' },
  machine: { cpu: 'one', threads: 2 },
  config: { seed: 1, optimiser: { rate: 1e-4, beta1: 0.5 }, sizes: [1, 2], data: { source: null } },
  inputs: { vae: { from: 'y step 3', sha256: 'b'.repeat(64) } },
};

async function twoRuns(other: Partial<NewRun>): Promise<[Run, Run]> {
  const root = scratch();
  return [
    await createRun(root, same, () => 0, Math.random),
    await createRun(root, { ...same, ...other }, () => 1000, Math.random),
  ];
}

test('only config keys that differ, dotted; one that a run lacks is left out of it', async () => {
  const config = { seed: 1, optimiser: { rate: 1e-3 }, sizes: [1, 3], data: { source: null }, init: null };
  const [a, b] = await twoRuns({ config });
  expect(configDifferences([a, b])).toEqual([
    { key: 'init', values: { [b.id]: null } },
    { key: 'optimiser.beta1', values: { [a.id]: 0.5 } },
    { key: 'optimiser.rate', values: { [a.id]: 1e-4, [b.id]: 1e-3 } },
    { key: 'sizes', values: { [a.id]: [1, 2], [b.id]: [1, 3] } },
  ]);
  expect(configDifferences([a, a])).toEqual([]);
});

test('provenance: commit, versions, machine and inputs', async () => {
  const [a, b] = await twoRuns({
    commit: null,
    versions: { node: '24' },
    machine: { cpu: 'two' },
    inputs: {},
  });
  expect(provenanceDifferences([a, b]).map(({ key }) => key)).toEqual([
    'commit',
    'inputs.vae.from',
    'inputs.vae.sha256',
    'machine.cpu',
    'machine.threads',
    'versions.node',
  ]);
});

test('metrics: last, best and range with their steps, NaN never the best, a resume’s leftovers not counted', async () => {
  const [a, b] = await twoRuns({});
  const journal = new Journal(journalPath(a), () => 5);
  journal.metrics(1, { 'validation/psnr': 20, 'train/loss': 3, rate: 1 });
  journal.metrics(2, { 'validation/psnr': 22, 'train/loss': 1, rate: 2 });
  journal.metrics(3, { 'validation/psnr': 99, 'train/loss': 0 });
  journal.event(2, 'resume');
  journal.metrics(3, { 'validation/psnr': 22, 'train/loss': 2 });
  journal.metrics(4, { 'validation/psnr': Number.NaN, 'train/loss': -Infinity });
  journal.close();
  const at = (step: number, value: number) => ({ step, value, time: 5 });
  const found = compareMetrics([a, b]);
  expect(found).toEqual([
    { name: 'rate', better: 'unknown', runs: { [a.id]: { last: at(2, 2), min: at(1, 1), max: at(2, 2) } } },
    {
      name: 'train/loss',
      better: 'lower',
      runs: { [a.id]: { last: at(4, -Infinity), min: at(2, 1), max: at(1, 3), best: at(2, 1) } },
    },
    {
      name: 'validation/psnr',
      better: 'higher',
      runs: { [a.id]: { last: at(4, Number.NaN), min: at(1, 20), max: at(2, 22), best: at(2, 22) } },
    },
  ]);
});

test.each([
  ['validation/psnr_hole', 'higher'],
  ['validation/SSIM', 'higher'],
  ['eval/identity-similarity', 'higher'],
  ['train/accuracy', 'higher'],
  ['validation/verification_auc', 'higher'],
  ['train/loss', 'lower'],
  ['train/similarity_loss', 'lower'],
  ['train/l1', 'lower'],
  ['landmark error', 'lower'],
  ['train/rate', 'unknown'],
  ['train/kl', 'unknown'],
  ['glossary', 'unknown'],
])('%s: %s is better', (name, better) => expect(directionOf(name)).toBe(better));
