export { readSmoothed } from './checkpoint.ts';
export type { Defect, StructureDraw } from './defects.ts';
export { compareGolden, type ParityRow } from './parity/compare.ts';
export { type GoldenSet, type Recomputed, recomputeGolden } from './parity/recompute.ts';
export type { GeneratorWeights } from './passes.ts';
export {
  type RecogniserRecipe,
  readingOf,
  type Stage1Recipe,
  type Stage2Recipe,
  type TrainRecipe,
} from './recipe.ts';
export { recogniserOf, recogniserStage } from './recogniser.ts';
export {
  type SessionOptions,
  type SessionResult,
  stepsOf,
  trainSession,
  type Validation,
} from './session.ts';
export type { GivenWeights, RestoringStage, Stage } from './stage.ts';
export { predictStructure, stage1 } from './stage1.ts';
export { type Stage2Options, stage2 } from './stage2.ts';
export { paceOf, release, type TrainState } from './state.ts';
export { refuseLargeBatch } from './step-memory.ts';
export { type Metric, meanMetrics, type Pair, type RestoredPair, restorePairs } from './validate.ts';
