import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findRecipe, loadRecipe, overrideValues, renderRecipe } from '../src/recipe/load.ts';
import { folderWith } from './support.ts';

const Occluder = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('blocks'), count: z.tuple([z.number(), z.number()]).default([1, 3]) }),
    z.strictObject({ kind: z.literal('scarf') }),
  ]),
);
const common = {
  epochs: z.number().positive(),
  optimiser: z
    .strictObject({
      rate: z.number().positive().default(1e-4),
      schedule: z.strictObject({ kind: z.enum(['constant', 'cosine']).default('constant') }).prefault({}),
    })
    .prefault({}),
  occluders: z.array(Occluder).default([]),
  init: z.string().optional(),
};
const Schema = z.discriminatedUnion('stage', [
  z.strictObject({ stage: z.literal('one'), ...common }),
  z.strictObject({ stage: z.literal('two'), ...common, structure: z.string() }),
]);

const load = (files: Record<string, string>, overrides: string[] = [], file = 'a.yaml') =>
  loadRecipe(file, overrides, Schema, folderWith(files));

const problem = async (files: Record<string, string>, overrides: string[] = []) => {
  const error = (await load(files, overrides).catch((caught: unknown) => caught)) as Error;
  expect(error).toMatchObject({ name: 'UserError', exitCode: 2 });
  expect(error.message).not.toContain('\n');
  return error.message;
};

const plain = { 'a.yaml': 'stage: one\nepochs: 3\n' };

