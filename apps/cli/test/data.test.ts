/** `fsg data`, on a small set that `fsg synth` writes, and on its recipe. */
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, ink } from '@fsg/plots/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fsg } from './support.ts';

const RECIPE = `stage: synth
count: 12
data:
  source: { kind: synthetic, seed: 1, identities: 8 }
  split: { validation: 0.2, test: 0.2 }
`;

let cwd: string;
const data = (...args: string[]) => fsg(['data', ...args], { cwd });

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fsg-cli-'));
  writeFileSync(join(cwd, 'a.yaml'), RECIPE);
  expect((await fsg(['synth', 'a.yaml', '-o', 'set', '--workers', '2'], { cwd })).code).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** The manifest's rows. */
const rows = () =>
  readFileSync(join(cwd, 'set/manifest.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('verify', () => {
  test('an intact set', async () => {
    const { code, stdout } = await data('verify', 'set', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, samples: 12, problems: [], counts: {} });
    expect((await data('verify', 'set')).stdout).toBe(
      'set: 12 samples of 3 people, all as they were written\n',
    );
  });

  test('a damaged one: what and where, and exit code 1', async () => {
    cpSync(join(cwd, 'set'), join(cwd, 'damaged'), { recursive: true });
    const [first] = rows();
    const shard = openSync(join(cwd, 'damaged/shard-00000.tar'), 'r+');
    writeSync(shard, new Uint8Array(16), 0, 16, first.files['occluded.png'][0] + 100);
    const { code, stdout } = await data('verify', 'damaged', '--json');
    expect(code).toBe(1);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ ok: false, counts: { unreadable: 1, shard: 1, content: 1 } });
    expect(found.problems[0]).toMatchObject({
      kind: 'unreadable',
      what: expect.any(String),
      files: [`shard-00000.tar/${first.key}.occluded.png`],
    });
    const text = await data('verify', 'damaged');
    expect(text.code).toBe(1);
    expect(text.stdout).toContain(
      `members that cannot be read: 1\n  shard-00000.tar/${first.key}.occluded.png: cannot be read: `,
    );
  });
});

describe('split', () => {
  test('counts, and the list as CSV', async () => {
    const { code, stdout } = await data('split', 'set', '-o', 'sides.csv', '--json');
    expect(code).toBe(0);
    const { sides, pictures, placedBy } = JSON.parse(stdout);
    expect([pictures, placedBy]).toEqual([12, { makers: 12, hash: 0 }]);
    const lines = rows().map(({ key, identity, split }) => `${key},${identity},${split}`);
    expect(readFileSync(join(cwd, 'sides.csv'), 'utf8')).toBe(`key,identity,split\n${lines.join('\n')}\n`);
    for (const side of ['train', 'validation', 'test']) {
      expect(sides[side].pictures).toBe(lines.filter((line) => line.endsWith(`,${side}`)).length);
    }
  });

  test('of a recipe, with another share', async () => {
    const { stdout } = await data('split', 'a.yaml', 'data.split.test=0.8', 'data.split.validation=0');
    expect(stdout).toContain('synthetic-a, synthetic: 32 pictures of 8 people');
    expect(stdout).toMatch(/validation +0 +0\.0 % +0 +0\.0 %\n/);
    expect(stdout).toContain("placed by a hash of the person's name (seed 0, validation 0, test 0.8)");
  });
});

test('stats: of a set and of its recipe the same, as numbers and figure', async () => {
  const [stored, composed] = await Promise.all([
    data('stats', 'set', '-o', 'figures', '--json'),
    data('stats', 'a.yaml', '--json'),
  ]);
  expect([stored.code, composed.code]).toEqual([0, 0]);
  const found = JSON.parse(stored.stdout);
  expect(found.samples).toBe(12);
  expect(JSON.parse(composed.stdout).regions).toEqual(found.regions);
  expect(JSON.parse(readFileSync(join(cwd, 'figures/stats.json'), 'utf8'))).toEqual(found);
  expect(readFileSync(join(cwd, 'figures/stats.svg'), 'utf8')).toContain('12 samples of 3 people');
  const figure = await decode(readFileSync(join(cwd, 'figures/stats.png')));
  expect(ink(figure, 0, 0, figure.width, figure.height)).toBeGreaterThan(10_000);
  const { stdout } = await data('stats', 'set', 'count=4');
  expect(stdout).toContain('synthetic-a, synthetic: 4 samples of 1 people, 4 to 4 a person\n');
  expect(stdout).toMatch(/\nall +4 +\d+\.\d % +\d+\.\d % to \d+\.\d % /);
});

test('preview: a sheet of a set, and of a recipe with other occluders', async () => {
  const { code, stdout } = await data('preview', 'set', '--json');
  expect(code).toBe(0);
  const { file, synthetic, kinds } = JSON.parse(stdout);
  expect([file, synthetic]).toEqual(['preview.png', true]);
  expect(Object.values(kinds).flat().length).toBeGreaterThan(2);
  const sheet = await decode(readFileSync(join(cwd, file)));
  expect(sheet.width).toBeGreaterThan(8 * 256);
  const other = await data(
    'preview',
    'a.yaml',
    'data.occluders=[scarf]',
    '--people',
    '3',
    '-o',
    'x/scarf.png',
  );
  expect(other.stdout).toBe('x/scarf.png: scarf (3); synthetic people\n');
  expect((await decode(readFileSync(join(cwd, 'x/scarf.png')))).height).toBeGreaterThan(2 * 256);
});
