import { z } from 'zod';

/** How the learning rate moves. `constant` is the paper's. */
export const Schedule = z.strictObject({
  kind: z.enum(['constant', 'cosine']).default('constant'),
  /** Steps over which the rate rises from 0 in a straight line. */
  warmup: z.number().int().min(0).default(0),
  /** Share of the rate that is left at the last step of `cosine`. */
  final: z.number().min(0).max(1).default(0),
});

export type Schedule = z.infer<typeof Schedule>;

/** The learning rate of a step, counted from 0, of `steps` in all. */
export function learningRate(
  peak: number,
  { kind, warmup, final }: Schedule,
  step: number,
  steps: number,
): number {
  if (step < warmup) return (peak * (step + 1)) / warmup;
  if (kind === 'constant') return peak;
  const done = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return peak * (final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * done)));
}
