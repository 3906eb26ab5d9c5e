/** Respirator (FFP2, N95): a moulded cup on two straps round the head, or a folded one with a ridge on ear loops. */
import { z } from 'zod';
import { type CupCut, cupSheet, onRim, RIM } from '../drape/cup-shape.ts';
import type { Layer } from '../drape/layer.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { maskSheet, ridged } from '../drape/mask-shape.ts';
import type { Strap } from '../drape/strap.ts';
import { type Sheet, wornBy } from '../drape/wear.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import { band, clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Face } from '../face.ts';
import type { Random } from '../random.ts';
import { bandsOf, cutAt, drawMask, jittered, roundTheHead, type Top, topAt } from './face-mask.ts';
import { areaOf, type Card, type OccluderKind, weight } from './kind.ts';

const COLOURS = {
  white: [228, 229, 228],
  grey: [150, 153, 158],
  blue: [128, 160, 200],
  black: [48, 48, 52],
} as const satisfies Record<string, Colour>;
const ColourName = z.enum(Object.keys(COLOURS) as [keyof typeof COLOURS]);
const Shape = z.enum(['cup', 'folded']);

const card: Card = {
  what: 'a respirator (FFP2, N95): a moulded cup on straps round the head, or a folded one on ear loops',
  follows: 'the face mesh',
  area: [0.32, 0.51],
  controllable: true,
};

export const RespiratorConfig = z.strictObject({
  kind: z.literal('respirator'),
  weight,
  area: areaOf(card),
  shapes: z.array(Shape).min(1).default(Shape.options),
  /** Share of the cups that have a valve. */
  valve: z.number().min(0).max(1).default(0.35),
  colours: z.array(ColourName).min(1).default(['white', 'white', 'white', 'white', 'black', 'blue', 'grey']),
});
export type RespiratorConfig = z.infer<typeof RespiratorConfig>;

export const respirator: OccluderKind<RespiratorConfig> = {
  card,
  prepare(config, face, random) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const name = random.pick(config.colours);
    const stuff = { ...stuffOf(jittered(COLOURS[name], random), light, random), scale: worn.pose.scale };
    const shape = random.pick(config.shapes);
    const model = shape === 'cup' ? moulded(config, stuff, random) : folded(face, stuff, random);
    const tops = config.area === undefined ? RIGHT : ANYWHERE;
    return {
      draw(size) {
        const { sheet, straps, paint } = model(topAt(tops, size));
        return drawMask(face, worn, light, sheet, { straps, paint }).finish({ shape, colour: name });
      },
    };
  },
};

const RIGHT: Top = [-2.2, -0.2];
/** Where a share of the hull is asked for, also slipped down. */
const ANYWHERE: Top = [-6.6, 0.5];

/** The felt that both shapes are made of. */
interface Stuff {
  readonly colour: Colour;
  readonly light: Light;
  readonly fibres: Field;
  readonly uneven: Field;
  /** Pixels a cm. */
  readonly scale: number;
}

const stuffOf = (colour: Colour, light: Light, random: Random): Omit<Stuff, 'scale'> => ({
  colour,
  light,
  fibres: grain(random),
  uneven: clouds(random, random.uniform(5, 9)),
});

/** A respirator of one shape, its upper edge at a height. */
type Model = (top: number) => { sheet: Sheet; straps: Strap[]; paint: (layer: Layer) => Paint };

/** Paint of felt that is brighter or darker by place, given as u and v of the sheet. */
function felt(
  { u, v, nx, ny, nz }: Layer,
  { colour, light, fibres, uneven }: Stuff,
  relief: (u: number, v: number) => number,
): Paint {
  return (x, y, out, at) => {
    const facing = light.at(nx[at]!, ny[at]!, nz[at]!);
    const shade = light.exposure * facing * relief(u[at]!, v[at]!) * (1 + 0.02 * uneven(x, y));
    const fibre = 2.5 * fibres(x, y);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * colour[c]! + fibre;
    return 1;
  };
}

const STRAPS: readonly Colour[] = [
  [226, 196, 96],
  [226, 226, 222],
  [112, 150, 190],
  [52, 52, 56],
];

