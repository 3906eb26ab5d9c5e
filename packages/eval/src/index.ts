export { type Cost, costOf } from './costs.ts';
export { curves } from './curves.ts';
export { type Case, gallery, pictureCases } from './gallery.ts';
export { type Judge, judgeBy } from './judge.ts';
export {
  harmonicInpainting,
  madePictures,
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
export { featuresBy, perceptualDistanceBy } from './metrics/perceptual.ts';
export { psnr } from './metrics/psnr.ts';
export { ssim } from './metrics/ssim.ts';
export { auc, verificationAuc } from './metrics/verification.ts';
export { errorMap } from './pictures/error-map.ts';
export { pictureRegions } from './pictures/regions.ts';
export { plotsOfDifferences, plotsOfRecognition, plotsOfTable } from './plots/of-table.ts';
export {
  batches,
  type Instruments,
  type MeasuredBatch,
  type MeasureOptions,
  type Method,
  measure,
  type Restoration,
  type SampleRecord,
  type Scores,
} from './protocol.ts';
export { verificationAccuracy } from './recognition/accuracy.ts';
export { recognitionCards } from './recognition/cards.ts';
export { rocCurve } from './recognition/curve.ts';
export { type Features, flatFeatures, scorePairs } from './recognition/features.ts';
export { identification } from './recognition/identification.ts';
export { pairsOfIdentities } from './recognition/identity-pairs.ts';
export { areaUnderCurve, equalErrorRate, tarAtFar } from './recognition/measures.ts';
export { type Pair, pairsOfLfw } from './recognition/pairs.ts';
export { galleryAndProbes } from './recognition/probes.ts';
export { identificationRanks, identificationRate } from './recognition/ranks.ts';
export { CLEAN, recognise } from './recognition/recognise.ts';
export { encodeRecognition, parseRecognition, type RecognitionScores } from './recognition/scores.ts';
export { VERIFICATION_MEASURES, verification } from './recognition/verification.ts';
export { OUTPUTS, type Output, paste, weightsFor } from './restore/paste.ts';
export { figuresOf, selectCases } from './results/cases.ts';
export { FeatureFile } from './results/features.ts';
export { featuresPath, ResultJournal } from './results/journal.ts';
export { readParquet, writeParquet } from './results/parquet.ts';
export type { Results } from './results/results.ts';
export { clusteredMean } from './statistics/bootstrap.ts';
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
export { buildRecognitionTable } from './table/recognition.ts';
export { parseTable, type Table, type TableCell, type TableRow, type TableSource } from './table/schema.ts';
export { renderTerminal } from './table/terminal.ts';
