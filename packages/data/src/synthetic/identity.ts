import { type Random, random } from '../random.ts';
import { clamp, decodeSrgb, mix } from './math.ts';
import { SHAPE_AXES, type Shape } from './shape.ts';

/** Two populations with other hair, cameras and light, for tests across data sets. */
export type Population = 'a' | 'b';
/** Linear red, green and blue, 0 to 1. */
export type Colour = readonly [number, number, number];

export const HAIR_STYLES = [
  'bald', 'buzz', 'short', 'crop', 'quiff', 'curls', 'afro', 'tied', 'bob', 'long', 'wavy',
] as const;
export type HairStyle = (typeof HAIR_STYLES)[number];

export interface Skin {
  readonly colour: Colour;
  /** 0 to 1 each. */
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

/** Skin in sRGB from palest to darkest, after photographs under neutral light. */
const SKIN_RAMP = [
  [238, 199, 176], [229, 184, 156], [214, 165, 132], [194, 142, 107], [162, 109, 78], [120, 77, 54], [82, 53, 39],
] as const;

const HAIR_COLOURS = {
  black: [0.012, 0.01, 0.009],
  darkBrown: [0.032, 0.02, 0.013],
  brown: [0.085, 0.048, 0.026],
  lightBrown: [0.18, 0.105, 0.055],
  blond: [0.42, 0.28, 0.14],
  red: [0.25, 0.07, 0.022],
  grey: [0.3, 0.29, 0.275],
} as const satisfies Record<string, Colour>;
export type HairColourName = keyof typeof HAIR_COLOURS;

const IRISES: readonly Colour[] = [
  [0.055, 0.025, 0.012], [0.1, 0.05, 0.02], [0.15, 0.085, 0.03], [0.13, 0.13, 0.05], [0.1, 0.17, 0.17], [0.12, 0.2, 0.32], [0.22, 0.26, 0.28],
];

const srgb = (c: readonly [number, number, number]): Colour => [
  decodeSrgb(c[0] / 255), decodeSrgb(c[1] / 255), decodeSrgb(c[2] / 255),
];
const times = (c: Colour, f: number): Colour => [c[0] * f, c[1] * f, c[2] * f];
const blend = (a: Colour, b: Colour, t: number): Colour => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];

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
    ears: { size: 0.95 + 0.07 * r.normal() + (male ? 0.03 : -0.05), flare: clamp(16 + 10 * r.normal(), 2, 42), height: 0.4 * r.normal() },
    neck: (male ? 5.6 : 4.7) + 0.3 * r.normal(),
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

const LONG: ReadonlySet<HairStyle> = new Set(['bob', 'long', 'wavy']);

const jitter = (r: Random, c: Colour, amount: number): Colour => {
  const f = 1 + amount * r.uniform(-1, 1);
  return [c[0] * f * (1 + 0.3 * amount * r.uniform(-1, 1)), c[1] * f, c[2] * f * (1 + 0.3 * amount * r.uniform(-1, 1))];
};

/** Position on the skin ramp, 0 to 6. */
const skinTone = (r: Random): number => {
  const u = r.next();
  return clamp(u < 0.62 ? r.uniform(0, 2.9) : u < 0.84 ? r.uniform(2.4, 4.3) : r.uniform(4, 5.9), 0, 5.99);
};

function hairColour(r: Random, tone: number, age: number, population: Population): HairColourName {
  if (r.next() < (age - 0.35) * 1.4) return 'grey';
  const u = r.next() + (population === 'b' ? -0.08 : 0);
  if (tone > 3.4) return u < 0.72 ? 'black' : 'darkBrown';
  if (tone > 2) return u < 0.42 ? 'black' : u < 0.76 ? 'darkBrown' : u < 0.95 ? 'brown' : 'blond';
  return u < 0.13 ? 'black' : u < 0.38 ? 'darkBrown' : u < 0.58 ? 'brown' : u < 0.75 ? 'lightBrown' : u < 0.92 ? 'blond' : 'red';
}

function hairStyle(r: Random, male: boolean, age: number, population: Population): HairStyle {
  const u = r.next();
  if (male) {
    if (u < 0.06 + 0.2 * age) return 'bald';
    const styles = population === 'a'
      ? (['buzz', 'short', 'short', 'crop', 'crop', 'quiff', 'quiff', 'curls', 'afro', 'wavy'] as const)
      : (['buzz', 'buzz', 'short', 'crop', 'quiff', 'curls', 'curls', 'wavy'] as const);
    return r.pick(styles);
  }
  const styles = population === 'a'
    ? (['long', 'long', 'long', 'wavy', 'wavy', 'bob', 'bob', 'tied', 'tied', 'crop', 'curls', 'afro'] as const)
    : (['long', 'wavy', 'wavy', 'bob', 'tied', 'tied', 'short', 'curls', 'curls', 'afro'] as const);
  return r.pick(styles);
}