describe('parents and overrides', () => {
  test('defaults lie below parents, parents below the file, the command line on top', async () => {
    const files = {
      'a.yaml': 'parent: base/b.yaml\nepochs: 5\noptimiser: { schedule: { kind: cosine } }\n',
      'base/b.yaml': 'parent: ../c.yaml\nepochs: 4\ninit: run-b\noccluders: [scarf]\n',
      'c.yaml': 'stage: one\nepochs: 3\ninit: run-c\noptimiser: { rate: 0.5 }\noccluders: [blocks, blocks]\n',
    };
    expect(await load(files, ['optimiser.rate=2e-3'])).toEqual({
      stage: 'one',
      epochs: 5,
      init: 'run-b',
      optimiser: { rate: 2e-3, schedule: { kind: 'cosine' } },
      occluders: [{ kind: 'scarf' }],
    });
  });

  test('null takes a value away, in a file and on the command line', async () => {
    const files = {
      'a.yaml': 'parent: b.yaml\ninit: null\n',
      'b.yaml': 'stage: one\nepochs: 3\ninit: x\noptimiser: { rate: 0.5 }\n',
    };
    const loaded = await load(files, ['optimiser.rate=null']);
    expect(loaded).not.toHaveProperty('init');
    expect(loaded.optimiser.rate).toBe(1e-4);
  });

  test('values are YAML: numbers, texts, lists, sections', async () => {
    const overrides = [
      'init=007x',
      'occluders=[scarf, {kind: blocks, count: [2, 2]}]',
      'optimiser={rate: 1}',
    ];
    expect(await load(plain, overrides)).toMatchObject({
      init: '007x',
      occluders: [{ kind: 'scarf' }, { kind: 'blocks', count: [2, 2] }],
      optimiser: { rate: 1 },
    });
  });

  test('an item of a list is changed by its number', async () => {
    const files = { 'a.yaml': 'stage: one\nepochs: 1\noccluders: [{kind: blocks}, scarf]\n' };
    const { occluders } = await load(files, ['occluders.0.count=[4, 5]', 'occluders.1=blocks']);
    expect(occluders).toEqual([
      { kind: 'blocks', count: [4, 5] },
      { kind: 'blocks', count: [1, 3] },
    ]);
    expect(await problem(files, ['occluders.2=scarf'])).toBe(
      'occluders.2=scarf: occluders is a list without an item 2; its items are 0 to 1',
    );
    expect(await problem(files, ['occluders.length=1'])).toMatch(/a list without an item length/);
  });

  test('a printed recipe reads back as itself', async () => {
    const loaded = await load(plain, ['occluders=[blocks]', 'init="yes"']);
    expect(parse(renderRecipe(loaded))).toEqual(loaded);
    expect(renderRecipe(loaded)).toContain('count: [ 1, 3 ]');
  });

  test('nothing reaches beyond the recipe’s own values', async () => {
    expect(await problem(plain, ['__proto__.x=1'])).toMatch(/expected key=value/);
    expect(await problem({ 'a.yaml': 'stage: one\nepochs: 1\n__proto__: { rate: 1 }\n' })).toMatch(
      /unknown key __proto__/,
    );
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('a recipe is found by its short name too', async () => {
    const folder = folderWith({ 'recipes/demo/x.yaml': '', 'y.yaml': '' });
    expect(findRecipe('demo/x', folder)).toBe(join(folder, 'recipes/demo/x.yaml'));
    expect(findRecipe('recipes/demo/x.yaml', folder)).toBe(join(folder, 'recipes/demo/x.yaml'));
    expect(findRecipe('y', folder)).toBe(join(folder, 'y.yaml'));
    expect(findRecipe('demo/stage1', folder)).toMatch(/recipes\/demo\/stage1\.yaml$/);
    expect(() => findRecipe('demo/stge1', folder)).toThrow('nearest: recipes/demo/stage1.yaml');
    expect(() => findRecipe('recipes', folder)).toThrow('no recipe recipes');
  });
});

describe('mistakes', () => {
  test.each([
    ['optimiser:\n  rte: 1', 'a.yaml:4: unknown key optimiser.rte; nearest valid key: optimiser.rate'],
    ['rate: 1', 'a.yaml:3: unknown key rate; nearest valid key: optimiser.rate'],
    ['structure: x', 'a.yaml:3: unknown key structure; nearest valid key: stage'],
    [
      'occluders:\n  - kind: scarf\n    conut: 1',
      'a.yaml:5: unknown key occluders.0.conut; nearest valid key: occluders.0.kind',
    ],
    [
      'occluders:\n  - scarf\n  - blokcs',
      'a.yaml:5: occluders.1.kind: found "blokcs", expected one of blocks, scarf; nearest: blocks',
    ],
    ['init: 7', 'a.yaml:3: init: found 7, expected string'],
    ['optimiser: { rate: fast }', 'a.yaml:3: optimiser.rate: found "fast", expected number'],
    ['optimiser:\n  rate: 0\n  x: 1', 'a.yaml:4: optimiser.rate: found 0, expected number >0 (and 1 more)'],
    [
      'optimiser:\n  schedule:\n    kind: cosin',
      'a.yaml:5: optimiser.schedule.kind: found "cosin", expected one of constant, cosine; nearest: cosine',
    ],
    ['optimiser: [1]', 'a.yaml:3: optimiser: found [1], expected object'],
    ['epochs: 1', 'a.yaml:3: not valid YAML: Map keys must be unique'],
    [
      'x: [1',
      'a.yaml:4: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%j', async (extra, message) => {
    expect(await problem({ 'a.yaml': `stage: one\nepochs: 3\n${extra}\n` })).toContain(message);
  });

  test.each([
    ['stage: on\nepochs: 3', 'a.yaml:1: stage: found "on", expected one of one, two; nearest: one'],
    ['epochs: 3', 'a.yaml: stage is missing; expected one of one, two'],
    ['stage: two\nepochs: 3', 'a.yaml: structure is missing; expected string'],
    ['', 'a.yaml: expected keys with values, such as "stage: stage1"; found nothing'],
    ['- 1', 'a.yaml: expected keys with values, such as "stage: stage1"; found something else'],
    ['parent: 7', 'a.yaml:1: parent: found 7, expected a file name'],
    ['parent: gone.yaml', 'cannot read gone.yaml: no such file or folder (ENOENT)'],
    ['parent: a.yaml', 'a.yaml: its parents lead back to itself: a.yaml → a.yaml'],
  ])('%j', async (content, message) => {
    expect(await problem({ 'a.yaml': content })).toBe(message);
  });

  test('of a parent’s mistake the parent’s line is named', async () => {
    const files = {
      'a.yaml': 'parent: b.yaml\nepochs: 3\n',
      'b.yaml': '# head\nstage: one\noptimiser: { rate: -1 }\n',
    };
    expect(await problem(files)).toBe('b.yaml:3: optimiser.rate: found -1, expected number >0');
    expect(await problem(files, ['optimiser.rate=-2'])).toBe(
      'command line, optimiser.rate=-2: optimiser.rate: found -2, expected number >0',
    );
  });

  test('parents in a circle are named', async () => {
    const files = {
      'a.yaml': 'parent: d/b.yaml',
      'd/b.yaml': 'parent: ../c.yaml',
      'c.yaml': 'parent: d/b.yaml',
    };
    expect(await problem(files)).toBe(
      'd/b.yaml: its parents lead back to itself: d/b.yaml → c.yaml → d/b.yaml',
    );
  });

  test.each(['rate', '=1', 'a..b=1', '.a=1', '1a=2', 'a b=1'])('%j is no override', async (text) => {
    expect(await problem(plain, [text])).toBe(`${text}: expected key=value, such as optimiser.rate=1e-4`);
  });

  test('a value that is no YAML', async () => {
    expect(await problem(plain, ['init=[1'])).toMatch(/^init=\[1: the value is not valid YAML: /);
  });

  test('values from elsewhere than a file', () => {
    expect(() => overrideValues('run.json', { stage: 'one' }, [], Schema)).toThrow(
      'run.json: epochs is missing; expected number',
    );
  });
});
