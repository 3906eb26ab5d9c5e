/** The frames of sunglasses: what they are made of, and how rims, bridge and sides are drawn. */
import type { Front } from '../drape/eyewear-front.ts';
import { coverArm, coverBow, hingeOf } from '../drape/eyewear-parts.ts';
import type { EyewearShape } from '../drape/eyewear-shape.ts';
import type { Light } from '../drape/light.ts';
import { skinTest } from '../drape/skin.ts';
import type { WornBy } from '../drape/wear.ts';
import { type Canvas, type Colour, type Paint, plain } from '../draw/canvas.ts';
import type { Point } from '../draw/point.ts';
import { coverLine } from '../draw/stroke.ts';
import { clouds, ease, type Field } from '../draw/texture.ts';
import type { Face } from '../face.ts';
import type { Random } from '../random.ts';
import type { Lens } from './sunglasses-lens.ts';

export interface Frame {
  readonly material: 'acetate' | 'metal';
  readonly name: string;
  readonly colour: Colour;
  /** In cm: width of the rim at the sides and on top, depth from front to back, height of the sides at hinge and ear. */
  readonly rim: number;
  readonly above: number;
  readonly depth: number;
  readonly arm: readonly [hinge: number, ear: number];
  /** A second bar over the bridge. */
  readonly bar: boolean;
  readonly opacity: number;
  /** How far the second colour shows at a place in cm, 0 to 1; tortoiseshell has one. */
  readonly patches: Field;
  readonly patch: Colour;
  /** How bright its highlights are, in levels. */
  readonly shine: number;
}

const ACETATE = {
  black: [20, 20, 22],
  tortoise: [48, 27, 15],
  brown: [74, 46, 28],
  white: [226, 224, 218],
  red: [128, 22, 30],
  navy: [26, 34, 66],
  clear: [204, 198, 188],
} as const satisfies Record<string, Colour>;
const METAL = {
  gold: [160, 126, 70],
  silver: [150, 152, 158],
  gunmetal: [76, 78, 84],
  black: [30, 30, 32],
} as const satisfies Record<string, Colour>;

type AcetateName = keyof typeof ACETATE;
const USUAL_ACETATE = ['black', 'black', 'tortoise', ...(Object.keys(ACETATE) as AcetateName[])] as const;

/** How often a shape is made of wire. */
const METALLIC: Readonly<Record<EyewearShape, number>> = {
  round: 0.6,
  wayfarer: 0,
  aviator: 0.85,
  rectangle: 0.4,
  catEye: 0.1,
  shield: 0,
};

const ONE_COLOUR: Field = () => 0;

export function frameOf(shape: EyewearShape, random: Random): Frame {
  const heavy = random.uniform(0.7, 1.3);
  const field = clouds(random, 0.5);
  const bar = shape === 'aviator' && random.next() < 0.7;
  if (random.next() < METALLIC[shape]) {
    const name = random.pick(Object.keys(METAL) as (keyof typeof METAL)[]);
    const [rim, thin] = [0.13 * heavy, 0.22 * heavy];
    return {
      material: 'metal',
      ...{ name, colour: METAL[name], opacity: 1, patches: ONE_COLOUR, patch: METAL[name] },
      ...{ rim, above: rim, depth: 0.12, arm: [thin, 0.8 * thin], bar, shine: 150 },
    };
  }
  const name = random.pick(USUAL_ACETATE);
  return {
    material: 'acetate',
    ...{ name, colour: ACETATE[name], opacity: name === 'clear' ? 0.6 : 1, patch: [146, 88, 36] },
    patches: name === 'tortoise' ? (x, y) => ease(field(x + 8, y + 8) + 0.35) : ONE_COLOUR,
    ...{
      rim: 0.22 * heavy,
      above: 0.32 * heavy,
      depth: 0.35,
      arm: [0.55 * heavy, 0.4 * heavy],
      bar,
      shine: 90,
    },
  };
}

/** Writes the frame's colour where it faces (nx, ny, nz), y down, at a place in cm; returns its opacity. */
export type Enamel = (out: Float64Array, x: number, y: number, nx: number, ny: number, nz: number) => number;

