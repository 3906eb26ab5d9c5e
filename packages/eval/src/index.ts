export { type CurveOptions, type CurveRun, curves } from './curves.ts';
export { type Case, type GalleryOptions, gallery, selectCases } from './gallery.ts';
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
export { METRIC_KEYS, type MetricCard, type MetricKey, metricCards } from './metrics/cards.ts';
export { meanSquaredError, psnr } from './metrics/psnr.ts';
export { cosine, intersectionOverUnion } from './metrics/similarity.ts';
export { meanInside, ssim, ssimMap, ssimMean } from './metrics/ssim.ts';
export { auc, verificationAuc } from './metrics/verification.ts';
export { ERROR_LIMIT, errorMap } from './pictures/error-map.ts';
export {
  type EvaluateOptions,
  evaluate,
  type Method,
  type Restoration,
  type SampleRecord,
  type Scores,
} from './protocol.ts';
export { type Alignment, OUTPUTS, type Output, paste, weightsFor } from './restore/paste.ts';
export { type BootstrapOptions, clusteredMean, type Interval } from './statistics/bootstrap.ts';
export { buildTable, type RowInfo, type TableOptions } from './table/build.ts';
export { renderCsv } from './table/csv.ts';
export { renderHtml } from './table/html.ts';
export { renderMarkdown } from './table/markdown.ts';
export { parseTable, type Table, type TableCell, type TableSource } from './table/schema.ts';
export { renderTerminal } from './table/terminal.ts';
