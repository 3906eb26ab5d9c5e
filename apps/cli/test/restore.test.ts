/** `fsg restore` on photographs, by networks that were trained for a few steps on SYNTHETIC people. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fsg } from './support.ts';

const SMALL = [
  'data.source.identities=60',
  'data.source.imagesPerIdentity=1',
  'validation.count=2',
  'samples.count=1',
  'epochs=1',
];
const PHOTOGRAPHS = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

let cwd: string;
const restore = async (images: readonly string[], out: string, ...more: readonly string[]) => {
  const { code, stdout, stderr } = await fsg(['restore', ...images, '-o', out, '--json', ...more], { cwd });
  return { code, stderr, results: code === 0 ? JSON.parse(stdout) : undefined };
};
const pixelsOf = (path: string) => sharp(path).raw().toBuffer({ resolveWithObject: true });

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fsg-restore-'));
  mkdirSync(join(cwd, 'photographs'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

test('without a trained run it names the command that makes one', async () => {
  const { code, stderr } = await restore([join(PHOTOGRAPHS, 'sample1.jpg')], 'none');
  expect(code).toBe(1);
  expect(stderr).toMatch(/holds no run of stage II, whose networks restore: npm run demo makes one/);
  expect(readdirSync(cwd)).toEqual(['photographs']);
});

test('a run names the very checkpoint that it was trained with, whatever is trained after it', async () => {
  for (const args of [
    ['demo-fast/stage1', 'model.zDim=8'],
    ['demo-fast/stage2', 'structure=latest', 'init=null'],
    // By now latest is another run.
  ]) {
    const { code, stderr } = await fsg(['train', ...args, ...SMALL], { cwd });
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
  }
  const [first, second] = readdirSync(join(cwd, 'runs')).sort();
  const { config, inputs } = JSON.parse(
    readFileSync(join(cwd, 'runs', second as string, 'run.json'), 'utf8'),
  );
  expect(config).toMatchObject({ structure: `${first}@6`, recogniser: 'dlib-resnet' });
  expect(inputs.structure.from).toBe(`${first} step 6`);
  const { code } = await fsg(['train', `--resume`, second as string, 'epochs=2'], { cwd });
  expect(code).toBe(0);
}, 120_000);

test('every face is put back, other pixels stay; transparency and files of no use', async () => {
  const group = join(PHOTOGRAPHS, 'sample4.jpg');
  const clear = join(cwd, 'photographs', 'clear.png');
  const { data, info } = await sharp(group).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  // The lowest rows see-through, those above half so.
  const [rows, pixels] = [info.height * info.width - 40 * info.width, info.height * info.width];
  for (let i = rows; i < pixels; i++) data[4 * i + 3] = i < pixels - 20 * info.width ? 128 : 0;
  await sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png()
    .toFile(clear);
  const grey = join(cwd, 'photographs', 'grey.png');
  await sharp({ create: { width: 200, height: 100, channels: 3, background: '#777' } }).toFile(grey);
  const broken = join(cwd, 'photographs', 'broken.jpg');
  writeFileSync(broken, readFileSync(group).subarray(0, 3000));

  const { code, results, stderr } = await restore([group, clear, grey, broken], 'out');
  expect(code).toBe(0);
  expect(results.map(({ faces }: { faces: number }) => faces > 0)).toEqual([true, true, false, false]);
  expect(results[2]).toMatchObject({ out: null, reason: 'no face was found; nothing is written' });
  expect(results[3].reason).toMatch(/no picture that can be read/);
  expect(stderr).toContain('grey.png: no face was found');
  expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['clear.png', 'sample4.png']);

  const [before, after] = [await pixelsOf(group), await pixelsOf(join(cwd, 'out', 'sample4.png'))];
  expect(after.info).toMatchObject({ width: before.info.width, height: before.info.height, channels: 3 });
  const changed = before.data.filter((value, i) => value !== after.data[i]).length / before.data.length;
  expect(changed).toBeGreaterThan(0.001);
  expect(changed).toBeLessThan(0.5);

  const kept = await pixelsOf(join(cwd, 'out', 'clear.png'));
  expect(kept.info.channels).toBe(4);
  expect(Buffer.compare(kept.data.subarray(4 * rows), data.subarray(4 * rows))).toBe(0);
}, 120_000);

test('a page shows each photograph before and after, and tells of the others; no file is replaced', async () => {
  const [photograph, grey] = [join(PHOTOGRAPHS, 'sample4.jpg'), join(cwd, 'photographs', 'grey.png')];
  const { code, results } = await restore([photograph, grey], 'seen', '--html', 'pages/seen.html');
  expect(code).toBe(0);
  const page = readFileSync(join(cwd, 'pages', 'seen.html'), 'utf8');
  const images = [
    ...page.matchAll(/<img src="data:image\/webp;base64,([^"]*)" width="(\d+)" height="(\d+)"/g),
  ];
  expect(images.map(([, , width, height]) => [width, height])).toEqual(Array(2).fill(['1000', '754']));
  const [before, after] = await Promise.all(
    images.map(([, code]) =>
      sharp(Buffer.from(code as string, 'base64'))
        .raw()
        .toBuffer(),
    ),
  );
  const written = await sharp(join(cwd, 'seen', 'sample4.png'))
    .resize(1000, 754)
    .raw()
    .toBuffer();
  expect(distance(after as Buffer, written)).toBeLessThan(distance(before as Buffer, written));
  expect(page).toContain('grey.png: no face was found');
  expect(page).toContain(`${results[0].faces} faces`);

  const again = await restore([photograph], 'again', '--html', 'pages/seen.html');
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('pages/seen.html exists already')]);
  const odd = await restore([grey], 'again', '--html', photograph);
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('ends in .html was expected')]);
  expect(readdirSync(cwd)).not.toContain('again');
}, 120_000);

/** Mean absolute difference of two pictures' values. */
const distance = (a: Buffer, b: Buffer): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
