import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { artifactsPath, type Run } from '@fsg/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildReport, type ReportOptions } from '../src/index.ts';
import { duration, figure, inline, size } from '../src/page/format.ts';
import { html, jsonIsland } from '../src/page/html.ts';
import { chartsOf, figuresOf } from '../src/report/charts.ts';
import { CANARY, fakeDemo, fakeRun, samplePath } from './fake-runs.ts';

let root: string;
let runs: [Run, Run];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsg-report-'));
  runs = await fakeDemo(root);
});

afterAll(() => rm(root, { recursive: true }));

const options = (more: Partial<ReportOptions> = {}): ReportOptions => ({
  title: 'Demo',
  intro: 'Two stages.',
  synthetic: true,
  runs: runs.map(({ folder }, i) => ({ folder, label: `Stage ${i + 1}` })),
  renderTable: (json) => `<p id="table">${JSON.stringify(json).replaceAll('"', '')}</p>`,
  now: Date.UTC(2026, 1, 1),
  out: join(artifactsPath(runs[1]), 'report.html'),
  ...more,
});

async function build(more: Partial<ReportOptions> = {}): Promise<string> {
  const { path, bytes } = await buildReport(options(more));
  const text = await readFile(path, 'utf8');
  expect(Buffer.byteLength(text)).toBe(bytes);
  return text;
}

