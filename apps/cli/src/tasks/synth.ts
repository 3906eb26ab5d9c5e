/** Writes a recipe's samples to a folder. */
import { DataConfig, type DatasetInfo, openData, synthesise } from '@fsg/data';
import { STAGE_RECIPES } from '@fsg/trainer/recipe';
import { z } from 'zod';
import type { Context } from './context.ts';

/** Samples to make; left out: as many as the source has faces. */
const count = z.number().int().min(1).optional();

const DataRecipe = z.strictObject({
  stage: z.literal('synth'),
  description: z.string().optional(),
  data: DataConfig,
  count,
});

const [Stage1, Stage2, Recogniser] = STAGE_RECIPES;

/** A recipe that only makes data, or a training recipe, of which the data section counts. */
export const SynthRecipe = z.discriminatedUnion('stage', [
  DataRecipe,
  Stage1.extend({ count }),
  Stage2.extend({ count }),
  Recogniser.extend({ count }),
]);
export type SynthRecipe = z.infer<typeof SynthRecipe>;

export async function synthTask(
  recipe: SynthRecipe,
  out: string,
  workers: number,
  context: Context,
): Promise<DatasetInfo> {
  const total = recipe.count ?? (await openData(recipe.data)).source.faces.length;
  const bar = context.progress('samples', total, 'samples');
  try {
    const progress = (done: number): void => bar.at(done);
    return await synthesise(recipe.data, { count: total, out, workers, progress, signal: context.signal });
  } finally {
    bar.end();
  }
}
