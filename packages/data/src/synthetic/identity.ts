import { random } from '../random.ts';
import { type Colour, jitter } from './colour.ts';
import { clamp } from './math.ts';
import type { Shape } from './shape.ts';
import {
  beardOf,
  browsOf,
  HAIR_COLOURS,
  type HairColourName,
  hairColour,
  hairOf,
  hairStyle,
  LONG,
} from './traits-hair.ts';
import { shapeOf } from './traits-shape.ts';
import { irisOf, skinOf, skinTone } from './traits-skin.ts';

/** Two populations with other hair, cameras and light, for tests across data sets. */
export type Population = 'a' | 'b';

export const HAIR_STYLES = [
  'bald',
  'buzz',
  'short',
  'crop',
  'quiff',
  'curls',
  'afro',
  'tied',
  'bob',
  'long',
  'wavy',
] as const;

export type HairStyle = (typeof HAIR_STYLES)[number];

export interface Skin {
  readonly colour: Colour;
  /** From 0 to about 1 each. */
  readonly redness: number;
  readonly freckles: number;
  readonly blemishes: number;
  readonly blotches: number;
  readonly darkEyes: number;
  readonly lines: number;
  readonly gloss: number;
  /** Moles: x and y on the mean face, radius in centimetres. */
  readonly moles: readonly (readonly [number, number, number])[];
  readonly lips: Colour;
  /** Make-up around the eyes, 0 to 1. */
  readonly liner: number;
  readonly shadow: number;
  readonly shadowColour: Colour;
}

export interface Brows {
  readonly thickness: number;
  readonly arch: number;
  readonly tilt: number;
  readonly density: number;
  readonly length: number;
  readonly gap: number;
  readonly height: number;
  readonly colour: Colour;
}

export interface Beard {
  /** 0 none, 0.2 to 0.5 stubble, 1 full; for each part. */
  readonly moustache: number;
  readonly chin: number;
  readonly cheeks: number;
  /** Length in centimetres. */
  readonly length: number;
  readonly colour: Colour;
}

export interface Hair {
  readonly style: HairStyle;
  readonly colour: Colour;
  /** Paler strands, 0 to 1. */
  readonly streaks: number;
  /** Height of the hairline above the eyes, cm, and the recession at the temples. */
  readonly line: number;
  readonly recession: number;
  readonly peak: number;
  readonly sideburns: number;
  /** Thickness on top and at the sides, cm. */
  readonly top: number;
  readonly sides: number;
  /** Where the hair parts, degrees from the middle. */
  readonly parting: number;
  /** Length below the eyes for hair that falls, cm. */
  readonly length: number;
  /** Fringe: 0 none, else how far it comes down the forehead (0 to 1). */
  readonly fringe: number;
  readonly wave: number;
  /** Azimuth where falling hair begins, degrees from the front. */
  readonly edge: number;
  readonly shine: number;
}

/** Everything that stays the same in all pictures of one person. */
export interface Identity {
  readonly name: string;
  readonly shape: Shape;
  readonly cranium: { readonly height: number; readonly width: number; readonly back: number };
  readonly ears: { readonly size: number; readonly flare: number; readonly height: number };
  readonly neck: number;
  readonly iris: Colour;
  readonly irisSize: number;
  readonly skin: Skin;
  readonly brows: Brows;
  readonly beard: Beard;
  readonly hair: Hair;
  /** Classes for choosing impostors who look alike at first glance. */
  readonly attributes: Attributes;
}

export interface Attributes {
  /** 0 palest to 5 darkest. */
  readonly skin: number;
  readonly hairColour: HairColourName;
  readonly hairLength: 'none' | 'short' | 'long';
  readonly beard: boolean;
}

/** Name of a person: population, dash, five digits. */
export const identityName = (population: Population, index: number): string =>
  `${population}-${String(index).padStart(5, '0')}`;

/** The person number `index` of a population. The same arguments give the same person on every machine. */
export function identityOf(seed: number, index: number, population: Population = 'a'): Identity {
  const r = random(seed, 'synthetic identity', population, index);
  const male = r.next() < 0.5;
  const age = r.next() * r.next();
  const tone = skinTone(r);
  const colourName = hairColour(r, tone, age, population);
  const hairTint = jitter(r, HAIR_COLOURS[colourName], 0.22);
  const style = hairStyle(r, male, age, population);
  const beard = beardOf(r, male, style, hairTint, colourName);
  const bald = style === 'bald';
  return {
    name: identityName(population, index),
    shape: shapeOf(r, male),
    cranium: { height: r.normal() * 0.55, width: r.normal() * 0.3, back: r.normal() * 0.5 },
    ears: {
      size: 0.95 + 0.07 * r.normal() + (male ? 0.03 : -0.05),
      flare: clamp(16 + 10 * r.normal(), 2, 42),
      height: 0.4 * r.normal(),
    },
    neck: (male ? 5.6 : 4.9) + 0.3 * r.normal(),
    iris: irisOf(r, tone),
    irisSize: 0.6 + 0.03 * r.normal(),
    skin: skinOf(r, tone, male, age),
    brows: browsOf(r, male, colourName),
    beard,
    hair: hairOf(r, style, male, hairTint, age),
    attributes: {
      skin: Math.min(5, Math.floor(tone)),
      hairColour: colourName,
      hairLength: bald || style === 'buzz' ? 'none' : LONG.has(style) ? 'long' : 'short',
      beard: Math.max(beard.chin, beard.cheeks) > 0.55,
    },
  };
}
