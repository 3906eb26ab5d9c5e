/** Writes a recipe's samples to a folder, or by way of one in the cache to a store. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataConfig, type DatasetInfo, type OpenData, putDataset, refuseStored, synthesise } from '@fsg/data';
import { withLock } from '@fsg/engine/runtime';
import { ConflictError, fileProblem, openStore, type Store, UserError } from '@fsg/runs';
import { STAGE_RECIPES } from '@fsg/trainer/recipe';
import { z } from 'zod';
import type { Context } from './context.ts';
import { warnOf } from './faces.ts';
import { lateBar } from './late-bar.ts';
import { openNoted } from './open-data.ts';
import { isAddress } from './stored-set.ts';

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

/** `out`: the folder to make, or the address of a place without a data set. */
export async function synthTask(
  recipe: SynthRecipe,
  out: string,
  workers: number,
  context: Context,
): Promise<DatasetInfo> {
  if (isAddress(out)) return synthToStore(recipe, await openStore(out), workers, context);
  return make(await openNoted(recipe.data, context), recipe, out, workers, context);
}

async function make(
  { source, config }: OpenData,
  recipe: SynthRecipe,
  out: string,
  workers: number,
  context: Context,
): Promise<DatasetInfo> {
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
    // An error that names its file is about that one.
    const named = (error as NodeJS.ErrnoException).path !== undefined;
    throw named ? error : fileProblem(error, `cannot write ${out}.partial`);
  } finally {
    bar.end();
  }
}

/** Makes the set in the cache, under a name by which the same command finds it again, and removes it when it is in the store. */
async function synthToStore(
  recipe: SynthRecipe,
  store: Store,
  workers: number,
  context: Context,
): Promise<DatasetInfo> {
  await refuseStored(store);
  const data = await openNoted(recipe.data, context);
  const content = [recipe.data, recipe.count, data.source.fingerprint, data.inputs];
  const name = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  const folder = join(context.cache, `synth-${name}`);
  const work = async (): Promise<DatasetInfo> => {
    await refuseStored(store);
    if (!existsSync(folder)) await make(data, recipe, folder, workers, context);
    const info = await put(folder, store, context);
    // Killed in the middle of this, what is left is not taken for a whole set.
    await rename(folder, `${folder}.partial`);
    await rm(`${folder}.partial`, { recursive: true });
    return info;
  };
  return withLock(`${folder}.lock`, work, {
    signal: context.signal,
    waiting: (pid) => context.info(`process ${pid} makes the same data set: waiting for it`),
  });
}

async function put(folder: string, store: Store, context: Context): Promise<DatasetInfo> {
  const bar = lateBar(context, `put into ${store.where}`, 'samples');
  try {
    return await putDataset(folder, store, {
      signal: context.signal,
      progress: bar.progress,
    });
  } catch (error) {
    context.warn(`${folder} holds what was made; fsg synth of the same recipe goes on with it`);
    if (!(error instanceof ConflictError)) throw error;
    throw new UserError(`${store.where}: another process puts a data set there; name another place`);
  } finally {
    bar.end();
  }
}
