/** Reads the golden folder and compares in PyTorch's layout. Origin of the numbers: golden/README.md. */
import { readFileSync } from 'node:fs';
import { type NamedTensors, type Tensor, type Tensor4D, tf } from '@fsg/engine';
import {
  type Entry,
  entriesOf,
  fromStateDict,
  type NetworkName,
  readSafetensors,
  type StoredTensors,
  toFile,
} from '../src/index.ts';

export const size = { dim: 64, zDim: 96 };

export function golden(file: string): StoredTensors {
  const path = new URL(`golden/${file}.safetensors`, import.meta.url);
  return readSafetensors(readFileSync(path), file);
}

export const goldenWeights = (name: NetworkName): NamedTensors =>
  fromStateDict(entriesOf(name, size), golden(name), name).tensors;

/** A picture stored NCHW → NHWC tensor. */
export function nhwc(stored: StoredTensors, name: string): Tensor4D {
  const { data, shape } = stored[name] as StoredTensors[string];
  return tf.transpose(
    tf.tensor4d(data as Float32Array, shape as [number, number, number, number]),
    [0, 2, 3, 1],
  );
}

/** Largest difference over the largest magnitude. */
export function relativeError(found: Tensor, stored: StoredTensors, name: string): number {
  const ordered = found.rank === 4 ? tf.transpose(found, [0, 3, 1, 2]) : found;
  return difference(ordered.dataSync() as Float32Array, stored[name]?.data as Float32Array).relative;
}

function difference(a: Float32Array, b: Float32Array) {
  let worst = 0;
  let largest = 0;
  let squares = 0;
  let norm = 0;
  b.forEach((expected, i) => {
    const error = (a[i] as number) - expected;
    worst = Math.max(worst, Math.abs(error));
    largest = Math.max(largest, Math.abs(expected));
    squares += error * error;
    norm += expected * expected;
  });
  return { relative: worst / largest, error: Math.sqrt(squares), norm: Math.sqrt(norm) };
}

/** Errors of every tensor of a golden gradient or buffer file. */
export function compareFile(entries: readonly Entry[], found: NamedTensors, file: string) {
  const stored = golden(file);
  const known = entries.filter((entry) => stored[entry.name]);
  const all = known.map((entry) => {
    const values = toFile(entry, (found[entry.name] as Tensor).dataSync() as Float32Array)
      .data as Float32Array;
    return difference(values, stored[entry.name]?.data as Float32Array);
  });
  const total = (key: 'error' | 'norm'): number => Math.hypot(...all.map((one) => one[key]));
  return {
    compared: known.length,
    expected: Object.keys(stored).filter((name) => !name.endsWith('num_batches_tracked')).length,
    whole: total('error') / total('norm'),
    single: Math.max(...all.map(({ error, norm }) => error / Math.max(norm, 1e-3 * total('norm')))),
    relative: Math.max(...all.map(({ relative }) => relative)),
  };
}
