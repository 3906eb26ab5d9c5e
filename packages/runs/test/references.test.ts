import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRun, type NewRun, referencedSteps } from '../src/index.ts';
import { scratch } from './support.ts';

test('structure, init, recogniser and inputs of all other runs count; a damaged record too', async () => {
  const root = scratch();
  const create = (config: NewRun['config'], inputs: NewRun['inputs'] = {}) => {
    const record = { recipe: 'x', command: [], commit: null, uncommitted: null, versions: {}, machine: {} };
    return createRun(root, { ...record, config, inputs }, () => 0, Math.random);
  };
  const { id } = await create({});
  const other = await create({ init: `${id}-more@1` });
  await create({ structure: `${id}@30`, recogniser: 'dlib-resnet' });
  await create({ init: [`${id}@4`, `${other.id}@6`], recogniser: `${id}@500`, structure: `${id}@30` });
  await create({ init: id }, { init: { from: `${id} step 7`, sha256: 'a'.repeat(64) } });
  mkdirSync(join(root, 'broken'));
  writeFileSync(join(root, 'broken/run.json'), `{"config": {"init": "${id}@8", "structure": `);
  mkdirSync(join(root, 'no-run'));
  expect(await referencedSteps(root, id)).toEqual([4, 7, 8, 30, 500]);
  expect(await referencedSteps(root, other.id)).toEqual([6]);
  expect(await referencedSteps(join(root, 'none'), id)).toEqual([]);
});
