/** Whatever a network has learnt from: its own training, and those of the runs that it was trained with. */
import { UserError } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { runOf } from './checkpoint-ref.ts';
import type { NetworkSource } from './network-source.ts';
import { runsIn } from './pin-references.ts';

export interface Training {
  /** Id of the run. */
  readonly run: string;
  /** Null where the run is not at hand. */
  readonly recipe: TrainRecipe | null;
}

/** Each once: those of the networks themselves, and before them whose weights they began with, what guided them, what judged them. */
export async function trainingsBehind(sources: readonly NetworkSource[], runs: string): Promise<Training[]> {
  const found = new Map<string, Training>();
  const add = async (run: string, recipe: TrainRecipe | null): Promise<void> => {
    if (found.has(run)) return;
    found.set(run, { run, recipe });
    for (const reference of recipe ? runsIn(recipe) : []) await add(...(await trainingOf(reference, runs)));
  };
  for (const { run, recipe } of sources) if (run) await add(run.id, recipe);
  return [...found.values()];
}

async function trainingOf(reference: string, runs: string): Promise<[string, TrainRecipe | null]> {
  const name = reference.replace(/@\d+$/, '');
  try {
    const { id, record } = await runOf(name, runs);
    return [id, TrainRecipe.parse(record.config)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [name, null];
  }
}

/** Recognisers that the generator's pictures were to please. */
export const recognisersPleased = (trainings: readonly Training[]): string[] => [
  ...new Set(
    trainings.flatMap(({ recipe }) =>
      recipe?.stage === 'stage2' && recipe.loss.identity > 0 ? [recipe.recogniser] : [],
    ),
  ),
];
