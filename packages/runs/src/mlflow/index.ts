export { patiently } from './backoff.ts';
export { checkMlflow } from './check.ts';
export { type MlflowAccess, MlflowClient, MlflowError, mlflowAccess } from './client.ts';
export { type MirrorOptions, MlflowMirror } from './mirror.ts';
export { type SyncOptions, type SyncResult, syncRun } from './sync.ts';
export { watchSystem } from './system-metrics.ts';
