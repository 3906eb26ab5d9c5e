/** Surgical mask: pleated paper from the nose to under the chin, on ear loops; or worn under the nose. */
import { z } from 'zod';
import type { Layer } from '../drape/layer.ts';
import { drawSheet } from '../drape/layer.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { cornerOf, type MaskCut, maskSheet } from '../drape/mask-shape.ts';
import { castShadow } from '../drape/shadow.ts';
import { drawStrap } from '../drape/strap.ts';
import { type Sheet, type WornBy, wear, wornBy } from '../drape/wear.ts';
import { Canvas, type Colour, type Paint } from '../draw/canvas.ts';
import { clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const COLOURS = {
  blue: [150, 192, 219],
  white: [236, 238, 240],
  green: [166, 210, 190],
  pink: [238, 188, 200],
  black: [52, 52, 56],
} as const satisfies Record<string, Colour>;
const ColourName = z.enum(Object.keys(COLOURS) as [keyof typeof COLOURS]);

const card: Card = {
  what: 'a surgical mask of pleated paper on ear loops, worn right or with the nose out',
  follows: 'the face mesh',
  area: [0.3, 0.52],
  controllable: true,
};

export const SurgicalMaskConfig = z.strictObject({
  kind: z.literal('mask'),
  weight,
  area: areaOf(card),
  /** Share of the pictures in which it is worn under the nose, where `area` does not say otherwise. */
  underNose: z.number().min(0).max(1).default(0.1),
  /** How deep the pleats show; 0: smooth. */
  pleats: range(0, 1).default([0.4, 1]),
  colours: z.array(ColourName).min(1).default(['blue', 'blue', 'white', 'green', 'pink', 'black']),
});
export type SurgicalMaskConfig = z.infer<typeof SurgicalMaskConfig>;

export const surgicalMask: OccluderKind<SurgicalMaskConfig> = {
  card,
  prepare(config, face, random) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const wrong = random.next() < config.underNose;
    const top = config.area !== undefined ? ANYWHERE : wrong ? UNDER_NOSE : RIGHT;
    const cut = {
      sideTop: random.uniform(-3.3, -2.3),
      sideBottom: random.uniform(-7.6, -6.6),
      bottom: random.uniform(-11.2, -10.7),
      half: random.uniform(5.3, 6),
      gap: random.uniform(0.15, 0.5),
    };
    const look = lookOf(config, light, random);
    const { width, height } = face.image;
    return {
      draw(size) {
        const sheet = maskSheet(cutOf(cut, top, size));
        const canvas = new Canvas(face.image);
        const layer = drawSheet(sheet, wear(sheet.points, worn, 1), width, height);
        castShadow(canvas, layer, light, { strength: 0.3, reach: 0.28 * worn.pose.scale });
        drawLoops(canvas, worn, sheet, look);
        canvas.fill(layer, paper(layer, look));
        return canvas.finish({ colour: look.name, worn: top === UNDER_NOSE ? 'under the nose' : 'right' });
      },
    };
  },
};

/** Where the upper edge crosses the nose, from the smallest to the largest size: as in `MaskCut.top`. */
type Top = readonly [low: number, high: number];
const RIGHT: Top = [-2.9, -0.4];
const UNDER_NOSE: Top = [-5, -4.6];
const ANYWHERE: Top = [-6.4, 0.3];

const cutOf = (cut: Omit<MaskCut, 'top'>, [low, high]: Top, size: number): MaskCut => {
  const top = low + (high - low) * size;
  return { ...cut, top, sideTop: Math.min(cut.sideTop, top - 0.6) - 0.25 * Math.max(0, -3.5 - top) };
};

/** Everything about a mask but its place. */
interface Look {
  readonly name: string;
  readonly colour: Colour;
  readonly light: Light;
  readonly fibres: Field;
  readonly creases: Field;
  /** Brightness by place across (-1 to 1) and along (0 to 1). */
  readonly folds: Field;
}

function lookOf(config: SurgicalMaskConfig, light: Light, random: Random): Look {
  const name = random.pick(config.colours);
  return {
    name,
    colour: jittered(COLOURS[name], random),
    light,
    fibres: grain(random),
    creases: clouds(random, random.uniform(5, 9)),
    folds: foldsAt(random.uniform(...config.pleats), random),
  };
}

function jittered([red, green, blue]: Colour, random: Random): Colour {
  const bright = random.uniform(0.92, 1.04);
  return [
    red * bright + random.uniform(-8, 8),
    green * bright + random.uniform(-6, 6),
    blue * bright + random.uniform(-8, 8),
  ];
}

/** The pleated paper, lit as the face is, darker where it turns under the chin. */
function paper({ u, v, nx, ny, nz }: Layer, { colour, light, fibres, creases, folds }: Look): Paint {
  return (x, y, out, at) => {
    const across = 2 * u[at]! - 1;
    const along = v[at]!;
    const hem = along < 0.06 || along > 0.95 || Math.abs(across) > 0.95 ? 0.95 : 1;
    const under = 1 - 0.25 * ease((along - 0.8) / 0.25);
    const facing = light.at(nx[at]!, ny[at]!, nz[at]!);
    const shade = light.exposure * facing * under * hem * folds(across, along) * (1 + 0.03 * creases(x, y));
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * colour[c]! + 2.5 * fibres(x, y);
    return 1;
  };
}

/** Three pleats: each dark under its edge and light above it, deepest at the sides where they are stitched. */
function foldsAt(depth: number, random: Random): Field {
  const first = random.uniform(0.24, 0.34);
  const step = random.uniform(0.15, 0.19);
  return (across, along) => {
    let shade = 1;
    for (let k = 0; k < 3; k++) {
      const d = (along - first - k * step) / 0.045;
      if (d < -1.5 || d > 2) continue;
      const dark = d > 0 ? 1 - ease(d / 2) : ease(d + 1);
      const pale = ease(1 - Math.abs(d + 1.1) / 0.7);
      shade += depth * (0.35 + 0.65 * across * across) * (0.06 * pale - 0.2 * dark);
    }
    return shade;
  };
}

/** Where the loops meet the ears, in cm on the mean head. */
const EAR = { upper: [7.1, 0.3, -6.2], lower: [7, -3.6, -6.4] } as const;

function drawLoops(canvas: Canvas, worn: WornBy, sheet: Sheet, { colour, light }: Look): void {
  const band = colour.map((value) => 0.55 * value + 0.45 * 238) as unknown as Colour;
  for (const side of [-1, 1] as const) {
    for (const edge of ['upper', 'lower'] as const) {
      const [x, y, z] = cornerOf(sheet, side, edge);
      const [ex, ey, ez] = EAR[edge];
      const points = [0, 0.2, 0.4, 0.6, 0.8, 1].map((t): [number, number, number] => {
        // Round the cheek rather than through it.
        const bow = 4 * t * (1 - t);
        return [x + t * (side * ex - x) + side * 0.35 * bow, y + t * (ey - y), z + t * (ez - z) + 0.25 * bow];
      });
      drawStrap(canvas, worn, { points, radius: 0.13, colour: band }, light);
    }
  }
}
