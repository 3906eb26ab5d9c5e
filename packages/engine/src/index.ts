export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
export * as tf from '@tensorflow/tfjs';
export {
  type AdamMoments,
  type AdamOptions,
  type AdamPace,
  adamMove,
  adamPace,
  flatten,
  movingAverage,
  startMoments,
  unflatten,
} from './adam.ts';
export {
  availableBackends,
  type BackendName,
  type EngineInfo,
  type EngineOptions,
  startEngine,
} from './backend.ts';
export { type Captured, capture } from './capture.ts';
export { eigen64, eigenvalues64, multiply64 } from './float64.ts';
export { detach, gradientsOf, mapTensors } from './gradients.ts';
export { type GraphModelFile, graphModel, ownBuffer } from './graph-model.ts';
export { tensorMemory } from './memory.ts';
export { addPrelu, biasLeakyRelu, maxOfHalves, swish } from './ops/activations.ts';
export { batchNormEvaluation, normSwish } from './ops/batch-norm.ts';
export { binaryCrossEntropy } from './ops/binary-cross-entropy.ts';
export { conv2d, convTranspose2d, type Geometry } from './ops/conv.ts';
export { cut, type Grid, gridOf } from './ops/cut.ts';
export { maxPool } from './ops/max-pool.ts';
export {
  averagePool,
  broadcastTo,
  globalAveragePool,
  pixelShuffle,
  upsampleBilinear,
} from './ops/resample.ts';
export { spectralNorm } from './ops/spectral-norm.ts';
export { upsampleConv } from './ops/upsample-conv.ts';
export { statelessNormal } from './stateless-normal.ts';
export type { NamedTensors } from './tensors.ts';
