import { createRequire } from 'node:module';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { Runtime } from '../runtime/index.mjs';
import { type CaptureAddon, type KernelsAddon, provideCaptureAddon, setKernelsDefined } from './native.ts';
import type { NodeBackend } from './node-backend.ts';

const require = createRequire(import.meta.url);

interface Mute {
  mute(): void;
  unmute(): void;
}

/**
 * Loads TensorFlow from the runtime's folder and registers the backend `tensorflow`.
 * `threads` is what one op may use (default: TensorFlow's choice, all cores); TensorFlow reads it at loading only.
 */
export function loadTensorFlow(runtime: Runtime, threads: number | undefined): void {
  const { env } = process; // the one that TensorFlow reads
  env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const quiet = Number(env.TF_CPP_MIN_LOG_LEVEL) >= 2;
  if (threads !== undefined) env.TF_NUM_INTRAOP_THREADS = String(threads);
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  restoreUtilFunctions();
  placeBinding(join(runtime.addons, 'tfjs_binding.node'));
  const { mute, unmute } = require(join(runtime.addons, 'mute.node')) as Mute;
  loadGlobally(join(runtime.addons, 'context.node'));
  if (quiet) mute();
  try {
    require('@tensorflow/tfjs-node-gpu');
  } finally {
    if (quiet) unmute();
  }
  provideCaptureAddon(require(join(runtime.addons, 'capture.node')) as CaptureAddon);
  const kernels = require(join(runtime.addons, 'kernels.node')) as KernelsAddon;
  kernels.define(threads ?? availableParallelism());
  setKernelsDefined(true);
}

/** Loads an addon so that libraries loaded after it find its symbols first. */
function loadGlobally(path: string): void {
  process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL);
}

/** The running TensorFlow's version and kind of device. */
export function describeTensorFlow(): { version: string; device: 'cpu' | 'gpu' } {
  const backend = tf.findBackend('tensorflow') as unknown as NodeBackend;
  return { version: backend.binding.TF_Version, device: backend.isUsingGpuDevice ? 'gpu' : 'cpu' };
}

/** tfjs-node asks node-pre-gyp where its binding lies; a stand-in answers with the compiled one in the cache. */
function placeBinding(binding: string): void {
  const at = createRequire(require.resolve('@tensorflow/tfjs-node-gpu')).resolve('@mapbox/node-pre-gyp');
  const standIn = { id: at, filename: at, loaded: true, exports: { find: () => binding } };
  require.cache[at] = standIn as unknown as NodeJS.Module;
}

/** tfjs-node calls two functions of util that newer versions of Node warn of or (23) have removed. */
function restoreUtilFunctions(): void {
  const replaced = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  Object.assign(util, replaced);
}
