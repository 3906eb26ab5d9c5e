export { UserError } from '@fsg/engine/error';
export * from './losses.ts';
export { discriminate, LEVELS, type Level, type Levels } from './nets/discriminator.ts';
export { generate } from './nets/generator.ts';
export {
  describeNetwork,
  entriesOf,
  type NetworkDescription,
  type NetworkName,
  SPECTRAL,
} from './nets/networks.ts';
export { type Entry, initialise, sizeOf } from './nets/parameters.ts';
export { decodeStructure, encodeStructure, type StructureVaeSize } from './nets/structure-vae.ts';
export { TensorNet } from './nets/tensor-net.ts';
export { describeDlibResnet } from './recognisers/describe-dlib.ts';
export { openRecogniser, RECOGNISERS, type Recogniser, type RecogniserName } from './recognisers/index.ts';
export { fromStateDict, toFile, toStateDict } from './weights/pytorch-layout.ts';
export {
  readSafetensors,
  type StoredTensor,
  type StoredTensors,
  writeSafetensors,
} from './weights/safetensors.ts';
