/** Writes a recipe's samples to a folder. */
import { DataConfig, type DatasetInfo, synthesise } from '@fsg/data';
import { STAGE_RECIPES } from '@fsg/trainer/recipe';
import { z } from 'zod';
import type { Context } from './context.ts';
import { warnOf } from './faces.ts';
import { openNoted } from './open-data.ts';

/** Samples to make; left out: as many as the source has faces. */
const count = z.number().int().min(1).optional();

const DataRecipe = z
  .strictObject({
    stage: z.literal('synth'),
    description: z.string().optional(),
    data: DataConfig,
    /** Short for data.source.root. */
    root: z.string().min(1).optional(),
    count,
  })
  .transform(({ root, ...recipe }, context) => {
    if (root === undefined) return recipe;
    const { source } = recipe.data;
    if ('root' in source) return { ...recipe, data: { ...recipe.data, source: { ...source, root } } };
    context.addIssue({
      code: 'custom',
      path: ['root'],
      message: `a source of the kind ${source.kind} has no folder: leave it out`,
    });
    return z.NEVER;
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
  const { source, config } = await openNoted(recipe.data, context);
  const total = recipe.count ?? source.faces.length;
  const { signal } = context;
  const bar = context.progress('samples', total, 'samples');
  try {
    const progress = (done: number): void => bar.at(done);
    const made = { recipe: recipe.data, count: total, out, workers, progress, signal };
    const info = await synthesise(config, made);
    warnOf(info.setAside, context);
    return info;
  } catch (error) {
    if (signal.aborted) context.warn(`${out}.partial holds what was made; the same command goes on with it`);
    throw error;
  } finally {
    bar.end();
  }
}
