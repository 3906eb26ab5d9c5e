/** fsg eval on networks of packages/models/test/golden: what it leaves, how it goes on, what it refuses. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { BIN, folderWith, fsg } from './support.ts';

// Each measures dozens of images by two judges.
vi.setConfig({ testTimeout: 240_000 });

const GOLDEN = fileURLToPath(new URL('../../../packages/models/test/golden', import.meta.url));
const NETWORKS = [join(GOLDEN, 'gen.pth'), join(GOLDEN, 'vae.pth')];
/** So many people, two pictures of each, half of them on the test side. */
const people = (count: number): string[] => [
  `data.source.identities=${count}`,
  ...['data.source.imagesPerIdentity=2', 'data.split.test=0.5'],
];

const read = (cwd: string, name: string): Buffer => readFileSync(join(cwd, 'out', name));

test('leaves tables, recognition, plots, galleries and per-sample results', async () => {
  const cwd = folderWith({});
  const args = ['eval', ...NETWORKS, '-o', 'out', 'count=20', ...people(24)];
  expect((await fsg(args, { cwd })).code).toBe(0);
  const files = readdirSync(join(cwd, 'out'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining([
      'gallery.html',
      'gallery.png',
      'measured.json',
      'recognition.json',
      'recognition.md',
      'samples.parquet',
      'table.csv',
      'table.html',
      'table.json',
      'table.md',
      join('plots', 'psnr_hole-by-kind.png'),
      join('plots', 'roc-faceres.svg'),
    ]),
  );
  expect(files.filter((name) => name.startsWith('.'))).toEqual([]);
  const table = JSON.parse(String(read(cwd, 'table.json')));
  expect(table).toMatchObject({ synthetic: true, judges: ['faceres', 'dlib-resnet'] });
  const groups = new Set(table.sections.map(({ group }: { group: string }) => group));
  expect([...groups]).toEqual(['all', 'occluder', 'area', 'pose', 'region']);
  const recognition = JSON.parse(String(read(cwd, 'recognition.json')));
  const [faceres] = recognition.sections;
  const clean = faceres.rows.find(({ key }: { key: string }) => key === 'clean');
  const hidden = faceres.rows.find(({ key }: { key: string }) => key === 'occluded');
  expect(clean.cells.auc.value).toBeGreaterThanOrEqual(hidden.cells.auc.value);
  expect(clean.cells.rank_1.value).toBeGreaterThan(0.8);

  // A second time nothing is measured, and the figures are the same.
  const before = read(cwd, 'samples.parquet');
  const again = await fsg(args, { cwd });
  expect(again.stderr).toContain('out: measured before, taken as it is');
  expect(read(cwd, 'samples.parquet')).toEqual(before);
});

test('killed, then stopped by Ctrl-C, it goes on and ends with the bytes of an undisturbed one', async () => {
  // Batches of 16: each is cut short with several to come.
  const COUNT = 66;
  const cwd = folderWith({});
  const args = (out: string) => ['eval', ...NETWORKS, '-o', out, `count=${COUNT}`, ...people(90)];
  expect((await fsg(args('whole'), { cwd })).code).toBe(0);
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const child = spawn(process.execPath, [BIN, ...args('out')], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'close');
    const records = join(cwd, 'out', '.measuring', 'samples.jsonl');
    const lines = (): number =>
      existsSync(records) ? String(readFileSync(records)).split('\n').length - 1 : 0;
    const start = lines();
    while (child.exitCode === null && lines() <= start)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    expect(code).toBe(signal === 'SIGINT' ? 130 : null);
    expect(lines()).toBeLessThan(COUNT);
  }
  const last = await fsg(args('out'), { cwd });
  expect(last.stderr).toMatch(/out: \d+ of \d+ images were measured before/);
  expect(read(cwd, 'samples.parquet')).toEqual(readFileSync(join(cwd, 'whole', 'samples.parquet')));
  expect(read(cwd, 'recognition-scores.json')).toEqual(
    readFileSync(join(cwd, 'whole', 'recognition-scores.json')),
  );
});

