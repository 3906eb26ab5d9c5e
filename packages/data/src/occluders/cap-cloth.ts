/** What hats are made of: cotton twill sewn of panels, net, knitted wool. */
import type { Layer } from '../drape/layer.ts';
import type { Light } from '../drape/light.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import { band, clouds, ease, type Field } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import type { Emblem } from './cap-emblem.ts';

const COLOURS = {
  black: [30, 30, 33],
  navy: [34, 42, 70],
  grey: [122, 124, 128],
  white: [226, 225, 220],
  khaki: [168, 148, 112],
  olive: [78, 84, 58],
  red: [150, 36, 42],
  blue: [52, 84, 134],
  burgundy: [92, 30, 44],
  green: [44, 82, 64],
  mustard: [184, 140, 62],
  pink: [204, 152, 162],
} as const satisfies Record<string, Colour>;
type ColourName = keyof typeof COLOURS;
export const HAT_COLOURS = Object.keys(COLOURS) as [ColourName];

/** Length in cm once round a crown, and up from its edge to its top. */
const ROUND = 52;
export const HIGH = 14;

export interface Cloth {
  readonly name: ColourName;
  readonly colour: Colour;
  /** Of thread, rings and nets. */
  readonly second: Colour;
  readonly light: Light;
  /** Brightness from -1 to 1 by place in cm. */
  readonly creases: Field;
}

export function clothOf(colours: readonly ColourName[], light: Light, random: Random): Cloth {
  const name = random.pick(colours);
  const second = random.pick(HAT_COLOURS.filter((other) => other !== name));
  return {
    ...{ name, colour: jittered(COLOURS[name], random), second: jittered(COLOURS[second], random) },
    light,
    creases: clouds(random, random.uniform(2, 4)),
  };
}

function jittered(colour: Colour, random: Random): Colour {
  const bright = random.uniform(0.88, 1.12);
  const [red, green, blue] = [random.uniform(-6, 6), random.uniform(-6, 6), random.uniform(-6, 6)];
  return [colour[0] * bright + red, colour[1] * bright + green, colour[2] * bright + blue];
}

/** Cloth is rougher than skin: its sides differ less. */
const litBy = (light: Light, nx: number, ny: number, nz: number): number =>
  light.exposure * (0.35 + 0.62 * light.at(nx, ny, nz));

/** Writes the colour at a place, `across` in cm from the front's middle and `up` from the edge; returns how bright it is. */
type Weave = (across: number, up: number, out: Float64Array, facing: number) => number;

/** Paint of a layer whose u runs once round the head and whose v runs down `high` cm. */
function clothPaint({ u, v, nx, ny, nz }: Layer, cloth: Cloth, high: number, weave: Weave): Paint {
  const { light, creases } = cloth;
  return (_x, _y, out, at) => {
    const [across, up] = [(u[at]! - 0.5) * ROUND, (1 - v[at]!) * high];
    const lit = litBy(light, nx[at]!, ny[at]!, nz[at]!) * (1 + 0.06 * creases(across + 40, up + 40));
    const shade = lit * weave(across, up, out, nz[at]!);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * out[c]!;
    return 1;
  };
}

/** Length in cm of the crown's edge on each of its panels. */
const PANEL = ROUND / 6;

export interface SewnLook {
  /** On the front's middle. */
  readonly emblem?: Emblem;
  /** The back is a net. */
  readonly net?: boolean;
}

