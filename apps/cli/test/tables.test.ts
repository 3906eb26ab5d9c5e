/** The five tables' plan, parts and words; a whole run of them is docs/results.md. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Table, withPublished } from '@fsg/eval';
import { createRun, Journal, journalPath } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import { describe, expect, test } from 'vitest';
import { loadRecipe } from '../src/recipe/load.ts';
import { chooseTables } from '../src/tables/choose.ts';
import { definitionOf, TABLES, type TableDefinition, trainingsOf } from '../src/tables/definitions.ts';
import { duration } from '../src/tables/plan.ts';
import { TablesRecipe } from '../src/tables/scale.ts';
import { Trainings } from '../src/tables/trainings.ts';
import { explainCell, renderWhy } from '../src/tables/why.ts';
import type { Context } from '../src/tasks/context.ts';
import { folderWith, fsg } from './support.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('the trainings', () => {
  const load = () => loadRecipe('recipes/tables/tiny.yaml', [], TablesRecipe, ROOT);

  test('an ablation and a defect that are the same training are trained once', () => {
    const rows = [...definitionOf('ablation').rows, ...definitionOf('defects').rows];
    expect(rows.filter(({ training }) => training === 'no-adversarial').map(({ key }) => key)).toEqual([
      'no-adversarial',
      'a',
    ]);
    expect(trainingsOf(Object.values(TABLES))).toHaveLength(13);
  });

  test('what is built on others waits for those of its own seed', async () => {
    const runs = join(folderWith({ 'runs/x': '' }), 'runs');
    const context = { runs } as Context;
    const recipe = await load();
    const plan = () => new Trainings('tiny', recipe, ROOT, context).plan(['full', 'no-guidance'], [1, 2]);
    const before = await plan();
    expect(before.map(({ name, seed }) => `${name} ${seed}`)).toEqual(
      [1, 2].flatMap((seed) =>
        ['stage1', 'generator', 'recogniser', 'full', 'generator-no-guidance', 'no-guidance'].map(
          (name) => `${name} ${seed}`,
        ),
      ),
    );
    expect(before.every(({ finished }) => !finished)).toBe(true);
    expect(before.filter(({ recipe: known }) => known).map(({ name }) => name)).toEqual([
      ...['stage1', 'recogniser', 'generator-no-guidance'],
      ...['stage1', 'recogniser', 'generator-no-guidance'],
    ]);

    // A recogniser of seed 2, finished, and stage I of seed 2 that was stopped.
    const train = async (name: string, seed: number, ending: string) => {
      const found = before.find((one) => one.name === name && one.seed === seed);
      const fields = { command: [], commit: null, uncommitted: null, versions: {}, machine: {}, inputs: {} };
      const config = { ...(found?.recipe as TrainRecipe) };
      const run = await createRun(
        runs,
        { ...fields, recipe: `tiny-small-${name}`, config },
        () => 1e12,
        Math.random,
      );
      const journal = new Journal(journalPath(run), () => 1e12);
      journal.event(3, 'end', { ending });
      journal.close();
      return run;
    };
    const recogniser = await train('recogniser', 2, 'finished');
    await train('stage1', 2, 'stopped');
    const after = await plan();
    expect(after.find(({ name, seed }) => name === 'recogniser' && seed === 2)).toMatchObject({
      finished: true,
      run: { id: recogniser.id },
    });
    expect(after.find(({ name, seed }) => name === 'stage1' && seed === 2)).toMatchObject({
      finished: false,
    });
    expect(after.find(({ name, seed }) => name === 'full' && seed === 2)?.recipe).toBeUndefined();
    expect(after.find(({ name, seed }) => name === 'stage1' && seed === 1)?.run).toBeUndefined();
  });

  test('without --run the plan and what is missing are told, and nothing is trained', async () => {
    const cwd = folderWith({});
    const { code, stdout, stderr } = await fsg(['tables', 'ablation', '--scale', 'tiny'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stage1, seed 1: not trained yet, about \d+ min|a minute$/m);
    expect(stderr).toMatch(
      /^11 trainings, 11 of them missing: about \d+ min \(estimated from their GFLOP\)$/m,
    );
    expect(stderr).toMatch(
      /^error: 11 of 11 trainings are missing: stage1 \(seed 1\), .*; the same command with --run trains them, one after the other$/m,
    );
  });

  test('an unknown table or scale is answered with the nearest', async () => {
    const table = await fsg(['tables', 'ablations']);
    expect(table).toMatchObject({ code: 2, stderr: expect.stringContaining('nearest: ablation;') });
    const scale = await fsg(['tables', '--scale', 'smal']);
    expect(scale).toMatchObject({ code: 2, stderr: expect.stringContaining('nearest: small;') });
  });

  test('a row is chosen with the one it is compared with; the table names the others', () => {
    const [ablation, quality] = chooseTables(['ablation/no-identity', 'quality-lfw', 'ablation/no-guidance']);
    expect(ablation?.definition.rows.map(({ key }) => key)).toEqual(['full', 'no-guidance', 'no-identity']);
    expect(ablation?.definition.leftOut).toEqual(['no-hdc', 'large-only', 'no-adversarial']);
    expect(trainingsOf([ablation?.definition as TableDefinition])).toEqual([
      'full',
      'no-guidance',
      'no-identity',
    ]);
    expect(quality?.definition).toEqual(definitionOf('quality-lfw'));
    expect(chooseTables([])).toHaveLength(5);
    const also = chooseTables(['quality-lfw', 'ablation'], ['lama']);
    expect(also.map(({ definition }) => definition.rows.at(-1)?.key)).toEqual(['lama', 'no-adversarial']);
    expect(chooseTables(['ablation/no-identity', 'ablation'])[0]?.definition.leftOut).toBeUndefined();
    expect(() => chooseTables(['ablation/identity'])).toThrow(
      'ablation has no row identity; nearest: no-identity; choose of full,',
    );
  });

  test('times are told in words', () => {
    expect([20, 200, 6000, 40_000, 1e6].map(duration)).toEqual([
      'a minute',
      '3 min',
      '2 h',
      '11 h',
      '12 days',
    ]);
  });
});

describe('cells', () => {
  const cell = {
    value: 20.5,
    low: 20.1,
    high: 20.9,
    n: 60,
    identities: 40,
    identical: 0,
    convention: 'psnr',
    differences: {},
  };
  const table: Table = {
    format: 'fsg-table-2',
    title: 'Ablation',
    created: '2026-01-01T00:00:00Z',
    synthetic: true,
    data: { name: 'synthetic-a', split: 'test', contentHash: 'ab12' },
    judges: ['faceres'],
    interval: { level: 0.95, method: 'BCa', resamples: 2000, seed: 0, comparisons: 1 },
    conventions: { psnr: 'range 255' },
    columns: [{ key: 'psnr', label: 'PSNR', unit: 'dB', better: 'higher', digits: 2, main: true }],
    sections: [
      {
        key: 'network',
        label: 'Network',
        group: 'output',
        samples: 60,
        identities: 40,
        rows: [
          {
            key: 'full',
            label: 'full',
            note: '',
            needsMask: false,
            seeds: [1],
            runs: ['run-1'],
            cells: { psnr: cell },
          },
        ],
      },
    ],
    sources: [
      { run: 'run-1', what: 'generator', checkpoint: 'step 7', sha256: 'ff' },
      { run: 'run-2', what: 'generator', checkpoint: 'step 9', sha256: 'ee' },
    ],
  };

  test('--why tells runs, checkpoints, data and convention behind one', async () => {
    const cwd = folderWith({ 'ablation.json': JSON.stringify(table) });
    const why = await explainCell('ablation/full/psnr', cwd, join(cwd, 'runs'));
    expect(why).toMatchObject({ section: 'Network', cell: { value: 20.5 }, data: { contentHash: 'ab12' } });
    expect(why.runs.map(({ run }) => run)).toEqual(['run-1']);
    expect(renderWhy(why)).toMatch(/value +20\.5, interval 20\.1 … 20\.9\n.*\n.*range 255\n/);
    await expect(explainCell('ablation/fll/psnr', cwd, cwd)).rejects.toThrow('no row fll; nearest: full');
    await expect(explainCell('ablation/psnr', cwd, cwd)).rejects.toThrow('expected TABLE/ROW/COLUMN');
    await expect(explainCell('defects/full/psnr', cwd, cwd)).rejects.toThrow('there is no table defects yet');
  });

  test('published figures stand beside ours; an unknown cell is refused', () => {
    const file = { source: 'a paper', tables: { ablation: { network: { full: { psnr: 21 } } } } };
    const filled = withPublished(table, 'ablation', file, 'published.yaml');
    expect(filled.sections[0]?.rows[0]?.cells.psnr?.published).toEqual({ value: 21, source: 'a paper' });
    const none = withPublished(table, 'ablation', null, '');
    expect(none.sections[0]?.rows[0]?.cells.psnr?.published).toBeNull();
    const wrong = { source: 'a paper', tables: { ablation: { network: { fulll: { psnr: 21 } } } } };
    expect(() => withPublished(table, 'ablation', wrong, 'published.yaml')).toThrow(
      'published.yaml: tables.ablation.network has no key fulll; nearest: full',
    );
  });
});