function moulded(config: RespiratorConfig, stuff: Stuff, random: Random): Model {
  const bottom = random.uniform(-11.1, -10.6);
  const half = random.uniform(5.1, 5.8);
  const depth = random.uniform(1.8, 2.6);
  const strap = { radius: random.uniform(0.2, 0.3), colour: random.pick(STRAPS) };
  const valve = random.next() < config.valve ? { x: random.pick([0, 0, -0.3, 0.3]), y: -0.12 } : undefined;
  const clip = random.next() < 0.8;
  return (top) => {
    const cut: CupCut = { top, bottom, half, depth };
    const straps = ([-1, 1] as const).flatMap((side) =>
      (['upper', 'lower'] as const).map((edge) => ({
        ...strap,
        points: roundTheHead(onRim(cut, side, edge), side, edge),
      })),
    );
    return {
      sheet: cupSheet(cut),
      straps,
      paint: (layer) => {
        const ground = felt(layer, stuff, embossed);
        const { u, v, ny } = layer;
        return (x, y, out, at) => {
          const [dx, dy] = [u[at]!, v[at]!];
          ground(x, y, out, at);
          if (clip && dy > 0.3) drawClip(out, dx, dy, stuff.light, ny[at]!);
          if (valve) drawValve(out, (dx - valve.x) / VALVE, (dy - valve.y) / VALVE, stuff);
          return 1;
        };
      },
    };
  };
}

/** The dome darker towards its foot, a groove along the rim, a raised edge. */
function embossed(x: number, y: number): number {
  const radius = Math.sqrt(x * x + y * y);
  const foot = ease((radius - 0.55) / 0.35);
  const groove = ease(1 - Math.abs(radius - RIM) / 0.05);
  const edge = ease(1 - Math.abs(radius - 0.955) / 0.035);
  const below = 0.2 * ease(-y - 0.35);
  return 1 - 0.12 * foot - 0.17 * groove + 0.06 * edge - below;
}

/** A strip of metal across the nose, along the rim: bright above, dark below. */
function drawClip(out: Float64Array, x: number, y: number, light: Light, ny: number): void {
  const across = (Math.sqrt(x * x + y * y) - 0.77) / 0.055;
  const cover = ease((1.15 - Math.abs(across)) / 0.4) * ease((0.5 - Math.abs(x)) / 0.06);
  if (cover === 0) return;
  const gleam = light.exposure * (168 + 52 * across - 40 * ny);
  for (let c = 0; c < 3; c++) out[c] = out[c]! + 0.9 * cover * (gleam * light.tint[c]! - out[c]!);
}

/** Radius of a valve, as a share of the cup's. */
const VALVE = 0.27;

/** A flat box of plastic with slots, seen at (x, y) in its own radii, y up: it stands out, so it has a shadow below it. */
function drawValve(out: Float64Array, x: number, y: number, { light, colour }: Stuff): void {
  const radius = Math.sqrt(x * x + y * y);
  if (radius > 1.5) return;
  const below = Math.sqrt(x * x + (y + 0.22) * (y + 0.22));
  const shadow = 0.3 * ease((1.2 - below) / 0.35);
  for (let c = 0; c < 3; c++) out[c] = out[c]! * (1 - shadow);
  const cover = ease((1 - radius) / 0.16 + 0.5);
  const side = ease((radius - 0.78) / 0.2);
  const slots = radius < 0.72 ? 0.3 * band(y, 0.42, 0.4, 0.12) : 0;
  const shade =
    light.exposure * light.at(0.35 * side * x, -0.35 - 0.5 * side * y, 0.9) * (1 - slots - 0.08 * side);
  for (let c = 0; c < 3; c++) {
    const plastic = shade * light.tint[c]! * (0.8 * colour[c]! + 44);
    out[c] = out[c]! + cover * (plastic - out[c]!);
  }
}

function folded(face: Face, stuff: Stuff, random: Random): Model {
  const cut = {
    sideTop: random.uniform(-3.8, -3),
    sideBottom: random.uniform(-6.6, -5.8),
    bottom: random.uniform(-11.4, -10.9),
    half: random.uniform(5.7, 6.2),
    relief: ridged(random.uniform(1.7, 2.4)),
  };
  const loops = { radius: 0.14, colour: stuff.colour };
  const wire = random.uniform(0.02, 0.08);
  return (top) => {
    const sheet = maskSheet(cutAt(cut, top));
    return {
      sheet,
      straps: bandsOf(sheet, face, 'ear loops', loops),
      paint: (layer) => felt(layer, stuff, (u, v) => welded(2 * u - 1, v, wire, stuff.scale)),
    };
  };
}

/** Pressed lines along the ridge, the edges and the sides, a wire across the nose, darker under the chin. */
function welded(across: number, along: number, wire: number, scale: number): number {
  const side = Math.abs(across);
  // A line is never thinner than a pixel; a mask is about 12 cm wide and high.
  const thin = Math.max(0.012, 0.09 / scale);
  const line = (distance: number): number => ease(1 - Math.abs(distance) / (2 * thin));
  const ridge = 0.1 * line(across) - 0.06 * line(across - 3 * thin);
  const edge = 0.12 * (line(along - 0.06) + line(along - 0.945)) + 0.1 * line(side - 0.93);
  const nose = side < 0.45 ? wire * (line(along - 0.11) - line(along - 0.11 - 3 * thin)) : 0;
  return 1 + nose - ridge - edge - 0.28 * ease((along - 0.72) / 0.3);
}
