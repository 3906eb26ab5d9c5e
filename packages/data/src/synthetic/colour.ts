/** Colours in linear light. */

import type { Random } from '../random.ts';
import { decodeSrgb, mix } from './math.ts';

/** Linear red, green and blue, 0 to 1. */
export type Colour = readonly [number, number, number];

export const srgb = (c: readonly [number, number, number]): Colour => [
  decodeSrgb(c[0] / 255),
  decodeSrgb(c[1] / 255),
  decodeSrgb(c[2] / 255),
];

export const times = (c: Colour, f: number): Colour => [c[0] * f, c[1] * f, c[2] * f];

export const blend = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];

/** A colour brighter or darker by up to `amount`, and a little off in hue. */
export const jitter = (r: Random, c: Colour, amount: number): Colour => {
  const f = 1 + amount * r.uniform(-1, 1);
  return [
    c[0] * f * (1 + 0.3 * amount * r.uniform(-1, 1)),
    c[1] * f,
    c[2] * f * (1 + 0.3 * amount * r.uniform(-1, 1)),
  ];
};
