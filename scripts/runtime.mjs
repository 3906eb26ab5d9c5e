/** The engine's runtime by its path: it is needed before `npm ci` has linked the packages by their names. */
// biome-ignore-start lint/style/noRestrictedImports: see above
export { ensureRuntime, removeRuntime, setUp } from '../packages/engine/runtime/index.mjs';
export { withLock } from '../packages/engine/runtime/lock.mjs';
export { run } from '../packages/engine/runtime/process.mjs';
export { createProgress, megabytes } from '../packages/engine/runtime/progress.mjs';
// biome-ignore-end lint/style/noRestrictedImports: see above
