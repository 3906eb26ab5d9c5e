/** Makes a stage from its recipe: sizes, frozen networks, and what the run records of them. */
import { createHash } from 'node:crypto';
import type { FaceSet, OpenData } from '@fsg/data';
import { tf } from '@fsg/engine';
import { type NetworkOptions, UserError } from '@fsg/models';
import type { Input, Run } from '@fsg/runs';
import {
  type GivenWeights,
  type RecogniserRecipe,
  recogniserStage,
  type Stage,
  type Stage1Recipe,
  type Stage2Recipe,
  stage1,
  stage2,
  type TrainRecipe,
  type TrainState,
  type Validation,
} from '@fsg/trainer';
import type { Context } from './context.ts';
import { type NetworkSource, networkOf, openNetworks, recogniserOf } from './network-source.ts';
import { restorationValidation, verificationValidation } from './validation.ts';

interface MadeStage {
  readonly stage: Stage;
  /** Of its networks. */
  readonly options: NetworkOptions;
  readonly inputs: Record<string, Input>;
  /** How the training is measured, on the faces of the validation side. */
  validation(run: Run, faces: FaceSet): Promise<Validation>;
  /** Frees the frozen networks. */
  dispose(): void;
}

export interface OpenStage extends MadeStage {
  /** A state at step 0: fresh, or from the recipe's `init`. */
  start(): TrainState;
}

export async function openStage(recipe: TrainRecipe, data: OpenData, context: Context): Promise<OpenStage> {
  const made = await makeStage(recipe, data, context);
  const references = [recipe.init ?? []].flat();
  const starts = await Promise.all(references.map((reference) => openNetworks(reference, context.runs)));
  const given = starts.map((source) => initialWeights(source, made));
  const inputs = starts.map((source, i) => [
    i === 0 ? 'init' : `init ${i + 1}`,
    source.input(Object.keys(given[i] as GivenWeights) as (keyof GivenWeights)[]),
  ]);
  return {
    ...made,
    inputs: { data: dataInput(recipe, data), ...made.inputs, ...Object.fromEntries(inputs) },
    start: () => made.stage.start(Object.assign({}, ...given)),
  };
}

/** A stored data set by its content, the same in a folder and in a bucket; else by all that decides which samples there are. */
function dataInput({ data: { source } }: TrainRecipe, data: OpenData): Input {
  const { fingerprint, name } = data.source;
  if (source.kind === 'stored') return { from: source.root, sha256: fingerprint };
  // Where the source lies is no part of it.
  const { source: _, ...rest } = data.config;
  const text = JSON.stringify([rest, fingerprint, data.inputs]);
  return { from: name, sha256: createHash('sha256').update(text).digest('hex') };
}

async function makeStage(recipe: TrainRecipe, data: OpenData, context: Context): Promise<MadeStage> {
  switch (recipe.stage) {
    case 'stage1':
      return openStage1(recipe, data);
    case 'stage2':
      return openStage2(recipe, data, context);
    case 'recogniser':
      return openRecogniserStage(recipe, data);
  }
}

function openStage1(recipe: Stage1Recipe, data: OpenData): MadeStage {
  const { model, optimiser, loss, seed } = recipe;
  const stage = stage1({ size: model, optimiser, weights: loss, seed });
  return {
    stage,
    options: model,
    inputs: {},
    validation: (run, faces) => restorationValidation(run, stage, recipe, data, faces),
    dispose: () => {},
  };
}

function openRecogniserStage(recipe: RecogniserRecipe, data: OpenData): MadeStage {
  const { model, optimiser, loss, seed } = recipe;
  const trained = data.source.faces.filter((face) => data.split(face) === 'train');
  const people = new Set(trained.map(({ identity }) => identity)).size;
  const options = { ...model, people };
  const stage = recogniserStage({ options, optimiser, loss, seed });
  return {
    stage,
    options,
    inputs: {},
    validation: async (_, faces) => verificationValidation(options, faces),
    dispose: () => tf.dispose(stage.frozen as tf.TensorContainer),
  };
}

async function openStage2(recipe: Stage2Recipe, data: OpenData, context: Context): Promise<MadeStage> {
  const source =
    recipe.structure === undefined ? undefined : await openNetworks(recipe.structure, context.runs);
  const vae =
    source && networkOf(source, 'vae', "for structure: a run of stage1 or a file of a vae's weights");
  const { signedIdentity } = recipe.defects;
  const recogniser = await recogniserOf(recipe.recogniser, { signed: signedIdentity }, context.runs);
  const { model, optimiser, loss, crop, defects, structureDraw, seed } = recipe;
  const stage = stage2({
    size: model,
    optimiser,
    ...(vae && { structure: { tensors: vae.read(), size: vae.options, draw: structureDraw } }),
    recogniser,
    weights: loss,
    ...(crop && { crop }),
    defects,
    seed,
  });
  return {
    stage,
    options: model,
    validation: (run, faces) => restorationValidation(run, stage, recipe, data, faces),
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

function initialWeights(source: NetworkSource, { stage, options }: MadeStage): GivenWeights {
  const held = stage.networks.filter((name) => source.networks[name]);
  if (held.length === 0) {
    throw new UserError(`init: ${source.where} holds none of ${stage.networks.join(', ')}`);
  }
  return Object.fromEntries(
    held.map((name) => {
      const network = networkOf(source, name, name);
      for (const key of ['dim', 'zDim', 'architecture', 'people'] as const) {
        const [found, expected] = [network.options, options].map((all) =>
          new Map(Object.entries(all)).get(key),
        );
        if (found === expected || (key === 'zDim' && name !== 'vae')) continue;
        throw new UserError(
          `init: the ${name} of ${source.where} has ${key} ${found}; the recipe's has ${key} ${expected}`,
        );
      }
      return [name, network.read()];
    }),
  );
}
