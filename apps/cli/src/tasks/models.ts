/** What `fsg models` tells: the networks that a recipe loads, with their parameters, cost and receptive field. */
import {
  describeDlibResnet,
  describeLightCnn,
  describeNetwork,
  type ModelOptions,
  type NetworkDescription,
} from '@fsg/models';
import type { TrainRecipe } from '@fsg/trainer/recipe';

/** `structure`: the size of the stage-I network that a stage-II recipe names. */
export function describeModels(
  recipe: TrainRecipe,
  structure: ModelOptions | undefined,
): NetworkDescription[] {
  if (recipe.stage === 'stage1') return [describeNetwork('vae', recipe.model)];
  if (recipe.stage === 'recogniser') return [describeLightCnn(recipe.model.architecture)];
  return [
    describeNetwork('vae', structure ?? recipe.model),
    describeNetwork('generator', recipe.model),
    describeNetwork('discriminator', recipe.model),
    describeDlibResnet(),
  ];
}
