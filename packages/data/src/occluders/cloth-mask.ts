/** Cloth mask: sewn of two halves or of one flat piece, plain, woven or printed, on ear loops or tied behind the head. */
import { z } from 'zod';
import type { Layer } from '../drape/layer.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { bowed, type MaskCut, maskSheet, ridged } from '../drape/mask-shape.ts';
import { wornBy } from '../drape/wear.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import { EMBLEMS, emblem } from '../draw/emblem.ts';
import { type Pattern, WEAVES } from '../draw/pattern.ts';
import type { Pyramid } from '../draw/pyramid.ts';
import { clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import { type Band, bandsOf, cutAt, drawMask, type Hold, jittered, topAt, wearing } from './face-mask.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';
import { openTexture, printed, type Textured } from './texture.ts';

const Cut = z.enum(['seamed', 'flat']);
const PatternName = z.enum(['plain', 'stripes', 'checks', 'dots', 'flowers', 'camouflage', 'emblem']);

const card: Card = {
  what: 'a sewn cloth mask, plain, woven, printed or with your picture, worn right or with the nose out',
  follows: 'the face mesh',
  area: [0.32, 0.52],
  controllable: true,
};

export const ClothMaskConfig = z.strictObject({
  kind: z.literal('cloth'),
  weight,
  area: areaOf(card),
  /** Share of the pictures in which it is worn under the nose, where `area` does not say otherwise. */
  underNose: z.number().min(0).max(1).default(0.1),
  /** Two halves with a seam down the middle, or one piece. */
  cuts: z.array(Cut).min(1).default(Cut.options),
  patterns: z.array(PatternName).min(1).default(PatternName.options),
  /** Share of the masks that are tied behind the head; the others hang on ear loops. */
  tied: z.number().min(0).max(1).default(0.25),
  /** How deep the folds at the sides are; 0: smooth. */
  folds: range(0, 1).default([0.3, 1]),
  /** File of a picture to print on it in place of a pattern. */
  texture: z.string().min(1).optional(),
});
export type ClothMaskConfig = z.infer<typeof ClothMaskConfig>;

export const clothMask: OccluderKind<ClothMaskConfig, Textured> = {
  card,
  open: openTexture,
  prepare(config, face, random, { picture }) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const how = wearing(config, random);
    const look = lookOf(config, light, worn.pose.scale, random, picture);
    const cut = sewn(look.seamed, random);
    const hold: Hold = random.next() < config.tied ? 'head ties' : 'ear loops';
    const band = bandOf(hold, look.ground, random);
    return {
      draw(size) {
        const whole = cutAt(cut, topAt(how.top, size));
        const sheet = maskSheet(whole);
        const straps = bandsOf(sheet, face, hold, band);
        const paint = (layer: Layer): Paint => cloth(layer, whole, look);
        const canvas = drawMask(face, worn, light, sheet, { straps, paint });
        return canvas.finish({
          cut: look.seamed ? 'seamed' : 'flat',
          pattern: look.name,
          ground: look.ground.map(Math.round).join(' '),
          hold,
          worn: how.name,
        });
      },
    };
  },
};

function sewn(seamed: boolean, random: Random): Omit<MaskCut, 'top'> {
  return {
    sideTop: random.uniform(-3.2, -2),
    sideBottom: random.uniform(-7.4, -6.2),
    bottom: random.uniform(-11.4, -10.8),
    half: random.uniform(5.5, 6.2),
    relief: seamed ? ridged(random.uniform(0.9, 1.6)) : bowed(random.uniform(0.1, 0.35)),
  };
}

function bandOf(hold: Hold, ground: Colour, random: Random): Band {
  const tie = hold === 'head ties';
  const elastic: readonly Colour[] = [
    [226, 226, 224],
    [44, 44, 48],
  ];
  return {
    radius: tie ? random.uniform(0.2, 0.32) : random.uniform(0.12, 0.2),
    colour: tie || random.next() < 0.4 ? ground : random.pick(elastic),
  };
}

/** Everything about a mask but its place. */
interface Look {
  readonly name: string;
  readonly ground: Colour;
  readonly seamed: boolean;
  readonly pattern: Pattern;
  /** Pixels a cm. */
  readonly scale: number;
  readonly light: Light;
  readonly fibres: Field;
  readonly uneven: Field;
  /** How much the cloth leans down at a place across (-1 to 1) and along (0 to 1). */
  readonly lean: Field;
}

