/** Procedural textures, from whole numbers and the four basic operations alone: the same on every machine. */
import type { Random } from '../random.ts';
import type { Colour, Paint } from './canvas.ts';

/** A value for each point of the plane. */
export type Field = (x: number, y: number) => number;

/** Independent values in [-1, 1] from pixel to pixel. */
export function grain(random: Random): Field {
  const seed = random.integer(0, 2 ** 31);
  return (x, y) => {
    let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ seed;
    h = Math.imul(h ^ (h >>> 15), 2246822519);
    h = Math.imul(h ^ (h >>> 13), 3266489917);
    return ((h ^ (h >>> 16)) >>> 0) / 2147483647.5 - 1;
  };
}

const LATTICE = 16;

/** Smooth values in [-1, 1] that change over `cell` pixels. */
export function clouds(random: Random, cell: number): Field {
  const lattice = Float64Array.from({ length: LATTICE * LATTICE }, () => random.uniform(-1, 1));
  const at = (i: number, j: number): number =>
    lattice[(j & (LATTICE - 1)) * LATTICE + (i & (LATTICE - 1))] as number;
  return (x, y) => {
    const i = Math.floor(x / cell);
    const j = Math.floor(y / cell);
    const s = ease(x / cell - i);
    const t = ease(y / cell - j);
    const upper = at(i, j) + s * (at(i + 1, j) - at(i, j));
    const lower = at(i, j + 1) + s * (at(i + 1, j + 1) - at(i, j + 1));
    return upper + t * (lower - upper);
  };
}

/** 0 up to 0, 1 from 1, smooth between. */
export function ease(t: number): number {
  const cut = Math.min(1, Math.max(0, t));
  return cut * cut * (3 - 2 * cut);
}

/** 0 or 1 in turn along the line, with soft edges; `share` of a period is 1. */
export function band(value: number, period: number, share: number, soft: number): number {
  const phase = (value / period - Math.floor(value / period)) * period;
  const centre = Math.abs(phase - period / 2);
  return ease(((share * period) / 2 - centre) / soft + 0.5);
}

export const anyColour = (random: Random, low = 0, high = 255): Colour => [
  random.uniform(low, high),
  random.uniform(low, high),
  random.uniform(low, high),
];

/** Opaque paint between two colours by the field: 0 gives the first, 1 the second. */
export const mixed =
  (a: Colour, b: Colour, field: Field): Paint =>
  (x, y, out) => {
    const t = field(x, y);
    for (let c = 0; c < 3; c++) out[c] = (a[c] as number) + t * ((b[c] as number) - (a[c] as number));
    return 1;
  };
