/**
 * The training defects of the authors' release, each a switch. Source: the release's behaviour; letters as in docs/defects.md.
 * Two more are settings of other keys: E (structure sampled in training) and I (in tests) of `structureDraw: sample`.
 */
import { z } from 'zod';

const DEFECTS = {
  /** A: the generator's adversarial term is computed without gradient. */
  detachedAdversarial: z.boolean(),
  /** B: the medium and large levels compare the target with itself, so that their losses are 0 and they never learn. */
  selfTargets: z.boolean(),
  /** C: LightCNN gets luma in [-1, 1], where its author specifies [0, 1]; other recognisers are not concerned. */
  signedIdentity: z.boolean(),
  /** D: the first fifth of the training faces is all that is used; stage I sees it in the same order every epoch. */
  orderedFifth: z.boolean(),
  /** F: the best checkpoint is chosen on test faces, not on validation faces. Results carry a mark. */
  testSelection: z.boolean(),
};
export type Defect = keyof typeof DEFECTS;

const Stage1Defects = z.strictObject({ orderedFifth: DEFECTS.orderedFifth });
const Stage2Defects = z.strictObject(DEFECTS);

/** `fixed` has none of the defects, `official` all; `defects` then switches single ones. */
const mode = z.enum(['fixed', 'official']).default('fixed');

/** `mean` of the latent distribution, or a `sample` of it. */
const StructureDraw = z.enum(['mean', 'sample']);
export type StructureDraw = z.infer<typeof StructureDraw>;

export const stage1Mode = { mode, defects: Stage1Defects.partial().prefault({}) };
export const stage2Mode = {
  mode,
  defects: Stage2Defects.partial().prefault({}),
  /** How stage I's structure is drawn, for training, validation and tests alike. Default: `mean`, in mode official `sample`. */
  structureDraw: StructureDraw.optional(),
};

type Stage2Mode = z.infer<z.ZodObject<typeof stage2Mode>>;
type Stage1Mode = z.infer<z.ZodObject<typeof stage1Mode>>;

/** Every switch said, as the mode has it where the recipe says nothing. */
export function resolveStage1Mode<T extends Stage1Mode>(recipe: T) {
  return { ...recipe, defects: resolved(Stage1Defects, recipe) };
}

export function resolveStage2Mode<T extends Stage2Mode>(recipe: T) {
  const { structureDraw = recipe.mode === 'official' ? ('sample' as const) : ('mean' as const) } = recipe;
  return { ...recipe, structureDraw, defects: resolved(Stage2Defects, recipe) };
}

function resolved<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  { mode, defects }: { mode: string; defects: Partial<Record<string, boolean>> },
): z.infer<z.ZodObject<S>> {
  const names = Object.keys(schema.shape);
  return schema.parse(Object.fromEntries(names.map((name) => [name, defects[name] ?? mode === 'official'])));
}
