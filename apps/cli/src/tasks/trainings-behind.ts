/** Whatever a network has learnt from: its own training, and those of the runs that it was trained with. */
import { type Run, UserError } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { runOf } from './checkpoint-ref.ts';
import type { NetworkSource } from './network-source.ts';
import { runsIn } from './pin-references.ts';

export interface Training {
  /** Id of the run. */
  readonly run: string;
  /** Null where the run is not at hand, or its recipe one of another version. */
  readonly recipe: TrainRecipe | null;
  /** SHA-256 of the recogniser in the loss; null where there is none. */
  readonly recogniser: string | null;
}

/** Each once: those of the networks themselves, and before them whose weights they began with, what guided them, what judged them. */
export async function trainingsBehind(sources: readonly NetworkSource[], runs: string): Promise<Training[]> {
  const found = new Map<string, Training>();
  const add = async (run: Run): Promise<void> => {
    if (found.has(run.id)) return;
    const { record } = run;
    const recipe = TrainRecipe.safeParse(record.config).data ?? null;
    const judged = recipe?.stage === 'stage2' && recipe.loss.identity > 0;
    const recogniser = judged ? (record.inputs.recogniser?.sha256 ?? null) : null;
    found.set(run.id, { run: run.id, recipe, recogniser });
    for (const name of recipe ? runsIn(recipe) : []) {
      const behind = await atHand(name, runs);
      if (behind) await add(behind);
      else found.set(name, { run: name, recipe: null, recogniser: null });
    }
  };
  for (const { run } of sources) if (run) await add(run);
  return [...found.values()];
}

const atHand = (name: string, runs: string): Promise<Run | undefined> =>
  runOf(name, runs).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
