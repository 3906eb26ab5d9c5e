import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, ink } from '@fsg/plots/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { statsChart } from '../src/stats/chart.ts';
import { distributionOf, histogramOf } from '../src/stats/distribution.ts';
import { measureSample } from '../src/stats/measure.ts';
import { type DataStats, dataStats } from '../src/stats/stats.ts';
import { readDataset } from '../src/store/format.ts';
import { synthesise } from '../src/store/synthesise.ts';
import { UnusableFace } from '../src/unusable.ts';

describe('distributions', () => {
  test('quantiles are those of NumPy', () => {
    // numpy.quantile([3, 1, 4, 1, 5], [0.05, 0.25, 0.5, 0.75, 0.95]), numpy.std(…, ddof=1)
    expect(distributionOf([3, 1, 4, 1, 5])).toEqual({
      n: 5,
      mean: expect.closeTo(2.8, 12),
      sd: expect.closeTo(1.788854381999832, 12),
      min: 1,
      p5: 1,
      p25: 1,
      median: 3,
      p75: 4,
      p95: expect.closeTo(4.8, 12),
      max: 5,
    });
    expect(distributionOf([7])).toMatchObject({ n: 1, sd: 0, p5: 7, p95: 7 });
    expect(distributionOf([])).toBeNull();
  });

  test('histograms have their borders on multiples of the step', () => {
    expect(histogramOf([-0.1, 4.9, 5, 12], 5)).toEqual({ from: -5, step: 5, counts: [1, 1, 1, 1] });
    expect(histogramOf([], 5)).toEqual({ from: 0, step: 5, counts: [] });
  });
});

const COUNT = 40;
const config = DataConfig.parse({
  occluders: ['blocks', 'mask', 'sunglasses', 'scarf'],
  source: { kind: 'synthetic', seed: 4, identities: 12, imagesPerIdentity: 3 },
  split: { test: 0.3 },
});

let folder: string;
let stats: DataStats;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-stats-'));
  await synthesise(config, { count: COUNT, out: join(folder, 'set'), workers: 2 });
  stats = await dataStats(config, { count: COUNT, workers: 2 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('of samples composed on the fly', () => {
  test('are what the manifest of the same samples tells', async () => {
    const { info, rows } = await readDataset(join(folder, 'set'));
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(stats).toMatchObject({ samples: COUNT, synthetic: true, setAside: [], kinds: info.occluders });
    for (const split of ['train', 'validation', 'test'] as const) {
      const of = rows.filter((row) => row.split === split);
      const people = new Set(of.map(({ identity }) => identity)).size;
      expect(stats.splits[split]).toEqual({ samples: of.length, identities: people });
    }
    // The last samples are the first faces again: two people have one and three more.
    expect(stats.identities).toMatchObject({ count: 12, people: { 3: 10, 4: 1, 6: 1 } });
    expect(stats.area.all?.mean).toBeCloseTo(mean(rows.map(({ area }) => area)), 5);
    for (const kind of Object.keys(info.occluders)) {
      const areas = rows.filter(({ occluder }) => occluder === kind).map(({ area }) => area);
      expect(stats.area.kinds[kind]?.max).toBeCloseTo(Math.max(...areas), 5);
    }
    for (const angle of ['yaw', 'pitch', 'roll'] as const) {
      const angles = rows.map(({ pose }) => pose![angle]);
      expect(stats.pose[angle].all?.mean).toBeCloseTo(mean(angles), 2);
      expect(stats.pose[angle].histogram.counts.reduce((a, b) => a + b)).toBe(COUNT);
    }
  });

  test('each kind covers the parts of the face that it is worn on', () => {
    const covered = (region: 'eyes' | 'mouth' | 'chin' | 'forehead', kind: string): number =>
      stats.regions[region].kinds[kind]?.mean as number;
    expect(covered('mouth', 'mask')).toBeGreaterThan(0.9);
    expect(covered('eyes', 'mask')).toBeLessThan(0.05);
    expect(covered('eyes', 'sunglasses')).toBeGreaterThan(0.5);
    expect(covered('chin', 'sunglasses')).toBe(0);
    expect(covered('chin', 'scarf')).toBeGreaterThan(0.9);
    expect(covered('forehead', 'scarf')).toBe(0);
  });
});

test('of a stored set they are the same', async () => {
  const stored = {
    ...config,
    source: { kind: 'stored', root: join(folder, 'set'), occlusions: 'stored' } as const,
  };
  const found = await dataStats(stored, { count: COUNT, workers: 1 });
  expect(found).toEqual({
    ...stats,
    // The manifest has angles to a thousandth of a degree.
    pose: expect.objectContaining({ yaw: expect.objectContaining({ histogram: stats.pose.yaw.histogram }) }),
  });
});

test('a face of no use is set aside with its reason, another error is not', async () => {
  const data = await openData(config);
  const failing = (error: Error) => ({
    ...data,
    source: { ...data.source, load: () => Promise.reject(error) },
  });
  expect(await measureSample(failing(new UnusableFace('a.jpg', 'no face found')), 0)).toEqual({
    file: 'a.jpg',
    reason: 'no face found',
  });
  await expect(measureSample(failing(new Error('disk')), 0)).rejects.toThrow('disk');
});

test('the figure names kinds, regions and sides, and says that the people are synthetic', async () => {
  const { svg, png } = statsChart(stats);
  for (const text of [
    'sunglasses',
    'forehead',
    'validation',
    'yaw',
    'SYNTHETIC',
    `${COUNT} samples of 12 people`,
  ]) {
    expect(svg).toContain(text);
  }
  expect(svg).not.toContain('NaN');
  expect(statsChart({ ...stats, synthetic: false }).svg).not.toContain('SYNTHETIC');
  const picture = await decode(png);
  expect(ink(picture, 0, 100, picture.width / 3, picture.height / 2)).toBeGreaterThan(2000);
});
