export { UserError } from '@fsg/engine/error';
export * from './losses.ts';
export { discriminate, type Levels } from './nets/discriminator.ts';
export { generate } from './nets/generator.ts';
export {
  LIGHT_CNNS,
  type LightCnnName,
  lightCnn,
  lightCnnEntries,
} from './nets/light-cnn.ts';
export {
  describeNetwork,
  entriesOf,
  type NetworkDescription,
  type NetworkName,
  openNet,
} from './nets/networks.ts';
export { isGuided, LEVELS, type Level, type ModelOptions } from './nets/options.ts';
export { type Entry, initialise, sizeOf } from './nets/parameters.ts';
export { decodeStructure, encodeStructure } from './nets/structure-vae.ts';
export { TensorNet } from './nets/tensor-net.ts';
export { describeDlibResnet } from './recognisers/describe-dlib.ts';
export {
  openRecogniser,
  RECOGNISERS,
  type Recogniser,
  type RecogniserName,
  unitRows,
} from './recognisers/index.ts';
export { type Identified, identifyWeights, sizeOfWeights } from './weights/identify.ts';
export { describeDifferences, fromStateDict, toFile, toStateDict } from './weights/pytorch-layout.ts';
export { readSafetensors, writeSafetensors } from './weights/safetensors.ts';
export { float32, type StoredTensor, type StoredTensors, toFloat32 } from './weights/stored-tensor.ts';
export { parseWeights, readWeightFile, type WeightFile } from './weights/weight-file.ts';