test('two at once in one folder: one measures, the other waits and takes it', async () => {
  const cwd = folderWith({});
  const args = ['eval', ...NETWORKS, '-o', 'out', 'count=10', ...people(16)];
  const run = async () => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  };
  const both = await Promise.all([run(), run()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const taken = both.filter(({ stderr }) => stderr.includes('measured before, taken as it is'));
  expect(taken).toHaveLength(1);
  expect(taken[0]?.stderr).toMatch(/waiting up to \d+ s/);
  expect(existsSync(join(cwd, 'out', '.measuring'))).toBe(false);
});

test('several subjects stand in one table, and a data set of one’s own is measured', async () => {
  const cwd = folderWith({});
  const set = await fsg(['synth', 'demo-fast/stage1', 'count=30', 'data.source.identities=30', '-o', 'set'], {
    cwd,
  });
  expect(set.code).toBe(0);
  const args = ['eval', ...NETWORKS, join(GOLDEN, 'gen.legacy.pth'), NETWORKS[1] as string];
  const nowhere = await fsg([...args, '--data', 'set'], { cwd });
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('-o FOLDER') });
  const { code, stdout } = await fsg([...args, '--data', 'set', '-o', 'out', 'count=4', '--json'], { cwd });
  expect(code).toBe(0);
  const table = JSON.parse(stdout);
  const rows = table.sections[0].rows as { key: string; cells: Record<string, { value: number }> }[];
  expect(rows.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['occluded', 'network', 'network@gen.legacy.pth', 'composite@gen.legacy.pth']),
  );
  // The same weights in two forms of the file.
  const figure = (key: string) => rows.find((row) => row.key === key)?.cells.psnr?.value;
  expect(figure('network@gen.legacy.pth')).toBe(figure('network'));
});

/** Photographs with faces: the demo pictures of face-api, packaged with it. */
const PHOTOGRAPHS = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
const photograph = (n: number): Buffer => readFileSync(join(PHOTOGRAPHS, 'demo', `sample${n}.jpg`));

test('photographs occluded for real are measured by recognition alone', async () => {
  const cwd = folderWith({
    'people/ada/1.jpg': photograph(1),
    'people/ada/2.jpg': photograph(2),
    'people/bea/1.jpg': photograph(3),
    'people/bea/2.jpg': photograph(4),
  });
  const { code, stdout } = await fsg(['eval', ...NETWORKS, '--real', 'people', '-o', 'out', '--json'], {
    cwd,
  });
  expect(code).toBe(0);
  const table = JSON.parse(stdout);
  expect(table).toMatchObject({ synthetic: false });
  const rows = table.sections[0].rows.map(({ key, label }: { key: string; label: string }) => [key, label]);
  expect(rows[0]).toEqual(['clean', 'pictures as they are']);
  expect(rows.map(([key]: [string]) => key)).toEqual(['clean', 'stage-one', 'network', 'composite']);
  expect(existsSync(join(cwd, 'out', 'table.json'))).toBe(false);
});

test('LFW is verified by its own pairs; those without a picture are counted', async () => {
  const cwd = folderWith({
    'lfw/Ada_A/Ada_A_0001.jpg': photograph(1),
    'lfw/Ada_A/Ada_A_0002.jpg': photograph(2),
    'lfw/Bea_B/Bea_B_0001.jpg': photograph(3),
    'lfw/Bea_B/Bea_B_0002.jpg': photograph(4),
    'pairs.txt': ['2\t1', 'Ada_A\t1\t2', 'Ada_A\t1\tBea_B\t1', 'Bea_B\t1\t2', 'Ada_A\t2\tCee_C\t1', ''].join(
      '\n',
    ),
  });
  const data = ['data.source={kind: lfw, root: lfw}', 'data.split={test: 0.999, validation: 0}'];
  const args = ['eval', ...NETWORKS, '-o', 'out', ...data, 'data.occluders=[blocks]', 'lfwPairs=pairs.txt'];
  const { code, stderr } = await fsg(args, { cwd });
  expect(stderr).toContain("1 of LFW's 4 pairs are left out");
  expect(code).toBe(0);
  const { pairs } = JSON.parse(String(read(cwd, 'recognition-scores.json')));
  const keys = ['Ada_A_0001', 'Bea_B_0001', 'Ada_A_0002', 'Bea_B_0002'];
  const place = (key: string): number => keys.indexOf(key);
  expect(pairs).toEqual([
    [place('Ada_A_0001'), place('Ada_A_0002'), 1, 0],
    [place('Ada_A_0001'), place('Bea_B_0001'), 0, 0],
    [place('Bea_B_0001'), place('Bea_B_0002'), 1, 1],
  ]);
});

