/** The noise of a camera's sensor. */
import type { Rgb } from '../face.ts';
import type { Random } from '../random.ts';

/**
 * Normal values with mean 0 and standard deviation 1, one for each of a picture's, independent: sums of twelve bytes, whose
 * variance is 65535.
 */
export function noiseField(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => {
    let sum = -12 * 127.5;
    for (let i = 0; i < 3; i++) sum += fourBytes(random.next() * 2 ** 32);
    return sum / 256;
  });
}

function fourBytes(word: number): number {
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
}

export function noisy({ width, height, data }: Rgb, field: Float32Array, sigma: number): Rgb {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Math.round((data[i] as number) + sigma * (field[i] as number));
    out[i] = Math.min(255, Math.max(0, value));
  }
  return { width, height, data: out };
}
