export { type Cost, costOf } from './costs.ts';
export { type CurveOptions, type CurveRun, curves } from './curves.ts';
export { type Case, type GalleryOptions, gallery } from './gallery.ts';
export { blend, feather, predictHole } from './hole.ts';
export { type Judge, judgeBy } from './judge.ts';
export {
  harmonicInpainting,
  meanImage,
  networkMethods,
  occludedInput,
  pastedMeanFace,
  type Restorer,
} from './methods.ts';
export { FID, MEMORY, type MetricCard, metricCards, similarityKey, TIME } from './metrics/cards.ts';
export { FeatureStatistics } from './metrics/feature-statistics.ts';
export { type FrechetDistance, frechetDistanceTo } from './metrics/fid.ts';
export { IDENTICAL, type Measured, measurePair } from './metrics/measure-pair.ts';
export {
  type FeatureExtractor,
  featuresBy,
  type PerceptualDistance,
  perceptualDistanceBy,
} from './metrics/perceptual.ts';
export { psnr } from './metrics/psnr.ts';
export { ssim } from './metrics/ssim.ts';
export { auc, verificationAuc } from './metrics/verification.ts';
export { ERROR_LIMIT, errorMap } from './pictures/error-map.ts';
export { pictureRegions } from './pictures/regions.ts';
export { type ForestPlot, forestPlot } from './plots/forest.ts';
export { type GroupedPlot, metricByBins, metricByKinds } from './plots/grouped.ts';
export { plotsOfRecognition, plotsOfTable } from './plots/of-table.ts';
export type { Plot } from './plots/parts.ts';
export { type RocPlot, rocPlot } from './plots/roc.ts';
export {
  type Instruments,
  type MeasuredBatch,
  type MeasureOptions,
  type Method,
  measure,
  type Restoration,
  type SampleRecord,
  type Scores,
} from './protocol.ts';
export { type FoldAccuracy, verificationAccuracy } from './recognition/accuracy.ts';
export { type RecognitionCard, recognitionCards } from './recognition/cards.ts';
export type { Comparisons } from './recognition/compare.ts';
export { rocCurve } from './recognition/curve.ts';
export { type Features, flatFeatures, scorePairs } from './recognition/features.ts';
export {
  IDENTIFICATION_MEASURES,
  type IdentificationMeasure,
  type IdentificationOptions,
  type IdentificationResults,
  identification,
  type RankedCondition,
} from './recognition/identification.ts';
export {
  type IdentityPairs,
  type IdentityPairsOptions,
  pairsOfIdentities,
} from './recognition/identity-pairs.ts';
export { areaUnderCurve, equalErrorRate, tarAtFar } from './recognition/measures.ts';
export { type LfwPairs, lfwKey, type Pair, pairsOfLfw } from './recognition/pairs.ts';
export { galleryAndProbes, type Identification } from './recognition/probes.ts';
export { identificationRanks, identificationRate } from './recognition/ranks.ts';
export { CLEAN, recognise } from './recognition/recognise.ts';
export type { OperatingPoint } from './recognition/roc.ts';
export { encodeRecognition, parseRecognition, type RecognitionScores } from './recognition/scores.ts';
export {
  VERIFICATION_MEASURES,
  type VerificationDifference,
  type VerificationMeasure,
  type VerificationOptions,
  type VerificationResult,
  type VerificationResults,
  verification,
} from './recognition/verification.ts';
export { type Alignment, OUTPUTS, type Output, paste, weightsFor } from './restore/paste.ts';
export { type CaseChoice, type ChosenCase, figuresOf, selectCases } from './results/cases.ts';
export { FeatureFile } from './results/features.ts';
export { featuresPath, ResultJournal } from './results/journal.ts';
export { readParquet, writeParquet } from './results/parquet.ts';
export { type Results, resultsOf, type SampleInfo } from './results/results.ts';
export { type BootstrapOptions, clusteredMean } from './statistics/bootstrap.ts';
export {
  buildTable,
  type RowInfo,
  type RowPart,
  type SingleValue,
  type TableOptions,
} from './table/build.ts';
export { renderCsv } from './table/csv.ts';
export { renderHtml } from './table/html.ts';
export { stacked, withColumns } from './table/join.ts';
export { renderLatex } from './table/latex.ts';
export { renderMarkdown } from './table/markdown.ts';
export { PublishedFile, withPublished } from './table/published.ts';
export {
  buildRecognitionTable,
  type RecognitionPart,
  type RecognitionRow,
} from './table/recognition.ts';
export { parseTable, type Table, type TableCell, type TableRow, type TableSource } from './table/schema.ts';
export { renderTerminal } from './table/terminal.ts';