test('pictures of another program are a row as any other; what --save writes measures the same', async () => {
  const cwd = folderWith({});
  const about = ['count=10', ...people(16)];
  const saved = await fsg(['eval', ...NETWORKS, '-o', 'out', '--save', 'saved', ...about], { cwd });
  expect(saved.code).toBe(0);
  expect(readdirSync(join(cwd, 'saved')).sort()).toEqual([
    ...['clean', 'composite', 'inpainting', 'masks', 'mean-face', 'network', 'occluded', 'oracle'],
    'stage-one',
  ]);
  const table = JSON.parse(String(read(cwd, 'table.json')));
  const cellsOf = (key: string, of = table) =>
    of.sections[0].rows.find((row: { key: string }) => row.key === key).cells;

  // The composite's files by the measure of pairs.
  const folders = ['saved/composite', 'saved/clean', '--masks', 'saved/masks'];
  const pairs = await fsg(['eval', '--pairs', ...folders, '--json'], { cwd });
  const { n, metrics, regions } = JSON.parse(pairs.stdout);
  expect(n).toBe(10);
  for (const key of ['psnr', 'ssim', 'l1']) {
    expect(metrics[key].mean).toBeCloseTo(cellsOf('composite')[key].value, 9);
    expect(regions.hole[key].mean).toBeCloseTo(cellsOf('composite')[`${key}_hole`].value, 9);
  }

  // The same files as a row of their own beside the networks, and without them.
  const also = ['--pictures', 'other=saved/composite', '--pictures', 'again=saved/occluded'];
  const beside = await fsg(['eval', ...NETWORKS, '-o', 'out', ...also, ...about], { cwd });
  expect(beside.code).toBe(0);
  const both = JSON.parse(String(read(cwd, 'table.json')));
  const { time: _, memory: __, ...composite } = cellsOf('composite', both);
  expect(cellsOf('other', both)).toMatchObject(
    Object.fromEntries(
      Object.entries(composite as Record<string, { value: number | null }>)
        .filter(([key]) => !key.startsWith('hole_'))
        .map(([key, { value }]) => [key, { value }]),
    ),
  );
  expect(both.sources).toContainEqual(
    expect.objectContaining({ run: 'saved/composite', what: 'pictures', sha256: expect.any(String) }),
  );
  expect(cellsOf('again', both).psnr.value).toBe(cellsOf('occluded', both).psnr.value);
  const recipe = folderWith({
    'people.yaml':
      'stage: synth\ndata: { source: { kind: synthetic, identities: 16, imagesPerIdentity: 2 }, split: { test: 0.5 } }',
  });
  const alone = await fsg(
    ['eval', ...also, '--data', join(recipe, 'people.yaml'), '-o', 'alone', 'count=10'],
    { cwd },
  );
  expect(alone).toMatchObject({ code: 0 });
  const others = JSON.parse(readFileSync(join(cwd, 'alone', 'table.json'), 'utf8'));
  expect(cellsOf('other', others).psnr).toMatchObject({ value: cellsOf('composite').psnr.value });
});

test('pictures that do not fit are named', async () => {
  const cwd = folderWith({ 'few/x.txt': '' });
  const run = (...more: string[]) =>
    fsg(['eval', ...NETWORKS, '-o', 'out', 'count=4', ...people(8), ...more], { cwd });
  expect(await run('--pictures', 'few')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('NAME=FOLDER'),
  });
  const taken = await run('--pictures', 'composite=few');
  expect(taken).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('composite is the name of another row'),
  });
  const none = await run('--pictures', 'lama=few');
  expect(none).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('few: the folder holds no pictures'),
  });
});

test('a recogniser of one’s own judges beside the packaged ones', async () => {
  // A graph that gives the mean colour of the face, as in packages/models/test/graph-model.test.ts.
  const type = { type: 'DT_FLOAT' };
  const cwd = folderWith({
    'mine/weights.bin': String.fromCharCode(1, 0, 0, 0, 2, 0, 0, 0),
    'mine/model.json': JSON.stringify({
      modelTopology: {
        versions: { producer: 1 },
        node: [
          { name: 'face', op: 'Placeholder', attr: { dtype: type, shape: { shape: { unknownRank: true } } } },
          { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' }, value: { tensor: {} } } },
          { name: 'colour', op: 'Mean', input: ['face', 'axes'], attr: { T: type, keep_dims: { b: false } } },
        ],
      },
      weightsManifest: [{ paths: ['weights.bin'], weights: [{ name: 'axes', shape: [2], dtype: 'int32' }] }],
    }),
    'mine/colour.json': JSON.stringify({
      name: 'colour',
      model: 'model.json',
      size: 16,
      template: { leftEye: [5, 5], rightEye: [11, 5], mouthLeft: [6, 11], mouthRight: [10, 11] },
    }),
  });
  const args = ['eval', ...NETWORKS, '-o', 'out', 'count=8', ...people(10)];
  expect((await fsg([...args, 'judges.colour=mine/colour.json'], { cwd })).code).toBe(0);
  const table = JSON.parse(String(read(cwd, 'table.json')));
  expect(table.judges).toEqual(['faceres', 'dlib-resnet', 'colour']);
  const [all] = table.sections;
  const occluded = all.rows.find(({ key }: { key: string }) => key === 'occluded');
  expect(occluded.cells.similarity_colour.value).toBeGreaterThan(occluded.cells.similarity_faceres.value);
  const recognition = JSON.parse(String(read(cwd, 'recognition.json')));
  expect(recognition.sections.map(({ key }: { key: string }) => key)).toContain('colour');

  const wrong = await fsg([...args, 'judges.faceres=mine/colour.json'], { cwd });
  expect(wrong.stderr).toContain('judges: faceres and dlib-resnet judge anyway; expected another name');
  const gone = await fsg([...args, 'judges.mine=gone.json'], { cwd });
  expect(gone.stderr).toContain('cannot read gone.json');
});
