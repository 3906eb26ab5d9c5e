import { random } from '../random.ts';
import { mix } from './math.ts';

/** Side of every noise tile, in texels; a power of two. */
export const NOISE = 256;
const WRAP = NOISE - 1;

export interface NoiseTiles {
  /** Independent values, mean 0, in [-1, 1]. */
  readonly grain: Float32Array;
  /** Smooth blotches: five octaves, about [-1, 1]. */
  readonly cloud: Float32Array;
  /** Very smooth blotches for what is out of focus, about [-1, 1]. */
  readonly mist: Float32Array;
  /** Hair: varies fast along u and slowly along v, in [0, 1]. */
  readonly strand: Float32Array;
  /** Curls: small round tufts, in [0, 1]. */
  readonly curl: Float32Array;
}

/** Adds value noise with `across` x `along` cells; the result tiles. */
function addOctave(into: Float32Array, across: number, along: number, gain: number, name: string): void {
  const stream = random('synthetic noise', name, across, along);
  const cells = new Float32Array(across * along);
  for (let i = 0; i < cells.length; i++) cells[i] = stream.uniform(-1, 1);
  for (let y = 0; y < NOISE; y++) {
    const fy = (y * along) / NOISE;
    const y0 = Math.floor(fy);
    const ty = fade(fy - y0);
    const row0 = (y0 % along) * across;
    const row1 = ((y0 + 1) % along) * across;
    for (let x = 0; x < NOISE; x++) {
      const fx = (x * across) / NOISE;
      const x0 = Math.floor(fx);
      const tx = fade(fx - x0);
      const a = x0 % across;
      const b = (x0 + 1) % across;
      const top = mix(cells[row0 + a]!, cells[row0 + b]!, tx);
      const bottom = mix(cells[row1 + a]!, cells[row1 + b]!, tx);
      into[y * NOISE + x]! += gain * mix(top, bottom, ty);
    }
  }
}

const fade = (t: number): number => t * t * (3 - 2 * t);

function build(): NoiseTiles {
  const size = NOISE * NOISE;
  const stream = random('synthetic noise', 'grain');
  const grain = new Float32Array(size);
  for (let i = 0; i < size; i++) grain[i] = (stream.next() + stream.next() + stream.next() - 1.5) / 1.5;
  const cloud = new Float32Array(size);
  for (const [cells, gain] of [
    [8, 0.55],
    [16, 0.4],
    [32, 0.3],
    [64, 0.2],
    [128, 0.12],
  ] as const)
    addOctave(cloud, cells, cells, gain, 'cloud');
  const mist = new Float32Array(size);
  for (const [cells, gain] of [
    [8, 0.7],
    [16, 0.45],
  ] as const)
    addOctave(mist, cells, cells, gain, 'mist');
  const strand = new Float32Array(size).fill(0.5);
  for (const [across, along, gain] of [
    [16, 2, 0.14],
    [48, 4, 0.18],
    [112, 6, 0.2],
    [224, 8, 0.16],
  ] as const)
    addOctave(strand, across, along, gain, 'strand');
  const curl = new Float32Array(size).fill(0.5);
  for (const [cells, gain] of [
    [14, 0.12],
    [28, 0.28],
    [56, 0.24],
    [120, 0.14],
  ] as const)
    addOctave(curl, cells, cells, gain, 'curl');
  return { grain, cloud, mist, strand, curl };
}

let tiles: NoiseTiles | undefined;

/** The tiles, made once a process (about 60 ms). */
export function noiseTiles(): NoiseTiles {
  tiles ??= build();
  return tiles;
}

/** Index into a tile; u and v are in tiles and may be any finite number. */
export const noiseIndex = (u: number, v: number): number =>
  (((v * NOISE) & WRAP) * NOISE) | ((u * NOISE) & WRAP);
