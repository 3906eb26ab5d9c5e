/** `fsg train` killed with SIGKILL again and again; npm run torture does more of this. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  assertSameTraining,
  killAt,
  smallStage1,
  train,
  trainToEnd,
  undisturbed,
} from '../torture/training.ts';
import { folderWith } from './support.ts';

test('killed three times, once with the loss of its folder, it ends with the bytes of an undisturbed one', async () => {
  const recipe = smallStage1(1);
  const expected = await undisturbed(folderWith({}), recipe);
  const cwd = folderWith({});
  const args = [...recipe.args, `store=${join(cwd, 'second')}`, '--resume', 'auto'];
  for (const step of [2, 4]) expect(await killAt(train(cwd, args), cwd, step, 20)).toBe(true);
  rmSync(join(cwd, 'runs'), { recursive: true });
  expect(await killAt(train(cwd, args), cwd, 6, 0)).toBe(true);
  await trainToEnd(cwd, args);
  await assertSameTraining(cwd, expected, recipe);
}, 180_000);
