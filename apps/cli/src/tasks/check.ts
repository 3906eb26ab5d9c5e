/** Checks all that a training needs, as far as that goes without rendering a face or making a run. */
import { type EngineInfo, startEngine } from '@fsg/engine';
import { readingOf, stepsOf, type TrainRecipe } from '@fsg/trainer';
import type { Context } from './context.ts';
import { describeModels, type Surroundings, trainingGflop } from './models.ts';
import { openNoted } from './open-data.ts';
import { openStage } from './open-stage.ts';

export interface TrainingPlan {
  readonly backend: EngineInfo['backend'];
  readonly synthetic: boolean;
  readonly trainingFaces: number;
  readonly steps: number;
  /** Of the whole training; see trainingGflop. */
  readonly gflop: number;
}

export async function checkTask(
  recipe: TrainRecipe,
  load: Surroundings['load'],
  context: Context,
): Promise<TrainingPlan> {
  const { backend } = await startEngine();
  const data = await openNoted(recipe.data, context);
  (await openStage(recipe, data, context)).dispose();
  const { faces, synthetic } = data.source;
  const trainingFaces = faces.filter((face) => data.split(face) === 'train').length;
  const used = Math.floor(readingOf(recipe).share * trainingFaces);
  const batchesPerEpoch = Math.floor(used / recipe.batch);
  const steps = stepsOf(recipe, { batchesPerEpoch });
  const networks = await describeModels(recipe, { load, runs: context.runs });
  const gflop = steps * recipe.batch * trainingGflop(recipe, networks);
  return { backend, synthetic, trainingFaces, steps, gflop };
}
