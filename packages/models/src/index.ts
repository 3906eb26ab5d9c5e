export { UserError } from '@fsg/engine/error';
export * from './losses.ts';
export { discriminate, type Levels } from './nets/discriminator.ts';
export { generate } from './nets/generator.ts';
export { LIGHT_CNN_FEATURES, lightCnn, lightCnnClassifier, lightCnnEntries } from './nets/light-cnn.ts';
export {
  describeLightCnn,
  describeNetwork,
  entriesOf,
  type NetworkDescription,
  type NetworkName,
  type NetworkOptions,
  type OptionsByNetwork,
  openNet,
} from './nets/networks.ts';
export {
  isGuided,
  LEVELS,
  type Level,
  LIGHT_CNNS,
  type LightCnnName,
  type ModelOptions,
  type RecogniserOptions,
} from './nets/options.ts';
export { type Entry, initialise, sizeOf } from './nets/parameters.ts';
export { decodeStructure, encodeStructure } from './nets/structure-vae.ts';
export { TensorNet } from './nets/tensor-net.ts';
export { BACKBONES, type Backbone } from './perceptual/backbones.ts';
export { PERCEPTUAL_FILES, type PerceptualFile, perceptualEntries } from './perceptual/files.ts';
export { type Inception, openInception } from './perceptual/inception-features.ts';
export { type Lpips, type LpipsFiles, openLpips } from './perceptual/lpips.ts';
export { describeDlibResnet } from './recognisers/describe-dlib.ts';
export { openGraphRecogniser } from './recognisers/graph-model.ts';
export {
  openRecogniser,
  RECOGNISERS,
  type Recogniser,
  type RecogniserName,
  unitRows,
} from './recognisers/index.ts';
export { lightCnnRecogniser, luma, lumaCrop, openLightCnn } from './recognisers/light-cnn.ts';
export { type Identified, identifyWeights, type SizedNetwork, sizeOfWeights } from './weights/identify.ts';
export { describeDifferences, fromStateDict, toFile, toStateDict } from './weights/pytorch-layout.ts';
export { readSafetensors, writeSafetensors } from './weights/safetensors.ts';
export { float32, type StoredTensor, type StoredTensors, toFloat32 } from './weights/stored-tensor.ts';
export { parseWeights, readWeightFile, type WeightFile } from './weights/weight-file.ts';
