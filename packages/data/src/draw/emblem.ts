/** A printed sign such as makers and clubs put on cloth: one plain shape at one place. */
import type { Colour } from './canvas.ts';
import { blend, type Pattern } from './pattern.ts';
import { ease } from './texture.ts';

/** How far (x, y) lies inside the shape, in shape radii; negative outside. */
type Inside = (x: number, y: number) => number;

const disc: Inside = (x, y) => 1 - Math.sqrt(x * x + y * y);
const box = (x: number, y: number, wide: number, high: number): number =>
  Math.min(wide - Math.abs(x), high - Math.abs(y));

const SHAPES = {
  ring: (x, y) => Math.max(Math.min(disc(x, y), 0.22 - disc(x, y)), disc(x / 0.45, y / 0.45) * 0.45),
  diamond: (x, y) => {
    const inside = 0.7 * (1 - Math.abs(x) - Math.abs(y));
    return Math.max(Math.min(inside, 0.16 - inside), inside - 0.36);
  },
  chevrons: (x, y) => {
    const slanted = y + 0.8 * Math.abs(x);
    const nearest = Math.min(Math.abs(slanted - 0.8), Math.abs(slanted - 0.2), Math.abs(slanted + 0.4));
    return Math.min(0.17 - nearest, 0.9 - Math.abs(x));
  },
  bars: (x, y) =>
    Math.max(
      box(x + 0.72, y - 0.1, 0.2, 0.7),
      box(x, y + 0.15, 0.2, 0.45),
      box(x - 0.72, y - 0.1, 0.2, 0.7),
      box(x, y + 0.78, 0.92, 0.13),
    ),
  shield: (x, y) => {
    const side = 0.8 - Math.abs(x) - 0.45 * Math.max(0, y) * Math.max(0, y);
    const inside = Math.min(side, 0.9 - Math.abs(y));
    return Math.max(Math.min(inside, 0.18 - inside), Math.min(inside - 0.3, 0.12 - Math.abs(x)));
  },
} as const satisfies Record<string, Inside>;

export const EMBLEMS = Object.keys(SHAPES) as (keyof typeof SHAPES)[];

/** The ground with the shape of `radius` cm around (`x`, `y`) on it. */
export function emblem(
  ground: Pattern,
  name: keyof typeof SHAPES,
  colour: Colour,
  place: { readonly x: number; readonly y: number; readonly radius: number },
): Pattern {
  const inside: Inside = SHAPES[name];
  return (x, y, soft, out) => {
    ground(x, y, soft, out);
    const [dx, dy] = [(x - place.x) / place.radius, (y - place.y) / place.radius];
    if (dx * dx + dy * dy > 2) return;
    blend(out, colour, 0.92 * ease((inside(dx, dy) * place.radius) / soft + 0.5));
  };
}
