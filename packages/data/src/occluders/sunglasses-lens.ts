/** The glass of sunglasses: tinted, darkest at its top, and a mirror of what is around. */
import type { Chart, Front } from '../drape/eyewear-front.ts';
import type { Light } from '../drape/light.ts';
import type { Surroundings } from '../drape/reflection.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import type { Point } from '../draw/point.ts';
import { ease } from '../draw/texture.ts';
import type { Random } from '../random.ts';

/** A lens on a face: its middle in the front's own plane, in cm, and the front about it. */
export interface Lens {
  readonly middle: Point;
  readonly chart: Chart;
}

export interface Glass {
  readonly name: string;
  readonly tint: Colour;
  /** How much it hides at its top, and how much less at its bottom. */
  readonly darkness: number;
  readonly fade: number;
  /** Share of light that it mirrors, seen straight on, and the mirror's colour. */
  readonly mirror: number;
  readonly coat: Colour;
}

const TINTS = {
  black: [16, 16, 19],
  grey: [34, 35, 40],
  brown: [52, 34, 20],
  green: [28, 42, 30],
  blue: [24, 34, 60],
  amber: [110, 62, 14],
  rose: [104, 52, 58],
} as const satisfies Record<string, Colour>;
type TintName = keyof typeof TINTS;
const USUAL: readonly TintName[] = ['black', 'black', 'grey', 'brown', 'green', 'blue'];
/** Light tints that are seen through. */
const LIGHT: readonly TintName[] = ['grey', 'brown', 'blue', 'amber', 'rose'];

/** Red, green and blue that a coat mirrors, as shares. */
const COATS: readonly Colour[] = [
  [1, 1, 1],
  [1.15, 0.85, 0.45],
  [0.5, 0.85, 1.25],
  [0.65, 1.1, 0.8],
  [1.2, 0.6, 0.5],
];

/** How strongly a lens must mirror to be coated. */
const COATED = 0.62;

export function glassOf(darkness: number, gloss: number, random: Random): Glass {
  const name = random.pick(darkness < 0.8 ? LIGHT : USUAL);
  const coat = gloss > COATED ? random.pick(COATS) : COATS[0]!;
  const fade = random.next() < 0.4 ? random.uniform(0.3, 0.6) : random.uniform(0, 0.12);
  return {
    name,
    tint: TINTS[name],
    darkness,
    fade: fade * darkness,
    mirror: 0.05 + 0.5 * gloss * gloss,
    coat,
  };
}

export function glassPaint(
  glass: Glass,
  { chart, middle }: Lens,
  front: Front,
  light: Light,
  around: Surroundings,
): Paint {
  const { tint, darkness, fade, mirror, coat } = glass;
  const seen = new Float64Array(3);
  return (x, y, out) => {
    const at = chart.at(x, y);
    const [nx, ny, nz] = front.normal(at, middle);
    around(2 * nz * nx, 2 * nz * ny, seen);
    // Glass mirrors more the flatter it is looked at.
    const flat = 1 - Math.max(0, nz);
    const mirrored = mirror + (1 - mirror) * 0.6 * flat * flat;
    const hidden = darkness - fade * ease(0.5 - (at.y - middle.y) / 4);
    const opacity = 1 - (1 - hidden) * (1 - mirrored);
    const own = (light.exposure * hidden * (1 - mirrored)) / opacity;
    const other = (light.exposure * mirrored) / opacity;
    for (let c = 0; c < 3; c++) out[c] = light.tint[c]! * (own * tint[c]! + other * coat[c]! * seen[c]!);
    return opacity;
  };
}
