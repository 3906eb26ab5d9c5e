/** The skin of a hand: the face's own, under its light, with nails, joints, and what fingers keep from one another's light. */
import { type Limbs, MARKS, type Mark } from '../drape/capsules.ts';
import type { Limb } from '../drape/hand-shape.ts';
import type { Light } from '../drape/light.ts';
import type { Colour, Paint } from '../draw/canvas.ts';
import { clouds, type Field, grain } from '../draw/texture.ts';
import type { Random } from '../random.ts';

/** Where a joint is creased, in cm on either side of it: wrinkles on the back, a line on the palm's side. */
const [WRINKLES, LINE] = [0.35, 0.12];

/** Marks, 0 to 1 each: nail, redness, crease. `limbs`: in the picture's directions, their lengths in cm. */
export const marksOf =
  (limbs: readonly Limb[]): Mark =>
  (index, along, nx, ny, nz, out) => {
    const { back, red, nail, creases, lines, length } = limbs[index]!;
    const facing = nx * back[0] + ny * back[1] + nz * back[2];
    const reach = (facing > 0 ? WRINKLES : LINE) / length;
    let crease = Math.max(0, creases[0] * (1 - along / reach), creases[1] * (1 - (1 - along) / reach));
    if (facing < 0) for (const line of lines) crease = Math.max(crease, 0.7 - Math.abs(along - line) / reach);
    const blush = red[0] + along * (red[1] - red[0]);
    out[0] = nail && along > 0.4 && facing > 0.5 ? 1 : 0;
    out[1] = facing > 0 ? blush : 0.5 * blush + 0.4;
    out[2] = crease * (facing > 0 ? 0.5 * facing : -facing);
  };

export interface Skin {
  readonly colour: Colour;
  readonly light: Light;
  readonly mottle: Field;
  readonly fine: Field;
}

/** `face`: the colour of the face's skin. */
export function skinOf(face: Colour, light: Light, random: Random): Skin {
  const bright = random.uniform(0.98, 1.1);
  return {
    colour: [bright * face[0], bright * face[1], bright * face[2]],
    light,
    mottle: clouds(random, 5),
    fine: grain(random),
  };
}

/** `scale`: pixels a centimetre. */
export function handPaint(limbs: Limbs, { colour, light, mottle, fine }: Skin, scale: number): Paint {
  const { nx, ny, nz, marks } = limbs;
  const hidden = hollows(limbs, light, scale);
  const gloss = glossOf(light);
  const [red, green, blue] = colour;
  return (x, y, out, at) => {
    const nail = marks[MARKS * at]!;
    const blush = marks[MARKS * at + 1]!;
    const crease = marks[MARKS * at + 2]!;
    const dark = Math.min(1, 1.1 * hidden(x, y));
    const edge = 1 - nz[at]!;
    const shade =
      light.at(nx[at]!, ny[at]!, nz[at]!) *
      (1 + 0.03 * mottle(x, y)) *
      (1 - 0.3 * crease) *
      (1 - 0.2 * edge * edge);
    const shine = (9 + 22 * nail) * (1 - dark) * gloss(nx[at]!, ny[at]!, nz[at]!) + 2 * fine(x, y);
    // Light that comes through flesh is red.
    out[0] = red * shade * (1 - 0.54 * dark) * (1 + 0.01 * blush) + shine;
    out[1] = green * shade * (1 - 0.62 * dark) * (1 - 0.045 * blush + 0.06 * nail) + shine;
    out[2] = blue * shade * (1 - 0.64 * dark) * (1 - 0.03 * blush + 0.12 * nail) + shine;
    return 1;
  };
}

/** How strongly a surface mirrors the light, by where it faces: Blinn and Phong's highlight, with exponent 16. */
function glossOf({ from, exposure }: Light): (nx: number, ny: number, nz: number) => number {
  const [hx, hy] = [1.2 * from[0], 1.2 * from[1] - 0.15];
  const length = Math.sqrt(hx * hx + hy * hy + 1);
  return (nx, ny, nz) => {
    const facing = Math.max(0, (nx * hx + ny * hy + nz) / length);
    const squared = facing * facing;
    const fourth = squared * squared;
    return exposure * fourth * fourth * fourth * fourth;
  };
}

/** Where it is looked for what hides a pixel: six directions of length 1, and how far in cm. */
const LOOKS = [
  [1, 0, 0.4],
  [0.5, 0.866, 0.8],
  [-0.5, 0.866, 0.4],
  [-1, 0, 0.8],
  [-0.5, -0.866, 0.4],
  [0.5, -0.866, 0.8],
] as const;

/** How much of the light is kept from a pixel by what of the hand stands higher around it, 0 to 1. */
function hollows(
  { left, top, right, bottom, stride, values, depth }: Limbs,
  light: Light,
  scale: number,
): Field {
  const dx = Int32Array.from(LOOKS, ([x, , far]) => Math.round(x * far * scale));
  const dy = Int32Array.from(LOOKS, ([, y, far]) => Math.round(y * far * scale));
  const weights = LOOKS.map(([x, y]) => (1 + 1.3 * (x * light.from[0] + y * light.from[1])) / LOOKS.length);
  const rises = LOOKS.map(([, , far]) => 1.6 * far * scale);
  return (x, y) => {
    const here = depth[(y - top) * stride + x - left]!;
    let sum = 0;
    for (let k = 0; k < LOOKS.length; k++) {
      const i = x + dx[k]!;
      const j = y + dy[k]!;
      if (i < left || j < top || i >= right || j >= bottom) continue;
      const at = (j - top) * stride + i - left;
      const high = depth[at]! - here;
      if (high > 0 && values[at]! > 0) sum += weights[k]! * Math.min(1, high / rises[k]!);
    }
    return sum;
  };
}
