import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';

export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

const require = createRequire(import.meta.url);

/** Puts the compiled binding where tfjs-node-gpu looks for it, then loads it; registers the backend `tensorflow`. */
function loadTensorFlow(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  (util as { isNullOrUndefined?: (v: unknown) => boolean }).isNullOrUndefined = (v) => v == null;
  const entry = require.resolve('@tensorflow/tfjs-node-gpu');
  const at = createRequire(entry).resolve('@mapbox/node-pre-gyp');
  const dir = join(process.env.FSG_CACHE ?? join(homedir(), '.cache/fsg'), 'tensorflow-2.21.0-cpu');
  const binding = join(dir, readdirSync(dir).find((f) => f.endsWith('.node')) ?? 'missing');
  const stub = { id: at, filename: at, loaded: true, exports: { find: () => binding } };
  require.cache[at] = stub as unknown as NodeJS.Module;
  require('@tensorflow/tfjs-node-gpu');
}

/** Starts the named backend (default: FSG_BACKEND, else TensorFlow where it is set up, else wasm). */
export async function startEngine(options: { backend?: BackendName } = {}): Promise<BackendName> {
  const wanted = options.backend ?? (process.env.FSG_BACKEND as BackendName | undefined) ?? 'tensorflow';
  if (wanted === 'tensorflow' && !tf.findBackend('tensorflow')) loadTensorFlow();
  if (wanted === 'wasm' && !tf.findBackend('wasm')) await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend(wanted))) throw new Error(`backend ${wanted} did not start`);
  await tf.ready();
  return wanted;
}
