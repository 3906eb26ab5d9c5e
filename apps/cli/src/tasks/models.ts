/** What `fsg models` tells: the networks that a recipe loads, with their parameters, cost and receptive field. */
import { existsSync } from 'node:fs';
import {
  describeDlibResnet,
  describeLightCnn,
  describeNetwork,
  identifyWeights,
  isGuided,
  type LightCnnName,
  type ModelOptions,
  type NetworkDescription,
  readWeightFile,
} from '@fsg/models';
import type { Stage2Recipe, TrainRecipe } from '@fsg/trainer/recipe';
import { runOf } from './checkpoint-ref.ts';
import { isWeightFile, openNetworks } from './network-source.ts';

/** How recipes are read, and where runs lie. */
export interface Surroundings {
  readonly load: (recipe: string) => Promise<TrainRecipe>;
  readonly runs: string;
}

export async function describeModels(
  recipe: TrainRecipe,
  surroundings: Surroundings,
): Promise<NetworkDescription[]> {
  if (recipe.stage === 'stage1') return [describeNetwork('vae', recipe.model)];
  if (recipe.stage === 'recogniser') return [describeLightCnn(recipe.model.architecture)];
  const structure = await structureOf(recipe, surroundings);
  return [
    ...(structure ? [describeNetwork('vae', structure)] : []),
    describeNetwork('generator', recipe.model),
    describeNetwork('discriminator', recipe.model),
    ...(recipe.loss.identity > 0 ? await describeRecogniser(recipe.recogniser, surroundings) : []),
  ];
}

/** The size of the stage-I network: of the recipe that `structure` names, else of the run or file. */
async function structureOf({ model, structure }: Stage2Recipe, { load, runs }: Surroundings) {
  if (!isGuided(model) || structure === undefined) return undefined;
  if (isRecipe(structure)) return (await load(structure)).model as ModelOptions;
  return (await openNetworks(structure, runs)).networks.vae?.options;
}

const isRecipe = (reference: string): boolean => /\.ya?ml$/.test(reference);

/** Nothing for graph models, faceres among them, which are not described layer by layer. */
async function describeRecogniser(reference: string, around: Surroundings): Promise<NetworkDescription[]> {
  if (reference === 'dlib-resnet') return [describeDlibResnet()];
  if (reference === 'faceres' || reference.endsWith('.json')) return [];
  return [describeLightCnn(await architectureOf(reference, around))];
}

/** A weight file that is not there yet is taken for the paper's. */
async function architectureOf(reference: string, { load, runs }: Surroundings): Promise<LightCnnName> {
  const trained = async (recipe: TrainRecipe): Promise<LightCnnName> =>
    recipe.stage === 'recogniser' ? recipe.model.architecture : 'lightcnn29v2';
  if (isRecipe(reference)) return trained(await load(reference));
  if (!isWeightFile(reference)) {
    const { TrainRecipe } = await import('@fsg/trainer/recipe');
    return trained(TrainRecipe.parse((await runOf(reference, runs)).record.config));
  }
  if (!existsSync(reference)) return 'lightcnn29v2';
  const { tensors } = await readWeightFile(reference);
  return identifyWeights(tensors)?.network === 'lightcnn9' ? 'lightcnn9' : 'lightcnn29v2';
}

/**
 * GFLOP that training spends on an image: a backward pass counts as two forward ones, through a frozen network as one.
 * Stage II: the discriminator judges three times, the recogniser sees the clean image and the restored one.
 */
export function trainingGflop(recipe: TrainRecipe, networks: readonly NetworkDescription[]): number {
  const cost = (name: string): number => networks.find((network) => network.name === name)?.gflop ?? 0;
  if (recipe.stage !== 'stage2') return 3 * networks.reduce((sum, { gflop }) => sum + gflop, 0);
  const judged = recipe.loss.adversarial > 0 ? 9 * cost('discriminator') : 0;
  const seen = recipe.crop === undefined ? 1 : (recipe.crop / 128) ** 2;
  return cost('vae') + 3 * cost('generator') * seen + judged + 3 * cost('recogniser');
}
