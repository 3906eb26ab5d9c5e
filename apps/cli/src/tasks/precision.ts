/** The precision of a recipe, `auto` resolved by measuring this machine. */

import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measureConvSpeed, PRECISIONS, type Precision, worthwhile } from '@fsg/engine/precision';
import { findRuntime } from '@fsg/engine/runtime';
import { replaceFile } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';

/** The recipe with its precision said: what a run freezes. Measures once a machine and build of TensorFlow, some seconds. */
export async function withPrecision<T extends TrainRecipe>(recipe: T, context: Context): Promise<T> {
  if (recipe.precision !== 'auto') return recipe;
  const runtime = findRuntime();
  if (!runtime) return { ...recipe, precision: 'float32' };
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${runtime.name}`;
  const file = join(context.cache, '..', 'precision.json');
  const known = await readKnown(file);
  const precision = known[machine] ?? worthwhile(await measureConvSpeed(runtime.gpu ? 'gpu' : 'cpu'));
  if (!known[machine]) {
    await replaceFile(file, JSON.stringify({ ...known, [machine]: precision }, null, 2));
  }
  context.info(`precision: ${precision}, the faster one here`);
  return { ...recipe, precision };
}

async function readKnown(file: string): Promise<Record<string, Precision>> {
  try {
    const known = Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>);
    return Object.fromEntries(known.filter(([, value]) => PRECISIONS.includes(value as Precision))) as Record<
      string,
      Precision
    >;
  } catch {
    return {};
  }
}
