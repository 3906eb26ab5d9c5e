/** The precision of a recipe, `auto` resolved by measuring this machine. */

import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { EngineInfo } from '@fsg/engine';
import { measureConvSpeed, worthwhile } from '@fsg/engine/conv-speed';
import { PRECISIONS, type Precision } from '@fsg/engine/precision';
import { replaceFile } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';

/** The recipe with its precision said: what a run freezes. Measures the running engine once a machine, some seconds. */
export async function withPrecision(
  recipe: TrainRecipe,
  engine: EngineInfo,
  context: Context,
): Promise<TrainRecipe & { precision: Precision }> {
  const { precision } = recipe;
  if (precision !== 'auto') return { ...recipe, precision };
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${engine.backend} ${engine.tensorflowVersion ?? ''} on ${engine.device}`;
  const file = join(context.cache, '..', 'precision.json');
  const known = await readKnown(file);
  const resolved = known[machine] ?? worthwhile(measureConvSpeed());
  if (!known[machine]) await replaceFile(file, JSON.stringify({ ...known, [machine]: resolved }, null, 2));
  context.info(`precision: ${resolved}, the faster one here`);
  return { ...recipe, precision: resolved };
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
