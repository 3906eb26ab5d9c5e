/** A scale of the five tables: which recipes stand behind their rows, how many seeds, on how many images. */
import { DataConfig } from '@fsg/data';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import { z } from 'zod';
import { InstrumentsConfig } from '../tasks/instruments.ts';

const overrides = z.array(z.string().includes('=')).default([]);

export const SCALES = ['tiny', 'small', 'paper'] as const;
export type ScaleName = (typeof SCALES)[number];

/** A recipe of recipes/tables. */
export const TablesRecipe = z.strictObject({
  /** Too small to say anything; every table says so. */
  smoke: z.boolean().default(false),
  /** Trainings of each row. */
  seeds: z.number().int().min(1),
  /** Test images of each data set. */
  images: z.number().int().min(2),
  /** Laid over the recipes below, by their stage. */
  overrides: z.strictObject({ stage1: overrides, recogniser: overrides, stage2: overrides }).prefault({}),
  /** Weight files for LPIPS and FID, where they are at hand. */
  instruments: InstrumentsConfig.prefault({}),
  /** Recipe files by the names that tables know them by. */
  trainings: z.record(z.string(), z.string()),
  /** The data set of quality-lfw and recognition-lfw: whom nobody was trained on. Occluders are those of the training. */
  second: DataConfig.pick({ source: true, split: true }),
  /** LFW's list of pairs for the second set, in place of pairs that are drawn. */
  lfwPairs: z.string().optional(),
});
export type TablesRecipe = z.infer<typeof TablesRecipe>;

/** The data to measure on: the training's own test side, and the second set. */
export const DATA_SETS = ['first', 'second'] as const;
export type DataSetName = (typeof DATA_SETS)[number];

export const dataOf = (name: DataSetName, { second }: TablesRecipe, recipe: TrainRecipe): DataConfig =>
  name === 'first' ? recipe.data : { ...recipe.data, ...second };