function lookOf(
  config: ClothMaskConfig,
  light: Light,
  scale: number,
  random: Random,
  picture: Pyramid | undefined,
): Look {
  const seamed = random.pick(config.cuts) === 'seamed';
  const drawn = random.pick(config.patterns);
  const colours = coloursOf(drawn, random);
  const pattern = patternOf(drawn, colours, seamed, random);
  return {
    name: picture ? 'texture' : drawn,
    ground: colours[0]!,
    seamed,
    pattern: picture ? printed(picture, PRINT) : pattern,
    scale,
    light,
    fibres: grain(random),
    uneven: clouds(random, random.uniform(4, 8)),
    lean: leanOf(random.uniform(...config.folds), random),
  };
}

/** Width in cm of the user's picture: the front of the mask. */
const PRINT = 15;

const CLOTHS: readonly Colour[] = [
  [34, 40, 66],
  [38, 38, 42],
  [132, 134, 140],
  [150, 36, 44],
  [228, 226, 220],
  [58, 92, 136],
  [84, 110, 84],
  [206, 156, 160],
  [196, 178, 150],
  [112, 62, 98],
  [214, 166, 70],
  [92, 150, 158],
];
const CAMOUFLAGE: readonly (readonly Colour[])[] = [
  [
    [124, 122, 84],
    [74, 86, 56],
    [88, 68, 48],
    [40, 42, 38],
  ],
  [
    [190, 172, 138],
    [150, 124, 90],
    [112, 88, 64],
    [210, 198, 170],
  ],
  [
    [150, 154, 160],
    [104, 110, 118],
    [72, 78, 86],
    [44, 48, 56],
  ],
];
const LEAF: Colour = [86, 124, 80];

function coloursOf(pattern: z.infer<typeof PatternName>, random: Random): Colour[] {
  if (pattern === 'camouflage') return random.pick(CAMOUFLAGE).map((colour) => jittered(colour, random));
  const ground = random.pick(CLOTHS);
  const others = CLOTHS.filter((colour) => apart(colour, ground) > 110);
  const second = random.pick(others);
  return [...[ground, second, random.pick(others)].map((colour) => jittered(colour, random)), LEAF];
}

const apart = (a: Colour, b: Colour): number =>
  Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);

function patternOf(
  name: z.infer<typeof PatternName>,
  colours: readonly Colour[],
  seamed: boolean,
  random: Random,
): Pattern {
  if (name !== 'emblem') {
    const woven = WEAVES[name](colours, random);
    return seamed ? inHalves(woven) : woven;
  }
  const place = {
    x: seamed ? random.pick([-3, 3]) : 0,
    y: random.uniform(5, 6.5),
    radius: random.uniform(0.9, 1.7),
  };
  return emblem(WEAVES.plain(colours, random), random.pick(EMBLEMS), colours[1]!, place);
}

/** Two pieces of one cloth: their patterns do not meet at the seam. */
const inHalves =
  (pattern: Pattern): Pattern =>
  (x, y, soft, out) =>
    x < 0 ? pattern(x, y, soft, out) : pattern(x + 3.7, y + 1.3, soft, out);

/** Soft folds that run from the sides inwards. */
function leanOf(depth: number, random: Random): Field {
  const height = clouds(random, 1);
  const step = 0.05;
  return (across, along) => {
    const [x, y] = [1.4 * across, 7 * along + across * across];
    const side = depth * across * across;
    if (side < 0.04) return 0;
    return (0.55 * side * (height(x, y + step) - height(x, y - step))) / (2 * step);
  };
}

/** The cloth, lit as the face is; hemmed all round, stitched, darker where it turns under the chin. */
function cloth(
  { u, v, nx, ny, nz }: Layer,
  { top, bottom, half }: MaskCut,
  { seamed, pattern, scale, light, fibres, uneven, lean }: Look,
): Paint {
  // A little longer than seen from the front: the cloth is curved.
  const [wide, high] = [1.15 * half, 1.1 * (top - bottom)];
  return (x, y, out, at) => {
    const across = 2 * u[at]! - 1;
    const along = v[at]!;
    const soft = 1.4 / (scale * Math.max(0.35, nz[at]!));
    const [cx, cy] = [across * wide, along * high];
    pattern(cx, cy, soft, out);
    const edge = Math.min(cy, high - cy, wide - Math.abs(cx));
    const stitches = thread(edge - 0.55, soft) + (seamed ? 1.6 * thread(cx, soft) : 0);
    const under = 1 - 0.25 * ease((along - 0.8) / 0.25);
    const facing = light.at(nx[at]!, ny[at]! + lean(across, along), nz[at]!);
    const shade = light.exposure * facing * under * (1 - 0.22 * stitches) * (1 + 0.04 * uneven(x, y));
    const fibre = 3 * fibres(x, y);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * out[c]! + fibre;
    return 1;
  };
}

/** How much of a line a millimetre or two wide a pixel shows that is `distance` cm off its middle. */
const thread = (distance: number, soft: number): number =>
  Math.min(1, 0.16 / soft) * ease((0.08 - Math.abs(distance)) / soft + 0.75);
