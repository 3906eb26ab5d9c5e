/**
 * In which precision convolutions multiply: float32, or bf16 where the processor gains by it. Weights, batch norm, losses and
 * sums are float32 either way; oneDNN rounds what a convolution multiplies, on its own, and reads its mode when it is loaded.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRuntime } from '../runtime/index.mjs';

export const PRECISIONS = ['float32', 'bf16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** GFLOP/s of one core, or of the GPU, at 3x3 convolutions with 64 channels; null where it was not measured. */
export interface ConvSpeed {
  readonly float32: number | null;
  readonly bf16: number | null;
}

/** oneDNN's own switch. */
export const FPMATH_MODE = 'TF_SET_ONEDNN_FPMATH_MODE';
const MODES: Readonly<Record<Precision, string>> = { float32: '', bf16: 'BF16' };

const MEASURE = fileURLToPath(new URL('../runtime/measure.mjs', import.meta.url));
const MEASURE_TIMEOUT_MS = 8_000;
/** A reduced precision is worth its rounding from this gain on. */
const WORTHWHILE = 1.2;

/** What TensorFlow is to find in its environment when it is loaded. */
export const precisionSetting = (precision: Precision): string => MODES[precision];

/** The faster precision, where it is faster by enough. */
export const worthwhile = ({ float32, bf16 }: ConvSpeed): Precision =>
  (bf16 ?? 0) > WORTHWHILE * (float32 ?? 0) ? 'bf16' : 'float32';

/** Measures TensorFlow, each precision in a process of its own; some seconds. Nothing is measured where it is not set up. */
export async function measureConvSpeed(
  device: 'cpu' | 'gpu',
  env: NodeJS.ProcessEnv = process.env,
): Promise<ConvSpeed> {
  const runtime = findRuntime({ env });
  if (!runtime) return { float32: null, bf16: null };
  const measure = (precision: Precision): Promise<number | null> =>
    measureIn(runtime.addons, { ...env, [FPMATH_MODE]: MODES[precision] });
  const float32 = await measure('float32');
  return { float32, bf16: device === 'gpu' ? null : await measure('bf16') };
}

async function measureIn(addons: string, env: NodeJS.ProcessEnv): Promise<number | null> {
  try {
    const options = { env, timeout: MEASURE_TIMEOUT_MS };
    const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, addons], options);
    return Number(stdout);
  } catch {
    return null;
  }
}
