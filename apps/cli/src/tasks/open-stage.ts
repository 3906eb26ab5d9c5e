/** Makes a stage from its recipe: sizes, frozen networks, and what the run records of them. */
import { tf } from '@fsg/engine';
import { openRecogniser, UserError } from '@fsg/models';
import type { Input } from '@fsg/runs';
import {
  type GivenWeights,
  type Stage,
  type Stage1Recipe,
  type Stage2Recipe,
  stage1,
  stage2,
  type TrainRecipe,
  type TrainState,
} from '@fsg/trainer';
import type { Context } from './context.ts';
import { type NetworkSource, networkOf, openNetworks } from './network-source.ts';

export interface OpenStage {
  readonly stage: Stage;
  readonly inputs: Record<string, Input>;
  /** A state at step 0: fresh, or from the recipe's `init`. */
  start(): TrainState;
  /** Frees the frozen networks. */
  dispose(): void;
}

export async function openStage(recipe: TrainRecipe, context: Context): Promise<OpenStage> {
  const made = recipe.stage === 'stage1' ? openStage1(recipe) : await openStage2(recipe, context);
  const references = [recipe.init ?? []].flat();
  const starts = await Promise.all(references.map((reference) => openNetworks(reference, context.runs)));
  const given = starts.map((source) => initialWeights(source, made.stage, recipe));
  const inputs = starts.map((source, i) => [
    i === 0 ? 'init' : `init ${i + 1}`,
    source.input(Object.keys(given[i] as GivenWeights) as (keyof GivenWeights)[]),
  ]);
  return {
    ...made,
    inputs: { ...made.inputs, ...Object.fromEntries(inputs) },
    start: () => made.stage.start(Object.assign({}, ...given)),
  };
}

function openStage1({ model, optimiser, loss, seed }: Stage1Recipe) {
  const stage = stage1({ size: model, optimiser, weights: loss, seed });
  return { stage, inputs: {}, dispose: () => {} };
}

async function openStage2(recipe: Stage2Recipe, context: Context) {
  const source =
    recipe.structure === undefined ? undefined : await openNetworks(recipe.structure, context.runs);
  const vae =
    source && networkOf(source, 'vae', "for structure: a run of stage1 or a file of a vae's weights");
  const recogniser = await openRecogniser(recipe.recogniser);
  const { model, optimiser, loss, crop, defects, structureDraw, seed } = recipe;
  const stage = stage2({
    size: model,
    optimiser,
    ...(vae && { structure: { tensors: vae.read(), size: vae.size, draw: structureDraw } }),
    recogniser,
    weights: loss,
    ...(crop && { crop }),
    defects,
    seed,
  });
  return {
    stage,
    inputs: {
      ...(source && { structure: source.input(['vae']) }),
      recogniser: { from: recogniser.name, sha256: recogniser.hash },
    },
    dispose: () => {
      tf.dispose(stage.frozen as tf.TensorContainer);
      recogniser.dispose();
    },
  };
}

function initialWeights(source: NetworkSource, { networks }: Stage, { model }: TrainRecipe): GivenWeights {
  const held = networks.filter((name) => source.networks[name]);
  if (held.length === 0) throw new UserError(`init: ${source.where} holds none of ${networks.join(', ')}`);
  return Object.fromEntries(
    held.map((name) => {
      const { size, read } = networkOf(source, name, name);
      if (size.dim !== model.dim || (name === 'vae' && size.zDim !== model.zDim)) {
        const found = `dim ${size.dim}${name === 'vae' ? `, zDim ${size.zDim}` : ''}`;
        throw new UserError(
          `init: the ${name} of ${source.where} has ${found}; the recipe's model has dim ${model.dim}, zDim ${model.zDim}`,
        );
      }
      return [name, read()];
    }),
  );
}
