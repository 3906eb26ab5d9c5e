/** Scarf: turns of thick cloth, knitted or woven, wound round mouth, chin and neck. */
import { z } from 'zod';
import { drawSheet, type Layer } from '../drape/layer.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { wearRoundNeck } from '../drape/neck.ts';
import { type Turn, turnSheet } from '../drape/scarf-shape.ts';
import { castShadow } from '../drape/shadow.ts';
import { wornBy } from '../drape/wear.ts';
import { Canvas, type Colour, type Paint } from '../draw/canvas.ts';
import { type Pattern, WEAVES } from '../draw/pattern.ts';
import type { Pyramid } from '../draw/pyramid.ts';
import { clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import { jittered } from './face-mask.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';
import { openTexture, printed, type Textured } from './texture.ts';

const PatternName = z.enum(['knit', 'stripes', 'tartan', 'plain']);

const card: Card = {
  what: 'a thick scarf, knitted or woven or with your picture, wound round mouth, chin and neck',
  follows: 'the face mesh',
  area: [0.2, 0.58],
  controllable: true,
};

export const ScarfConfig = z.strictObject({
  kind: z.literal('scarf'),
  weight,
  area: areaOf(card),
  /** Share of the pictures in which it is drawn up over the nose, where `area` does not say otherwise. */
  overNose: z.number().min(0).max(1).default(0.15),
  patterns: z.array(PatternName).min(1).default(PatternName.options),
  /** How deep its folds are; 0: smooth. */
  folds: range(0, 1).default([0.4, 1]),
  /** File of a picture to print on it in place of a pattern. */
  texture: z.string().min(1).optional(),
});
export type ScarfConfig = z.infer<typeof ScarfConfig>;

export const scarf: OccluderKind<ScarfConfig, Textured> = {
  card,
  open: openTexture,
  prepare(config, face, random, { picture }) {
    const { width, height } = face.image;
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const over = random.next() < config.overNose;
    const [low, high] = config.area !== undefined ? ANYWHERE : over ? OVER_NOSE : OVER_MOUTH;
    const first = firstTurn(random);
    const below = turnsBelow(random);
    const look = lookOf(config, light, worn.pose.scale, random, picture);
    return {
      draw(size) {
        const top = low + (high - low) * size;
        const fall = first.fall + 0.4 * Math.max(0, top + 6);
        const turns = [{ ...first, top, bottom: Math.min(-11, top - 3), fall }, ...below];
        const canvas = new Canvas(face.image);
        turns.forEach((turn, k) => {
          const sheet = turnSheet(turn);
          const layer = drawSheet(
            sheet,
            wearRoundNeck(sheet.points, worn, k === 0 ? 1 : 0),
            width,
            height,
            'outside',
          );
          castShadow(canvas, layer, light, { strength: 0.6, reach: 0.55 * worn.pose.scale });
          canvas.fill(layer, wool(layer, turn, k, look));
        });
        const ground = look.ground.map(Math.round).join(' ');
        return canvas.finish({ pattern: look.name, ground, turns: turns.length });
      },
    };
  },
};

/** Heights of the upper edge in front, from the smallest to the largest size: -5 is under the nose, -7.9 under the lower lip. */
type Top = readonly [low: number, high: number];
const OVER_MOUTH: Top = [-7.9, -4.7];
const OVER_NOSE: Top = [-3, -1.2];
const ANYWHERE: Top = [-9.5, -0.5];

/** The turn that is drawn over the face, before its height is known. */
const firstTurn = (random: Random): Omit<Turn, 'top' | 'bottom'> => ({
  tilt: random.uniform(-1.6, 1.6),
  fall: random.uniform(1, 3),
  thick: random.uniform(0.7, 1.2),
  round: 1.6,
  wander: clouds(random, 1),
});

/** One or two rolls round the neck, each before the one above it. */
function turnsBelow(random: Random): Turn[] {
  const lean = random.pick([-1, 1]);
  const count = random.pick([1, 2, 2]);
  return Array.from({ length: count }, (_, k): Turn => {
    const top = -9.6 - 3.6 * k + random.uniform(-0.5, 0.5);
    return {
      top,
      bottom: top - random.uniform(4.3, 5.1) - (count === 1 ? 1.5 : 0),
      tilt: (k === 0 ? lean : -lean) * random.uniform(0.6, 2),
      fall: random.uniform(-1, 0.5),
      thick: random.uniform(1.6, 2.1) + 0.7 * k,
      round: 2.6,
      wander: clouds(random, 1),
    };
  });
}

/** Wool as it is dyed. */
const WOOL: readonly Colour[] = [
  [150, 30, 36],
  [36, 44, 78],
  [120, 120, 124],
  [186, 150, 106],
  [40, 40, 44],
  [44, 78, 58],
  [98, 30, 52],
  [222, 212, 194],
  [62, 110, 140],
  [196, 122, 44],
];

/** Everything about a scarf but its place. */
interface Look {
  readonly name: string;
  readonly ground: Colour;
  readonly pattern: Pattern;
  /** Pixels a cm. */
  readonly scale: number;
  readonly light: Light;
  readonly fibres: Field;
  /** Place on a fold, from -1 over its crest at 0 to 1, where the next begins; by place across (-1 to 1) and, in cm, along. */
  readonly folds: Field;
  /** How deep they are, 0 to 1. */
  readonly depth: number;
}

function lookOf(
  config: ScarfConfig,
  light: Light,
  scale: number,
  random: Random,
  picture: Pyramid | undefined,
): Look {
  const drawn = random.pick(config.patterns);
  const ground = random.pick(WOOL);
  const others = WOOL.filter((colour) => colour !== ground);
  const colours = [ground, random.pick(others), random.pick(others)].map((colour) =>
    jittered(colour, random),
  );
  const woven = WEAVES[drawn](colours, random);
  return {
    name: picture ? 'texture' : drawn,
    ground: colours[0]!,
    pattern: picture ? printed(picture, PRINT) : woven,
    scale,
    light,
    fibres: grain(random),
    folds: foldsOf(random),
    depth: random.uniform(...config.folds),
  };
}

/** Width in cm of the user's picture on the scarf. */
const PRINT = 20;

/** Folds that run along the turns, hang between the ears and come and go. */
function foldsOf(random: Random): Field {
  const step = random.uniform(2, 3.2);
  const [hang, slant] = [random.uniform(-1.5, 2.5), random.uniform(-2, 2)];
  const wander = clouds(random, 1);
  return (across, along) => {
    const at = (along + hang * across * across + slant * across) / step + 0.7 * wander(2 * across, along / 3);
    return 2 * (at - Math.floor(at)) - 1;
  };
}

/** Half the length of a turn in cm, and how far the next one goes on. */
const LENGTH = 18;
const NEXT = 13;

/** The cloth of turn `k`, lit as the face is. */
function wool(
  { u, v, nx, ny, nz }: Layer,
  { top, bottom }: Turn,
  k: number,
  { pattern, scale, light, fibres, folds, depth }: Look,
): Paint {
  return (x, y, out, at) => {
    const across = 2 * u[at]! - 1;
    const along = v[at]! * (top - bottom);
    const soft = 1.4 / (scale * Math.max(0.35, nz[at]!));
    pattern(LENGTH * across + NEXT * k, along, soft, out);
    const crest = folds(across, along + 7 * k);
    const hollow = 1 - 0.3 * depth * crest * crest * crest * crest;
    const under = 1 - 0.45 * ease((v[at]! - 0.45) / 0.5);
    const facing = light.at(nx[at]!, ny[at]! + 0.35 * depth * crest, nz[at]!);
    const shade = light.exposure * facing * hollow * under;
    const fibre = 4 * fibres(x, y);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * out[c]! + fibre;
    return 1;
  };
}
