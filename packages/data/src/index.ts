export { AlignConfig, alignTo, FIVE_POINTS } from './align.ts';
export { AugmentConfig } from './augment.ts';
export { DataConfig, type OpenData, openData, type WeightedOccluder } from './config.ts';
export { allSamples, evaluationSamples, plainSamples } from './evaluation-samples.ts';
export type { Face, FaceRef, FaceSource, Occluder, Occlusion, Pose, Rgb } from './face.ts';
export { type FaceSet, type OpenFacesOptions, openFaces } from './faces/open-faces.ts';
export { Hull } from './hull.ts';
export { type LandmarkEntry, LandmarkFile, type Landmarks, readLandmarkFile } from './landmark-file.ts';
export type { Batch } from './loader/batch.ts';
export { type Loader, type LoaderOptions, openLoader } from './loader/loader.ts';
export type { LoaderPosition } from './loader/order.ts';
export { anglesOf, headPose } from './mesh/head-pose.ts';
export { fiveOf, landmarksOf } from './mesh/landmarks68.ts';
export type { FaceMesh } from './mesh/mesh.ts';
export { FILELESS_KINDS, OCCLUDER_KINDS, OccluderConfig, openOccluder } from './occluders/kinds.ts';
export { decodePicture, PICTURE_NAME } from './picture.ts';
export { type Pictures, type PrepareOptions, prepareData } from './prepare-data.ts';
export { type Random, random } from './random.ts';
export { REGION_POLYGONS, REGIONS, type Region, regionsOf, shareUnder } from './regions.ts';
export type { Sample } from './sample.ts';
export { fromSigned, type Shape, toSigned } from './signed.ts';
export { openSource, SourceConfig } from './source.ts';
export type { FileSource } from './sources/config.ts';
export { type LfwPair, type LfwPicture, readPairs } from './sources/lfw-pairs.ts';
export { openPictures } from './sources/open-pictures.ts';
export type { Picture, PictureSource } from './sources/picture-source.ts';
export { SPLITS, type Split, SplitConfig, splitOf } from './split.ts';
export { countSides, type SplitCounts, splitCsv } from './split-counts.ts';
export { type DatasetInfo, type Description, type ManifestRow, readDataset } from './store/format.ts';
export {
  type FetchOptions,
  fetchDataset,
  type PutOptions,
  putDataset,
  type RemoteStore,
  refuseStored,
} from './store/remote.ts';
export { type SynthesiseOptions, synthesise } from './store/synthesise.ts';
export * from './synthetic/index.ts';
export { type Unusable, UnusableFace } from './unusable.ts';
export { PROBLEM_KINDS, type Problem, type ProblemKind } from './verify/findings.ts';
export { type Verification, type VerifyOptions, verifyDataset } from './verify/verify.ts';
export { warp } from './warp.ts';
