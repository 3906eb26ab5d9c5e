export { prepareFolder, replaceFile } from './atomic.ts';
export { Backup, type BackupOptions, bringCheckpoints } from './checkpoint/backup.ts';
export {
  type Best,
  bestCheckpoint,
  type Checkpoint,
  type CheckpointFiles,
  latestCheckpoint,
  listCheckpoints,
  markBest,
  type OnDamaged,
  readCheckpoint,
  readLatestCheckpoint,
  saveCheckpoint,
  takeOver,
} from './checkpoint/checkpoints.ts';
export { LeaseLostError } from './checkpoint/latest.ts';
export { type Manifest, stepName } from './checkpoint/manifest.ts';
export {
  type KeptToo,
  pinCheckpoint,
  pinnedSteps,
  pruneCheckpoints,
  removableCheckpoints,
  unpinCheckpoint,
} from './checkpoint/retention.ts';
export type { Clock, Random } from './clock.ts';
export {
  type ComparedMetric,
  compareMetrics,
  configDifferences,
  type Difference,
  type Direction,
  directionOf,
  type MetricRange,
  provenanceDifferences,
} from './compare.ts';
export { errorCode, fileProblem, UserError } from './errors.ts';
export { type Exported, exportRun } from './export.ts';
export { findRun, listRuns } from './find-run.ts';
export { followJournal } from './follow.ts';
export {
  type EventDetails,
  type EventEntry,
  isEvent,
  Journal,
  type JournalContent,
  type JournalEntry,
  type MetricsEntry,
  metricHistory,
  type Point,
  parseJournal,
  readJournal,
} from './journal.ts';
export { acquireLease, Lease, type LeaseOptions } from './lease.ts';
export { mapSome } from './map-some.ts';
export {
  checkMlflow,
  type MirrorOptions,
  type MlflowAccess,
  MlflowClient,
  MlflowError,
  MlflowMirror,
  mlflowAccess,
  patiently,
  type SyncOptions,
  type SyncResult,
  syncRun,
  watchSystem,
} from './mlflow/index.ts';
export { editDistance, known, nearest } from './nearest.ts';
export { referencedSteps } from './references.ts';
export {
  artifactsPath,
  checkInputs,
  createRun,
  type Input,
  JOURNAL,
  journalPath,
  type NewRun,
  openRun,
  placeStoredRun,
  type Run,
  type RunRecord,
  readStoredRun,
  runId,
  type StoredRun,
  storeRun,
  writeArtifact,
} from './run.ts';
export { checkStore } from './store/check-store.ts';
export { FileStore } from './store/file-store.ts';
export { MemoryStore } from './store/memory-store.ts';
export { openStore } from './store/open-store.ts';
export { type Condition, ConflictError, type Entry, type Store, type Stored } from './store/store.ts';
export { type RunSummary, summarise } from './summary.ts';