describe('buildReport', () => {
  test('shows runs, table, pictures, curves, config, events and files', async () => {
    const text = await build();
    for (const id of ['runs', 'results', 'gallery', 'samples', 'curves', 'config', 'events', 'files']) {
      expect(text).toContain(`<section id="${id}">`);
    }
    expect(text).toContain('<p id="table">{cell:21.34}</p>');
    expect(text.match(/<img src="data:image\/webp/g)).toHaveLength(1 + 4 + 3);
    expect(text).toContain('finished, step 600');
    expect(text).toContain('0123456789ab, with changes');
  });

  test('time spent leaves out the hour of an interruption', async () => {
    expect(await build()).toMatch(/<dt>time spent<\/dt><dd>1 min 0 s<\/dd>/);
  });

  test('holds no address but those inside itself and beside it', async () => {
    const text = await build();
    const addresses = [...text.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, address]) => address as string);
    for (const address of addresses) expect(address.slice(0, 11)).toMatch(/^(data:image\/|\.\/)/);
    const folder = dirname(options().out);
    const files = addresses.filter((address) => address.startsWith('./'));
    expect(files.length).toBeGreaterThan(8);
    for (const file of files)
      expect((await stat(resolve(folder, decodeURIComponent(file)))).isFile()).toBe(true);
  });

  test('text of runs never becomes markup', async () => {
    const text = await build({
      title: CANARY,
      intro: CANARY,
      runs: [{ folder: runs[0].folder, label: CANARY }],
    });
    expect(text).not.toContain('<img src=x');
    expect(text).not.toContain('<script>window');
    expect(text.match(/<script/g)).toHaveLength(2);
  });

  test('synthetic data is called so, other data is not', async () => {
    expect(await build()).toContain('Synthetic data');
    expect(await build({ synthetic: false })).not.toContain('Synthetic data');
  });

  test('a run that has only begun makes a report without table and pictures', async () => {
    const { folder } = await fakeRun(root, { recipe: 'young', losses: ['loss'], sampleSteps: [], steps: 20 });
    const text = await build({ runs: [{ folder, label: 'young' }], out: join(root, 'young.html') });
    expect(text).not.toContain('id="results"');
    expect(text).not.toContain('id="samples"');
    expect(text).toContain('id="curves"');
  });

  test('a broken picture and broken journal lines are told, not fatal', async () => {
    const run = await fakeRun(root, {
      recipe: 'broken',
      losses: ['loss'],
      sampleSteps: [10, 20],
      steps: 100,
    });
    await writeFile(samplePath(run, 20), 'no picture');
    const journal = join(run.folder, 'journal.jsonl');
    await writeFile(journal, `{broken}\n${await readFile(journal, 'utf8')}`);
    const text = await build({
      runs: [{ folder: run.folder, label: 'broken' }],
      out: join(root, 'broken.html'),
    });
    expect(text).toContain('step-00000020.png is no readable picture');
    expect(text).toContain('1 lines of');
    expect(text.match(/<img src="data:image\/webp/g)).toHaveLength(1);
  });

  test('many sample steps are thinned evenly, the first and the last kept', async () => {
    const sampleSteps = Array.from({ length: 60 }, (_, i) => 10 * i);
    const { folder } = await fakeRun(root, { recipe: 'long', losses: ['loss'], sampleSteps, steps: 100 });
    const text = await build({ runs: [{ folder, label: 'long' }], out: join(root, 'long.html') });
    const steps = (/data-steps="([^"]*)"/.exec(text)?.[1] ?? '').split(' ').map(Number);
    expect(steps).toHaveLength(24);
    expect([steps[0], steps.at(-1)]).toEqual([0, 590]);
    const gaps = steps.slice(1).map((step, i) => step - (steps[i] as number));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(10);
  });

  test('what is no run, or no table, is told in one line', async () => {
    await expect(build({ runs: [{ folder: join(root, 'none'), label: 'x' }] })).rejects.toThrow(
      /none is no run/,
    );
    const run = await fakeRun(root, { recipe: 'torn', losses: ['loss'], sampleSteps: [], steps: 20 });
    await writeFile(join(artifactsPath(run), 'table.json'), '{');
    await expect(build({ runs: [{ folder: run.folder, label: 'x' }] })).rejects.toThrow(
      /table\.json is no JSON: .*fsg eval/,
    );
  });
});

describe('charts', () => {
  const point = (step: number, value: number) => ({ step, value, time: 0 });

  test('metrics are sorted by what they measure', () => {
    const names = [
      'validation/ssim',
      'train/rate',
      'train/gradient/vae',
      'train/loss',
      'train/adversarial/small',
      'validation/psnr',
      'time',
    ];
    const charts = chartsOf(new Map(names.map((name) => [name, [point(1, 1)]])));
    expect(charts.map(({ title, noisy, series }) => [title, noisy, series.map(({ name }) => name)])).toEqual([
      ['Training losses', true, ['loss']],
      ['Validation PSNR, dB', false, ['psnr']],
      ['Validation', false, ['ssim']],
      ['Losses by level', true, ['adversarial/small']],
      ['Gradient norms', true, ['vae']],
      ['Learning rate', false, ['rate']],
      ['Other', false, ['time']],
    ]);
  });

  test('a long series keeps its ends, its order and every spike', () => {
    const points = Array.from({ length: 50_000 }, (_, i) => point(i, Math.sin(i / 900)));
    points[31_234] = point(31_234, 99);
    points[40_001] = point(40_001, Number.NaN);
    const series = chartsOf(new Map([['train/loss', points]]))[0]?.series[0];
    expect(series?.steps.length).toBeLessThanOrEqual(1202);
    expect(series?.steps).toContain(31_234);
    expect([...(series?.steps ?? [])].sort((a, b) => a - b)).toEqual(series?.steps);
    expect(series?.values.every((value) => value === null || Number.isFinite(value))).toBe(true);
  });

  test('figures give the last and the extreme values with their steps, past what is no number', () => {
    const points = [point(1, Number.NaN), point(2, 5), point(3, -1), point(4, 3)];
    expect(figuresOf(new Map([['m', points]]))).toEqual([
      { metric: 'm', last: point(4, 3), least: point(3, -1), most: point(2, 5) },
    ]);
  });
});

test('values are escaped in text and attributes, data cannot end its element', () => {
  expect(html`<a title="${'"<&>\''}">${'<b>'}${[html`<i>${1}</i>`, null]}</a>`.markup).toBe(
    '<a title="&quot;&lt;&amp;&gt;&#39;">&lt;b&gt;<i>1</i></a>',
  );
  const island = jsonIsland('d', { text: '</script><script>' }).markup;
  expect(island.match(/<\/script>/g)).toHaveLength(1);
  expect(JSON.parse(/>(.*)</.exec(island)?.[1] as string)).toEqual({ text: '</script><script>' });
});

test('numbers and times read as people read them', () => {
  expect([59.6, 61, 3599.4, 3660, 90_061].map(duration)).toEqual([
    '1 min 0 s',
    '1 min 1 s',
    '59 min 59 s',
    '1 h 1 min',
    '25 h 1 min',
  ]);
  expect([999, 1000, 1_234_567, 5e13].map(size)).toEqual(['999 B', '1.0 kB', '1.2 MB', '50000.0 GB']);
  expect([0, 0.0001234, 12.34567, 1_234_567, Number.NaN].map(figure)).toEqual([
    '0',
    '1.23e-4',
    '12.35',
    '1.23e+6',
    'NaN',
  ]);
  expect(inline({ cpu: 'x', sizes: [1, 2.34567], none: null })).toBe('cpu x, sizes 1, 2.346, none unknown');
});