/** Mean of the axes for men; women have the negative. */
const SEX: Shape = {
  jawWidth: 0.55, jawAngle: 0.35, browRidge: 0.75, browHeight: -0.4, noseWidth: 0.35, noseProjection: 0.3, chinLength: 0.35,
  chinWidth: 0.55, lowerFace: 0.3, upperLip: -0.35, lowerLip: -0.25, eyeHeight: -0.3, bridgeHeight: 0.3, noseTip: -0.25,
  cheekbones: -0.1, foreheadSlope: 0.3, mouthWidth: 0.2,
};

/** What the template, measured on faces that squint and smile, lacks. */
const MEAN: Shape = { eyeHeight: 0.45, eyeWidth: 0.5, jawWidth: -0.35, cheekFullness: -0.2 };

function shapeOf(r: Random, male: boolean): Shape {
  const shape: Shape = {};
  for (const axis of SHAPE_AXES) {
    const gain = axis.startsWith('mode') ? 1.1 : 0.64;
    shape[axis] = clamp(gain * r.normal() + (male ? 1 : -1) * (SEX[axis] ?? 0) + (MEAN[axis] ?? 0), -2.6, 2.6);
  }
  return shape;
}

function irisOf(r: Random, tone: number): Colour {
  const top = tone > 3 ? 2 : tone > 2 ? 3 : 7;
  return jitter(r, IRISES[r.integer(0, top)]!, 0.3);
}

function skinOf(r: Random, tone: number, male: boolean, age: number): Skin {
  const low = Math.floor(tone);
  const base = blend(srgb(SKIN_RAMP[low]!), srgb(SKIN_RAMP[Math.min(6, low + 1)]!), tone - low);
  const warmth = 0.07 * r.normal();
  const colour: Colour = [base[0] * (1 + 0.4 * warmth), base[1] * (1 - 0.25 * warmth), base[2] * (1 - 0.9 * warmth)];
  const pale = clamp(1 - tone / 4, 0, 1);
  const painted = !male && r.next() < 0.45;
  const lipBase: Colour = [colour[0] * 0.8, colour[1] * (0.43 + 0.055 * tone), colour[2] * (0.5 + 0.055 * tone)];
  const lipstick = r.pick<Colour>([[0.42, 0.03, 0.05], [0.5, 0.09, 0.12], [0.33, 0.06, 0.07], [0.55, 0.17, 0.16], [0.2, 0.02, 0.05]]);
  const moles = Array.from({ length: r.next() < 0.55 ? r.integer(1, 5) : 0 }, () =>
    [r.uniform(-5, 5), r.uniform(-9.5, 3.8), 0.08 + 0.14 * r.next() * r.next()] as const);
  return {
    colour,
    redness: r.uniform(0.1, 1) * (0.4 + 0.6 * pale),
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
    shadowColour: r.pick<Colour>([[0.12, 0.07, 0.05], [0.1, 0.06, 0.09], [0.05, 0.06, 0.09], [0.25, 0.13, 0.09]]),
  };
}

function browsOf(r: Random, male: boolean, colourName: HairColourName): Brows {
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

function beardOf(r: Random, male: boolean, style: HairStyle, tint: Colour, colourName: HairColourName): Beard {
  const colour = colourName === 'blond' ? blend(tint, HAIR_COLOURS.lightBrown, 0.5) : times(tint, 0.9);
  const none = { moustache: 0, chin: 0, cheeks: 0, length: 0, colour };
  if (!male) return none;
  const u = r.next() + (style === 'bald' || style === 'buzz' ? 0.12 : 0);
  if (u < 0.34) return { ...none, moustache: 0.08, chin: 0.08, cheeks: 0.07 };
  if (u < 0.62) {
    const s = r.uniform(0.15, 0.5);
    return { moustache: s * r.uniform(0.7, 1.2), chin: s, cheeks: s * r.uniform(0.4, 1), length: 0.05, colour };
  }
  if (u < 0.7) return { moustache: r.uniform(0.8, 1), chin: 0.12, cheeks: 0.1, length: 0.25, colour };
  if (u < 0.84) return { moustache: r.uniform(0.6, 1), chin: r.uniform(0.75, 1), cheeks: r.uniform(0.05, 0.3), length: r.uniform(0.15, 0.7), colour };
  return { moustache: r.uniform(0.75, 1), chin: 1, cheeks: r.uniform(0.75, 1), length: r.uniform(0.2, 1.3), colour };
}

function hairOf(r: Random, style: HairStyle, male: boolean, colour: Colour, age: number): Hair {
  const longer = LONG.has(style);
  const sizes: Record<HairStyle, readonly [top: number, sides: number]> = {
    bald: [0, 0], buzz: [0.22, 0.15], short: [0.7, 0.4], crop: [1, 0.7], quiff: [1.9, 0.35], curls: [2, 1.5], afro: [3.4, 2.9],
    tied: [0.5, 0.4], bob: [1.1, 0.75], long: [1, 0.65], wavy: [1.4, 1.15],
  };
  const [top, sides] = sizes[style];
  const fringed = (longer && r.next() < 0.32) || (style === 'crop' && r.next() < 0.5);
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
