/**
 * For tests and benchmarks: weights and pictures that other languages make the same, to the bit, by a hash of name and index.
 * test/perceptual/synthetic.py is the same in Python.
 */
import { type Entry, sizeOf } from './nets/parameters.ts';
import { fileShape } from './weights/pytorch-layout.ts';
import { float32, type StoredTensors } from './weights/stored-tensor.ts';

/** FNV-1a of the name's characters, 32 bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Value `index` of a stream in [0, 1), a multiple of 2^-24: murmur3's finaliser of seed + index · 0x9e3779b9. */
export function uniform(seed: number, index: number): number {
  let h = (seed + Math.imul(index, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 8) / 2 ** 24;
}

/** The lowest value of a tensor and how far the highest lies above: filters keep a relu network's scale (He et al. 2015). */
function rangeOf(name: string, shape: readonly number[]): readonly [low: number, width: number] {
  if (name.startsWith('lin')) return [0, 1];
  if (shape.length > 1) {
    const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
    return [-bound, 2 * bound];
  }
  return /bn\.weight$|running_var$/.test(name) ? [0.75, 0.5] : [-0.125, 0.25];
}

/** Weights under PyTorch's names and in its layouts. */
export function syntheticWeights(entries: readonly Entry[]): StoredTensors {
  return Object.fromEntries(
    entries.map((entry) => {
      const shape = fileShape(entry);
      const seed = hashOf(entry.name);
      const [low, width] = rangeOf(entry.name, shape);
      const values = new Float32Array(sizeOf(shape));
      for (let i = 0; i < values.length; i++) values[i] = low + width * uniform(seed, i);
      return [entry.name, float32(shape, values)];
    }),
  );
}

/** A picture of noise on slopes, 8-bit RGB, row-major. */
export function syntheticPicture(
  seed: number,
  width: number,
  height: number,
): { readonly width: number; readonly height: number; readonly data: Uint8Array } {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const [channel, pixel] = [i % 3, Math.floor(i / 3)];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const slope = (3 * x + 2 * y + 70 * channel + 37 * seed) & 255;
    data[i] = (3 * slope + Math.floor(256 * uniform(seed, i))) >> 2;
  }
  return { width, height, data };
}
