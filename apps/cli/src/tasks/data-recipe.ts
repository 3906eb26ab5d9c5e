/** The data that a command is to look at: a data set's folder or address, or what a recipe describes. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '@fsg/runs';
import { loadRecipe, overrideValues } from '../recipe/load.ts';
import { isAddress } from './stored-set.ts';
import { SynthRecipe } from './synth.ts';

/** The overrides lie over a recipe that has the set's pairs as they are stored, or over the recipe of that name. */
export async function dataRecipe(
  name: string,
  overrides: readonly string[],
  cwd: string,
): Promise<SynthRecipe> {
  const root = isAddress(name) ? name : resolve(cwd, name);
  if (isAddress(name) || existsSync(join(root, 'dataset.json'))) {
    const values = { stage: 'synth', data: { source: { kind: 'stored', root } } };
    return overrideValues(name, values, overrides, SynthRecipe);
  }
  return loadRecipe(name, overrides, SynthRecipe, cwd).catch((error: unknown) => {
    if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw error;
    throw new UserError(
      `${name}: the folder has no dataset.json; expected a data set that fsg synth wrote, or a recipe`,
      2,
    );
  });
}
