/** Train, validation and test by identity: nobody is on two sides. */
import { z } from 'zod';
import { random } from './random.ts';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

export const SplitConfig = z
  .strictObject({
    seed: z.number().int().min(0).default(0),
    /** Sides that the data set's makers gave, where they gave any. */
    official: z.boolean().default(true),
    /** Expected shares of the identities; the rest trains. */
    validation: z.number().min(0).lt(1).default(0.1),
    test: z.number().min(0).lt(1).default(0.1),
  })
  .refine(({ validation, test }) => validation + test < 1, {
    message: 'validation and test together must leave identities to train on: their sum must be below 1',
  });
export type SplitConfig = z.infer<typeof SplitConfig>;

/**
 * The side of an identity. It hangs on the seed and the identity's name alone: identities added or removed move
 * no other, and another share for validation leaves the test side as it is.
 */
export function splitOf(
  identity: string,
  { seed, validation, test }: Pick<SplitConfig, 'seed' | 'validation' | 'test'>,
): Split {
  const place = random(seed, 'split', identity).next();
  if (place < test) return 'test';
  return place < test + validation ? 'validation' : 'train';
}
