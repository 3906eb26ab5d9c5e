/** What the parameter schemas of the occluders share. */
import { z } from 'zod';

/** A range [low, high] from which a value is drawn. */
export const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([low, high]) => low <= high, 'the first number of a range is its lower end');

/** How often the kind is drawn, in proportion to the others' weights. */
export const weight = z.number().positive().default(1);
