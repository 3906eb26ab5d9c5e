export { readSmoothed } from './checkpoint.ts';
export type { Stage1Recipe, Stage2Recipe, TrainRecipe } from './recipe.ts';
export { BEST_METRIC, type SessionOptions, type SessionResult, stepsOf, trainSession } from './session.ts';
export type { GivenWeights, Stage } from './stage.ts';
export { predictStructure, stage1 } from './stage1.ts';
export { type Stage2Options, stage2 } from './stage2.ts';
export { paceOf, type TrainState } from './state.ts';
export type { Metric, Pair, RestoredPair } from './validate.ts';
