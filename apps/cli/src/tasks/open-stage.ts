/** Makes a stage from its recipe: sizes, frozen networks, and what the run records of them. */
import { createHash } from 'node:crypto';
import { tf } from '@fsg/engine';
import { openRecogniser, UserError } from '@fsg/models';
import type { Input } from '@fsg/runs';
import {
  type GivenWeights,
  readSmoothed,
  type Stage,
  type Stage2Recipe,
  stage1,
  stage2,
  type TrainRecipe,
  type TrainState,
} from '@fsg/trainer';
import { checkpointOf, type RunCheckpoint } from './checkpoint-ref.ts';
import type { Context } from './context.ts';

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
  const init = recipe.init === undefined ? undefined : await checkpointOf(recipe.init, context.runs);
  const given = init && initialWeights(init, made.stage, recipe);
  const inputs = init ? { ...made.inputs, init: inputOf(init, Object.keys(given ?? {})) } : made.inputs;
  return { ...made, inputs, start: () => made.stage.start(given) };
}

function openStage1({ model, optimiser, loss, seed }: Extract<TrainRecipe, { stage: 'stage1' }>) {
  const stage = stage1({ size: model, optimiser, weights: loss, seed });
  return { stage, inputs: {}, dispose: () => {} };
}

async function openStage2(recipe: Stage2Recipe, context: Context) {
  const checkpoint = await checkpointOf(recipe.structure, context.runs);
  if (checkpoint.recipe.stage !== 'stage1') {
    throw new UserError(
      `structure: ${checkpoint.where} is of ${checkpoint.recipe.stage}; expected a run of stage1`,
    );
  }
  const size = checkpoint.recipe.model;
  const tensors = readSmoothed(checkpoint.files, 'vae', size, checkpoint.where);
  const recogniser = await openRecogniser(recipe.recogniser);
  const { model, optimiser, loss, crop, seed } = recipe;
  const stage = stage2({
    size: model,
    optimiser,
    structure: { tensors, size },
    recogniser,
    weights: loss,
    ...(crop && { crop }),
    seed,
  });
  return {
    stage,
    inputs: {
      structure: inputOf(checkpoint, ['vae']),
      recogniser: { from: recogniser.name, sha256: recogniser.hash },
    },
    dispose: () => {
      tf.dispose(tensors);
      recogniser.dispose();
    },
  };
}

function initialWeights(
  { files, where }: RunCheckpoint,
  { networks }: Stage,
  { model }: TrainRecipe,
): GivenWeights {
  const held = networks.filter((name) => files[`${name}.safetensors`]);
  if (held.length === 0) throw new UserError(`init: ${where} holds none of ${networks.join(', ')}`);
  return Object.fromEntries(held.map((name) => [name, readSmoothed(files, name, model, where)]));
}

/** What a run records of a checkpoint: one hash over the hashes of the files it uses. */
function inputOf({ manifest, where }: RunCheckpoint, networks: readonly string[]): Input {
  const used = [...networks.map((name) => `${name}.safetensors`), 'ema.safetensors'];
  const hashes = used.map((file) => manifest.files[file]?.sha256 ?? '').join(' ');
  return { from: where, sha256: createHash('sha256').update(hashes).digest('hex') };
}
