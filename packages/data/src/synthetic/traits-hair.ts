/** Hair, eyebrows and beard of a person, drawn from a random stream. */

import type { Random } from '../random.ts';
import { blend, type Colour, times } from './colour.ts';
import type { Beard, Brows, Hair, HairStyle, Population } from './identity.ts';
import { clamp } from './math.ts';

export const HAIR_COLOURS = {
  black: [0.012, 0.01, 0.009],
  darkBrown: [0.032, 0.02, 0.013],
  brown: [0.085, 0.048, 0.026],
  lightBrown: [0.18, 0.105, 0.055],
  blond: [0.42, 0.28, 0.14],
  red: [0.25, 0.07, 0.022],
  grey: [0.3, 0.29, 0.275],
} as const satisfies Record<string, Colour>;

export type HairColourName = keyof typeof HAIR_COLOURS;

/** Styles that fall below the ears. */
export const LONG: ReadonlySet<HairStyle> = new Set(['bob', 'long', 'wavy']);

export function hairColour(r: Random, tone: number, age: number, population: Population): HairColourName {
  if (r.next() < (age - 0.35) * 1.4) return 'grey';
  const u = r.next() + (population === 'b' ? -0.08 : 0);
  if (tone > 3.4) return u < 0.72 ? 'black' : 'darkBrown';
  if (tone > 2) return u < 0.42 ? 'black' : u < 0.76 ? 'darkBrown' : u < 0.95 ? 'brown' : 'blond';
  return u < 0.13
    ? 'black'
    : u < 0.38
      ? 'darkBrown'
      : u < 0.58
        ? 'brown'
        : u < 0.75
          ? 'lightBrown'
          : u < 0.92
            ? 'blond'
            : 'red';
}

export function hairStyle(r: Random, male: boolean, age: number, population: Population): HairStyle {
  const u = r.next();
  if (male) {
    if (u < 0.06 + 0.2 * age) return 'bald';
    const styles =
      population === 'a'
        ? (['buzz', 'short', 'short', 'crop', 'crop', 'quiff', 'quiff', 'curls', 'afro', 'short'] as const)
        : (['buzz', 'buzz', 'short', 'crop', 'quiff', 'curls', 'curls', 'short'] as const);
    return r.pick(styles);
  }
  const styles =
    population === 'a'
      ? ([
          'long',
          'long',
          'long',
          'wavy',
          'wavy',
          'bob',
          'bob',
          'tied',
          'tied',
          'crop',
          'curls',
          'afro',
        ] as const)
      : (['long', 'wavy', 'wavy', 'bob', 'tied', 'tied', 'short', 'curls', 'curls', 'afro'] as const);
  return r.pick(styles);
}

export function hairOf(r: Random, style: HairStyle, male: boolean, colour: Colour, age: number): Hair {
  const longer = LONG.has(style);
  const sizes: Record<HairStyle, readonly [top: number, sides: number]> = {
    bald: [0, 0],
    buzz: [0.22, 0.15],
    short: [0.7, 0.4],
    crop: [1, 0.7],
    quiff: [1.9, 0.35],
    curls: [2, 1.5],
    afro: [3.4, 2.9],
    tied: [0.5, 0.4],
    bob: [1.1, 0.75],
    long: [1, 0.65],
    wavy: [1.4, 1.15],
  };
  const [top, sides] = sizes[style];
  const fringed = (longer && r.next() < 0.26) || (style === 'crop' && r.next() < 0.28);
  const wavy = style === 'wavy' || style === 'curls' || style === 'afro';
  return {
    style,
    colour,
    streaks: r.next() < 0.3 ? r.uniform(0.3, 1) : 0.1,
    line: clamp(5.9 + 0.55 * r.normal() + (male ? 0.25 + 0.8 * age : 0), 4.7, 8),
    recession: clamp((male ? 0.7 + 1.1 * age : 0.15) + 0.5 * r.normal(), -0.3, 2.4),
    peak: clamp(0.25 * r.normal(), -0.2, 0.7),
    sideburns: male ? r.uniform(0, 2.4) : r.uniform(-0.6, 0.6),
    top: top * r.uniform(0.7, 1.35),
    sides: sides * r.uniform(0.7, 1.3),
    parting: r.pick([-28, -18, 0, 0, 0, 18, 28]) + 4 * r.normal(),
    length: style === 'bob' ? r.uniform(4, 10) : longer ? r.uniform(12, 24) : 0,
    fringe: fringed ? r.uniform(0.35, 0.95) : 0,
    wave: wavy ? r.uniform(0.5, 1) : r.uniform(0, 0.3),
    edge: r.uniform(44, 74),
    shine: r.uniform(0.4, 1),
  };
}

export function browsOf(r: Random, male: boolean, colourName: HairColourName): Brows {
  const tint = HAIR_COLOURS[colourName === 'grey' && r.next() < 0.6 ? 'darkBrown' : colourName];
  const dark = blend(tint, HAIR_COLOURS.darkBrown, 0.45);
  return {
    thickness: clamp((male ? 0.4 : 0.29) * (1 + 0.34 * r.normal()), 0.14, 0.75),
    arch: clamp((male ? 0.25 : 0.42) + 0.28 * r.normal(), -0.2, 1.1),
    tilt: 0.13 * r.normal(),
    density: clamp((male ? 0.85 : 0.75) + 0.2 * r.normal(), 0.25, 1),
    length: clamp(4.25 + 0.35 * r.normal(), 3.3, 5),
    gap: clamp((male ? 1.15 : 1.4) + 0.32 * r.normal(), 0.35, 2.1),
    height: 0.3 * r.normal() - (male ? 0.1 : -0.05),
    colour: times(dark, r.uniform(0.7, 1.25)),
  };
}

export function beardOf(
  r: Random,
  male: boolean,
  style: HairStyle,
  tint: Colour,
  colourName: HairColourName,
): Beard {
  const colour = colourName === 'blond' ? blend(tint, HAIR_COLOURS.lightBrown, 0.5) : times(tint, 0.9);
  const none = { moustache: 0, chin: 0, cheeks: 0, length: 0, colour };
  if (!male) return none;
  const u = r.next() + (style === 'bald' || style === 'buzz' ? 0.12 : 0);
  if (u < 0.34) return { ...none, moustache: 0.08, chin: 0.08, cheeks: 0.07 };
  if (u < 0.62) {
    const s = r.uniform(0.15, 0.5);
    return {
      moustache: s * r.uniform(0.7, 1.2),
      chin: s,
      cheeks: s * r.uniform(0.4, 1),
      length: 0.05,
      colour,
    };
  }
  if (u < 0.7) return { moustache: r.uniform(0.8, 1), chin: 0.12, cheeks: 0.1, length: 0.25, colour };
  if (u < 0.84)
    return {
      moustache: r.uniform(0.6, 1),
      chin: r.uniform(0.75, 1),
      cheeks: r.uniform(0.05, 0.3),
      length: r.uniform(0.15, 0.7),
      colour,
    };
  return {
    moustache: r.uniform(0.75, 1),
    chin: 1,
    cheeks: r.uniform(0.75, 1),
    length: r.uniform(0.2, 1.3),
    colour,
  };
}
