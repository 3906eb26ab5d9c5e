import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { findRuntime, whyNoRuntime } from '../runtime/index.mjs';
import { UserError } from './error.ts';
import { describeTensorFlow, loadTensorFlow } from './tensorflow.ts';
import { sumInBlocks } from './wasm-sums.ts';

/** `cpu` is tfjs's plain JavaScript: slow, the tests' oracle. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

export interface EngineInfo {
  readonly backend: BackendName;
  /** null on other backends. */
  readonly tensorflowVersion: string | null;
  readonly device: 'cpu' | 'gpu';
  /** Threads that one op may use. */
  readonly threads: number;
  /** Why a slower backend than TensorFlow was started, in one line. */
  readonly note?: string;
}

export interface EngineOptions {
  readonly backend?: BackendName;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts a backend: the given one, else the one that FSG_BACKEND names, else TensorFlow where it is set up, else wasm.
 * FSG_THREADS limits TensorFlow's threads. Throws UserError where a named backend is unknown or cannot start.
 */
export async function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  const { backend, env = process.env } = options;
  tf.env().set('PROD', true); // tfjs's advice to install another backend is not for our users
  const named = backend ?? backendOf(env);
  const threads = threadsOf(env);
  const failure = named === 'wasm' || named === 'cpu' ? undefined : tryTensorFlow(env, threads);
  if (failure !== undefined && named === 'tensorflow') {
    throw new UserError(`The backend tensorflow cannot start: ${failure}`);
  }
  const started = named ?? (failure === undefined ? 'tensorflow' : 'wasm');
  if (started === 'wasm') {
    await import('@tensorflow/tfjs-backend-wasm');
    sumInBlocks();
  }
  if (!(await tf.setBackend(started))) throw new UserError(`The backend ${started} did not start`);
  await tf.ready();
  return {
    ...describe(started),
    ...(failure !== undefined && { note: `${failure}; the slower wasm is used` }),
  };
}

/** The backends that can start here, the fastest first. */
export function availableBackends(env: NodeJS.ProcessEnv = process.env): BackendName[] {
  return findRuntime({ env }) ? ['tensorflow', 'wasm', 'cpu'] : ['wasm', 'cpu'];
}

function backendOf(env: NodeJS.ProcessEnv): 'tensorflow' | 'wasm' | undefined {
  const name = env.FSG_BACKEND;
  if (name === undefined || name === '' || name === 'tensorflow' || name === 'wasm') return name || undefined;
  throw new UserError(
    `FSG_BACKEND is "${name}", but must be tensorflow or wasm (or unset: the faster one there is)`,
    2,
  );
}

/** Gives what went wrong, or undefined where TensorFlow runs. */
function tryTensorFlow(env: NodeJS.ProcessEnv, threads: number | undefined): string | undefined {
  if (tf.findBackend('tensorflow')) return undefined;
  const runtime = findRuntime({ env });
  if (!runtime) return whyNoRuntime({ env });
  try {
    loadTensorFlow(runtime, threads);
    return undefined;
  } catch (error) {
    return `TensorFlow in ${runtime.folder} does not load (${(error as Error).message}): npm run fsg -- setup`;
  }
}

function threadsOf(env: NodeJS.ProcessEnv): number | undefined {
  if (!env.FSG_THREADS) return undefined;
  const threads = Number(env.FSG_THREADS);
  if (Number.isInteger(threads) && threads > 0) return threads;
  throw new UserError(`FSG_THREADS is "${env.FSG_THREADS}", but must be a whole number from 1`, 2);
}

function describe(backend: BackendName): EngineInfo {
  if (backend !== 'tensorflow') return { backend, tensorflowVersion: null, device: 'cpu', threads: 1 };
  const { version, device } = describeTensorFlow();
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return { backend, tensorflowVersion: version, device, threads };
}
