/** What a run freezes of the networks that its recipe names. */
import { RECOGNISERS, type RecogniserName } from '@fsg/models';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import { pinned } from './checkpoint-ref.ts';
import { isWeightFile } from './network-source.ts';

/** The recipe, in place of each run that it names the very checkpoint: `latest` or a recipe's newest run is another one tomorrow. */
export async function withPinned<R extends TrainRecipe>(recipe: R, runs: string): Promise<R> {
  const pin = (reference: string): Promise<string> | string =>
    namesRun(reference) ? pinned(reference, runs) : reference;
  const { init } = recipe;
  const begun = { ...recipe };
  if (typeof init === 'string') begun.init = await pin(init);
  else if (init) begun.init = await Promise.all(init.map(pin));
  if (begun.stage !== 'stage2') return begun;
  const { structure, recogniser } = begun;
  if (structure !== undefined) begun.structure = await pin(structure);
  return { ...begun, recogniser: await pin(recogniser) };
}

/** Id of the run with whose weights a recipe begins, the first of several; undefined where it begins with none. */
export function parentOf({ init }: TrainRecipe): string | undefined {
  return [init ?? []].flat().filter(namesRun).map(withoutStep)[0];
}

/** The runs that a recipe names, those that its training uses: a recogniser that is not in the loss is none. */
export function runsIn(recipe: TrainRecipe): string[] {
  const { init } = recipe;
  const used = [init ?? []].flat();
  if (recipe.stage === 'stage2') {
    used.push(...[recipe.structure ?? []].flat(), ...(recipe.loss.identity > 0 ? [recipe.recogniser] : []));
  }
  return used.filter(namesRun).map(withoutStep);
}

const withoutStep = (reference: string): string => reference.replace(/@\d+$/, '');

const namesRun = (reference: string): boolean =>
  !isWeightFile(reference) &&
  !reference.endsWith('.json') &&
  !RECOGNISERS.includes(reference as RecogniserName);
