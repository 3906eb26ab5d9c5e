/** Skin and eyes of a person, drawn from a random stream. */

import type { Random } from '../random.ts';
import { blend, type Colour, jitter, srgb } from './colour.ts';
import type { Skin } from './identity.ts';
import { clamp } from './math.ts';

/** Skin in sRGB from palest to darkest, after photographs under neutral light. */
const SKIN_RAMP = [
  [238, 199, 176],
  [229, 184, 156],
  [214, 165, 132],
  [194, 142, 107],
  [162, 109, 78],
  [120, 77, 54],
  [82, 53, 39],
] as const;

const IRISES: readonly Colour[] = [
  [0.045, 0.02, 0.01],
  [0.08, 0.038, 0.015],
  [0.12, 0.066, 0.024],
  [0.095, 0.09, 0.036],
  [0.065, 0.105, 0.1],
  [0.07, 0.12, 0.19],
  [0.13, 0.155, 0.17],
];

/** Position on the skin ramp, 0 to 6. */
export const skinTone = (r: Random): number => {
  const u = r.next();
  return clamp(u < 0.62 ? r.uniform(0, 2.9) : u < 0.84 ? r.uniform(2.4, 4.3) : r.uniform(4, 5.9), 0, 5.99);
};

export function irisOf(r: Random, tone: number): Colour {
  const top = tone > 3 ? 2 : tone > 2 ? 3 : 7;
  return jitter(r, IRISES[r.integer(0, top)]!, 0.3);
}

export function skinOf(r: Random, tone: number, male: boolean, age: number): Skin {
  const low = Math.floor(tone);
  const base = blend(srgb(SKIN_RAMP[low]!), srgb(SKIN_RAMP[Math.min(6, low + 1)]!), tone - low);
  const warmth = 0.07 * r.normal();
  const colour: Colour = [
    base[0] * (1 + 0.4 * warmth),
    base[1] * (1 - 0.25 * warmth),
    base[2] * (1 - 0.9 * warmth),
  ];
  const pale = clamp(1 - tone / 4, 0, 1);
  const painted = !male && r.next() < 0.45;
  const lipBase: Colour = [
    colour[0] * 0.8,
    colour[1] * (0.43 + 0.055 * tone),
    colour[2] * (0.5 + 0.055 * tone),
  ];
  const lipstick = r.pick<Colour>([
    [0.42, 0.03, 0.05],
    [0.5, 0.09, 0.12],
    [0.33, 0.06, 0.07],
    [0.55, 0.17, 0.16],
    [0.2, 0.02, 0.05],
  ]);
  const moles = Array.from(
    { length: r.next() < 0.55 ? r.integer(1, 5) : 0 },
    () => [r.uniform(-5, 5), r.uniform(-9.5, 3.8), 0.08 + 0.14 * r.next() * r.next()] as const,
  );
  return {
    colour,
    redness: r.uniform(0.3, 1.25) * (0.4 + 0.6 * pale),
    freckles: pale > 0.3 && r.next() < 0.22 ? r.uniform(0.3, 1) : 0,
    blemishes: r.next() < 0.4 ? r.next() : 0.1,
    blotches: r.uniform(0.3, 1),
    darkEyes: r.uniform(0, 1),
    lines: clamp(age * 1.5 + 0.12 * r.normal(), 0, 1),
    gloss: r.uniform(0.35, 1),
    moles,
    lips: painted ? blend(lipBase, lipstick, r.uniform(0.45, 0.95)) : jitter(r, lipBase, 0.16),
    liner: painted ? r.uniform(0.4, 1) : male ? 0 : r.uniform(0, 0.4),
    shadow: painted && r.next() < 0.6 ? r.uniform(0.2, 0.7) : 0,
    shadowColour: r.pick<Colour>([
      [0.12, 0.07, 0.05],
      [0.1, 0.06, 0.09],
      [0.05, 0.06, 0.09],
      [0.25, 0.13, 0.09],
    ]),
  };
}
