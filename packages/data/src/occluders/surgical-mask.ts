/** Surgical mask: pleated paper from the nose to under the chin, on ear loops; or worn under the nose. */
import { z } from 'zod';
import type { Layer } from '../drape/layer.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { bowed, maskSheet } from '../drape/mask-shape.ts';
import { wornBy } from '../drape/wear.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import { clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import { bandsOf, cutAt, drawMask, jittered, topAt, wearing } from './face-mask.ts';
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
    const how = wearing(config, random);
    const cut = {
      sideTop: random.uniform(-3.3, -2.3),
      sideBottom: random.uniform(-7.6, -6.6),
      bottom: random.uniform(-11.2, -10.7),
      half: random.uniform(5.3, 6),
      relief: bowed(random.uniform(0.15, 0.5)),
    };
    const look = lookOf(config, light, random);
    const loops = { radius: 0.13, colour: pale(look.colour) };
    return {
      draw(size) {
        const sheet = maskSheet(cutAt(cut, topAt(how.top, size)));
        const straps = bandsOf(sheet, face, 'ear loops', loops);
        const canvas = drawMask(face, worn, light, sheet, { straps, paint: (layer) => paper(layer, look) });
        return canvas.finish({ colour: look.name, worn: how.name });
      },
    };
  },
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

/** Elastic is nearly white whatever the paper is. */
const pale = ([red, green, blue]: Colour): Colour => [
  0.55 * red + 0.45 * 238,
  0.55 * green + 0.45 * 238,
  0.55 * blue + 0.45 * 238,
];

/** The pleated paper, lit as the face is, darker where it turns under the chin. */
function paper({ u, v, nx, ny, nz }: Layer, { colour, light, fibres, creases, folds }: Look): Paint {
  return (x, y, out, at) => {
    const across = 2 * u[at]! - 1;
    const along = v[at]!;
    const hem = along < 0.06 || along > 0.95 || Math.abs(across) > 0.95 ? 0.95 : 1;
    const under = 1 - 0.25 * ease((along - 0.8) / 0.25);
    const facing = light.at(nx[at]!, ny[at]!, nz[at]!);
    const shade = light.exposure * facing * under * hem * folds(across, along) * (1 + 0.03 * creases(x, y));
    const fibre = 2.5 * fibres(x, y);
    for (let c = 0; c < 3; c++) out[c] = shade * light.tint[c]! * colour[c]! + fibre;
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