export function enamelOf({ colour, patches, patch, shine, opacity }: Frame, light: Light): Enamel {
  // Half way between the viewer and the light, which stands above the viewer if anywhere.
  const [hx, hy, hz] = [light.from[0], light.from[1] - 0.35, 1.6];
  const length = Math.sqrt(hx * hx + hy * hy + hz * hz);
  return (out, x, y, nx, ny, nz) => {
    const normal = Math.sqrt(nx * nx + ny * ny + nz * nz);
    const shade = light.exposure * light.at(nx / normal, ny / normal, nz / normal);
    const glint = ease(((nx * hx + ny * hy + nz * hz) / (normal * length) - 0.86) / 0.14);
    const share = patches(x, y);
    for (let c = 0; c < 3; c++) {
      const own = colour[c]! + share * (patch[c]! - colour[c]!);
      out[c] = light.tint[c]! * (shade * own + light.exposure * shine * glint * glint);
    }
    return opacity;
  };
}

/** A rim is rounded: it faces away from the middle of its lens all round. */
export const rimPaint =
  ({ chart, middle }: Pick<Lens, 'chart' | 'middle'>, enamel: Enamel, bright: number): Paint =>
  (x, y, out) => {
    const at = chart.at(x, y);
    const [dx, dy] = [at.x - middle.x, at.y - middle.y];
    const length = Math.sqrt(dx * dx + dy * dy) || 1;
    const opacity = enamel(out, at.x, at.y, (0.6 * dx) / length, (-0.6 * dy) / length, 0.8);
    for (let c = 0; c < 3; c++) out[c] = bright * out[c]!;
    return opacity;
  };

/** The sides that run to the ears. */
export function drawSides(
  canvas: Canvas,
  face: Face,
  worn: WornBy,
  front: Front,
  outlines: readonly (readonly Point[])[],
  frame: Frame,
  enamel: Enamel,
): void {
  const r = worn.pose.rotation;
  for (const side of [-1, 1] as const) {
    const hinge = hingeOf(outlines, side);
    const cover = coverArm(worn, front, hinge, frame.arm, skinTest(face, side), canvas.clean);
    if (!cover) continue;
    const [nx, ny, nz] = [side * r[0], -side * r[3], Math.max(0.25, side * r[6])];
    canvas.fill(cover, (x, y, out) => enamel(out, 0.2 * x, 0.2 * y, nx, ny, nz));
  }
}

/** Where bridges meet the lenses and how far they rise between them, in cm. */
const BOW = { y: 0.45, rise: 0.3 } as const;
const BAR = { y: 1.5, rise: 0.05, wider: 0.5 } as const;
/** Where pads rest on the nose, in cm; how large they are. */
const PAD = { x: 1.02, y: -0.55, behind: 0.5, radius: 0.17, paint: plain([214, 206, 196], 0.45) } as const;

/** What joins two lenses, `right` the outline of the picture's right one: a bow, a bar over it, pads on the nose. */
export function drawBridge(
  canvas: Canvas,
  { pose: { scale } }: WornBy,
  front: Front,
  right: readonly Point[],
  { material, above, bar }: Frame,
  enamel: Enamel,
): void {
  const half = Math.min(...right.map(({ x }) => x)) + 0.05;
  const thick = material === 'metal' ? 0.14 : 1.3 * above;
  const paint: Paint = (x, y, out) => enamel(out, 0.2 * x, 0.2 * y, 0, 0.25, 0.9);
  if (material === 'metal') {
    for (const pad of front.seen([{ x: -PAD.x, y: PAD.y }, PAD], PAD.behind)) {
      canvas.fill(
        coverLine([pad, pad], PAD.radius * scale, canvas.clean.width, canvas.clean.height),
        PAD.paint,
      );
    }
  }
  canvas.fill(coverBow(front, { ...BOW, half, thick }, scale, canvas.clean), paint);
  if (bar)
    canvas.fill(coverBow(front, { ...BAR, half: half + BAR.wider, thick }, scale, canvas.clean), paint);
}