/** Panels sewn together, with an eyelet each. */
export function sewnPaint(layer: Layer, cloth: Cloth, { emblem, net = false }: SewnLook): Paint {
  const { colour, second } = cloth;
  return clothPaint(layer, cloth, HIGH, (across, up, out) => {
    // Panels narrow towards the top.
    const narrow = Math.sqrt(Math.max(0.02, 1 - (up * up) / (HIGH * HIGH)));
    const [side, height] = [across * narrow, up - EYELET];
    const seam = narrow * Math.abs(across - PANEL * Math.round(across / PANEL));
    const open = net && Math.abs(across) > PANEL;
    const ground = open ? second : colour;
    const thread = emblem && Math.abs(side) < PANEL ? ease(emblem.inside(side, up - EMBLEM) / 0.2 + 0.5) : 0;
    for (let c = 0; c < 3; c++) out[c] = ground[c]! + thread * (1.08 * second[c]! - ground[c]!);
    const middle = narrow * (PANEL / 2) - seam;
    const eyelet = ease(1.6 - 5 * Math.sqrt(middle * middle + height * height));
    const stitches = 0.05 * ease(1 - Math.abs(seam - 0.35) / 0.15) - 0.22 * ease(1 - seam / 0.16);
    const holes = open
      ? 0.22 - 0.12 * (band(across + up, 0.6, 0.5, 0.25) + band(across - up, 0.6, 0.5, 0.25))
      : 0;
    return (1 + (1 - thread) * stitches - holes) * (1 - 0.4 * eyelet) * (0.82 + 0.18 * ease(up / 0.8));
  });
}

/** Heights in cm of the eyelets and of the emblem's middle. */
const EYELET = 8;
const EMBLEM = 4;

/** A brim in rows of stitches, dark underneath; `long` cm from the crown to its edge. */
export function brimPaint({ v, nx, ny, nz }: Layer, cloth: Cloth, colour: Colour, long: number): Paint {
  const { light } = cloth;
  return (_x, _y, out, at) => {
    const under = ease((v[at]! - 0.47) / 0.1);
    const along = 2 * Math.min(v[at]!, 1 - v[at]!) * long;
    const stitch = 1 - 0.07 * band(along, 0.75, 0.3, 0.25);
    const deep = 0.8 + 0.2 * ease(along / 1.2) - under * (0.28 + 0.22 * ease(along / long));
    const shade = litBy(light, nx[at]!, ny[at]!, nz[at]!) * stitch * deep;
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * colour[c]!;
    return 1;
  };
}

export interface KnitLook {
  /** Ribs once round. */
  readonly ribs: number;
  /** Width in cm of rings in the second colour; 0: none. */
  readonly rings: number;
  /** Height in cm where a turned-up edge ends, which shades what is above it; 0: there is none. */
  readonly fold: number;
}

/** Ribbed wool, `high` cm from its edge to its upper end. */
export function knitPaint(layer: Layer, cloth: Cloth, { ribs, rings, fold }: KnitLook, high: number): Paint {
  const { colour, second } = cloth;
  const pitch = ROUND / ribs;
  return clothPaint(layer, cloth, high, (across, up, out, facing) => {
    const ring = rings > 0 ? band(up, 2 * rings, 0.5, 0.25) : 0;
    for (let c = 0; c < 3; c++) out[c] = colour[c]! + ring * (second[c]! - colour[c]!);
    const rib = band(across + 0.12 * band(up, 0.6, 0.5, 0.3), pitch, 0.55, 0.5 * pitch);
    const shaded = fold > 0 ? 0.4 * ease(1 - (up - fold) / 0.9) : 0.1 * ease(1 - up / 0.5);
    // At the outline ribs are too narrow to be told apart.
    return 0.94 + (rib - 0.6) * 0.4 * ease(1.6 * facing) - shaded;
  });
}

/** The opening over the strap of a cap, in front where that is worn backwards: what is under it shows, in the shade of its rim. */
export function withOpening({ u, v }: Layer, paint: Paint, half: number): Paint {
  return (x, y, out, at) => {
    const [across, up] = [((u[at]! - 0.5) * ROUND) / half, ((1 - v[at]!) * HIGH - STRAP) / (0.9 * half)];
    const inside = 1 - (across * across + up * up);
    if (inside < 0 || up < 0) return paint(x, y, out, at);
    out.fill(0);
    return 0.5 * ease(1 - inside / 0.35);
  };
}

/** Height in cm of the strap. */
const STRAP = 1.7;
