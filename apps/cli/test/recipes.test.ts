/** Every recipe of this project: valid, its head complete, and what it builds on there too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isGuided } from '@fsg/models/options';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { describe, expect, test } from 'vitest';
import { loadRecipe } from '../src/recipe/load.ts';
import { TABLES, trainingsOf } from '../src/tables/definitions.ts';
import { TablesRecipe } from '../src/tables/scale.ts';
import { SynthRecipe } from '../src/tasks/synth.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const all = readdirSync(join(ROOT, 'recipes'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `recipes/${name}`)
  .sort();
const isTables = (name: string): boolean => name.startsWith('recipes/tables/');
const recipes = all.filter((name) => !isTables(name));

const isData = (name: string): boolean => name.startsWith('recipes/data/');
const load = (name: string): Promise<TrainRecipe | SynthRecipe> =>
  isData(name) ? loadRecipe(name, [], SynthRecipe, ROOT) : loadRecipe(name, [], TrainRecipe, ROOT);

const headOf = (name: string): string =>
  readFileSync(join(ROOT, name), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .join('\n');

test('there are recipes', () => expect(recipes.length).toBeGreaterThan(30));

describe.each(recipes)('%s', (name) => {
  test('is valid, and the recipes that it builds on are there', async () => {
    const recipe = await load(name);
    expect(recipe.description).toBeTruthy();
    if (recipe.stage !== 'stage2') return;
    expect(recipe.structure !== undefined).toBe(isGuided(recipe.model));
    for (const used of [recipe.structure, recipe.recogniser, ...[recipe.init ?? []].flat()]) {
      if (used?.endsWith('.yaml')) await load(used);
    }
  });

  test('says what it reproduces, what to expect, what it costs and how it is run', () => {
    const head = headOf(name);
    expect(head).toContain('# Expected:');
    if (name.includes('demo-fast')) return;
    for (const field of ['# Reproduces:', '# Command:']) expect(head).toContain(field);
    if (!name.includes('/demo/')) expect(head).toContain('# Cost:');
    const [, command, used] = /npm run fsg -- (\w+) (\S+\.yaml)/.exec(head) ?? [];
    expect(command).toBe(isData(name) ? 'synth' : 'train');
    expect(existsSync(join(ROOT, used as string))).toBe(true);
  });
});

test('a synthetic recipe says so in its head', async () => {
  for (const name of recipes) {
    const recipe = await load(name);
    if (recipe.data.source.kind !== 'synthetic') continue;
    expect(readFileSync(join(ROOT, name), 'utf8'), name).toContain('SYNTHETIC');
  }
});

describe.each(all.filter(isTables))('%s', (name) => {
  const scale = name.slice('recipes/tables/'.length, -'.yaml'.length);

  test('says what it reproduces, what to expect, what it costs and how it is run', () => {
    for (const field of ['# Reproduces:', '# Expected:', '# Cost:']) expect(headOf(name)).toContain(field);
    expect(headOf(name)).toContain(`# Command: npm run fsg -- tables --scale ${scale}`);
  });

  test('names a training for each row of each table, which its overrides fit', async () => {
    const { trainings, overrides } = await loadRecipe(name, [], TablesRecipe, ROOT);
    expect(Object.keys(trainings)).toEqual(expect.arrayContaining(trainingsOf(Object.values(TABLES))));
    for (const file of Object.values(trainings)) {
      const { stage } = await loadRecipe(file, [], TrainRecipe, ROOT);
      await loadRecipe(file, [...overrides[stage], 'seed=2'], TrainRecipe, ROOT);
    }
  });
});
