/** How fast this machine convolves, by precision: what `precision: auto` decides by. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { conv2d } from './ops/conv.ts';
import { onGpu } from './ops/raw.ts';
import { type Precision, precisionNow, setPrecision } from './precision.ts';

/** GFLOP/s of one core, or of the GPU; null where it cannot be measured. */
export interface ConvSpeed {
  readonly float32: number;
  readonly bf16: number | null;
}

const [SIZE, CHANNELS] = [64, 64];
const MEASURED_MS = 1_000;
/** A reduced precision is worth its rounding from this gain on. */
const WORTHWHILE = 1.2;

/** The faster precision, where it is faster by enough. */
export const worthwhile = ({ float32, bf16 }: ConvSpeed): Precision =>
  (bf16 ?? 0) > WORTHWHILE * float32 ? 'bf16' : 'float32';

/**
 * Measures the running backend at a 3x3 convolution with 64 channels, forward and both gradients, as a training step runs it:
 * the best of a second, each precision. bf16 is null on wasm and where TensorFlow has no such kernel.
 */
export function measureConvSpeed(): ConvSpeed {
  const before = precisionNow();
  try {
    return { float32: measure('float32'), bf16: tf.getBackend() === 'tensorflow' ? tryBf16() : null };
  } finally {
    setPrecision(before);
  }
}

function tryBf16(): number | null {
  try {
    return measure('bf16');
  } catch {
    return null;
  }
}

function measure(precision: Precision): number {
  setPrecision(precision);
  const batch = tf.getBackend() === 'tensorflow' ? 8 : 1;
  const flop = 3 * 2 * batch * SIZE ** 2 * CHANNELS ** 2 * 9;
  return tf.tidy(() => {
    const images = tf.sin(tf.range(0, batch * SIZE ** 2 * CHANNELS)).reshape([batch, SIZE, SIZE, CHANNELS]);
    const filter = tf.sin(tf.range(0, 9 * CHANNELS ** 2)).reshape([3, 3, CHANNELS, CHANNELS]);
    const gradients = tf.grads((x, f) => conv2d(x as Tensor4D, f as Tensor4D, { pad: 1 }));
    const step = (): void => tf.tidy(() => gradients([images, filter]).forEach(waitFor));
    step();
    let least = Number.POSITIVE_INFINITY;
    const end = performance.now() + MEASURED_MS;
    do {
      const start = clock();
      step();
      least = Math.min(least, clock() - start);
    } while (performance.now() < end);
    return Math.round(flop / least / 1e6);
  });
}

const waitFor = (tensor: Tensor): void => void tf.slice(tensor, [0, 0, 0, 0], [1, 1, 1, 1]).dataSync();

/** Milliseconds: on a GPU by the clock; else time of the cores, which other work on the machine changes little. */
function clock(): number {
  if (tf.getBackend() === 'tensorflow' && onGpu()) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
