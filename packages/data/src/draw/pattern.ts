/** Woven and printed patterns of cloth, by place on it in cm. */
import type { Random } from '../random.ts';
import type { Colour } from './canvas.ts';
import { band, clouds, ease } from './texture.ts';

/** Writes the colour at (x, y) cm; `soft` is how many cm a pixel spans there: nothing finer is drawn sharply. */
export type Pattern = (x: number, y: number, soft: number, out: Float64Array) => void;

/** A pattern of some colours: of the first is the ground. */
type Weave = (colours: readonly Colour[], random: Random) => Pattern;

/** Element by element: `set` would take longer than all the rest. */
function lay(out: Float64Array, colour: Colour): void {
  for (let c = 0; c < 3; c++) out[c] = colour[c]!;
}

export function blend(out: Float64Array, colour: Colour, share: number): void {
  for (let c = 0; c < 3; c++) out[c] = out[c]! + share * (colour[c]! - out[c]!);
}

const even: Weave = ([ground]) => {
  return (_x, _y, _soft, out) => lay(out, ground!);
};

/** Upright, level or slanting. */
const stripes: Weave = ([ground, second, third], random) => {
  const period = random.uniform(0.9, 2.4);
  const share = random.uniform(0.3, 0.6);
  const thin = random.next() < 0.5 ? 0.14 : 0;
  const [a, b] = random.pick([
    [1, 0],
    [0, 1],
    [0, 1],
    [0.7, 0.7],
  ] as const);
  return (x, y, soft, out) => {
    const at = a * x + b * y;
    lay(out, ground!);
    blend(out, second!, band(at, period, share, soft));
    if (thin > 0) blend(out, third!, band(at + period / 2, period, thin, soft));
  };
};

/** Squares of the ground, the second colour and their half: gingham. */
const checks: Weave = ([ground, second], random) => {
  const period = random.uniform(0.8, 2);
  return (x, y, soft, out) => {
    lay(out, ground!);
    blend(out, second!, 0.5 * (band(x, period, 0.5, soft) + band(y, period, 0.5, soft)));
  };
};

const tartan: Weave = ([ground, second, third], random) => {
  const period = random.uniform(3, 5.5);
  const share = random.uniform(0.3, 0.5);
  return (x, y, soft, out) => {
    lay(out, ground!);
    blend(out, second!, 0.5 * (band(x, period, share, soft) + band(y, period, share, soft)));
    const line = Math.max(band(x, period, 0.1, soft), band(y, period, 0.1, soft));
    blend(out, third!, 0.7 * line);
  };
};

/** Columns of stitches, each a V, as they hang; seen as light and dark of one colour. */
const knit: Weave = ([ground], random) => {
  const stitch = random.uniform(0.6, 1.1);
  return (x, y, soft, out) => {
    const column = x / stitch - Math.floor(x / stitch) - 0.5;
    const row = y / stitch - 0.9 * Math.abs(column);
    const between = ease((Math.abs(column) - 0.3) / 0.2);
    const yarn = Math.abs(row - Math.floor(row) - 0.5);
    // Stitches of a pixel or two run into each other.
    const depth = Math.min(1, stitch / (2.5 * soft));
    const shade = 1 - depth * (0.26 * between + 0.2 * ease((yarn - 0.22) / 0.26));
    for (let c = 0; c < 3; c++) out[c] = shade * ground![c]!;
  };
};

/** In rows, every other one shifted by half a step. */
const dots: Weave = ([ground, second], random) => {
  const step = random.uniform(0.7, 1.6);
  const radius = step * random.uniform(0.16, 0.3);
  return (x, y, soft, out) => {
    const row = Math.floor(y / step);
    const shifted = x / step + (row & 1 ? 0.5 : 0);
    const dx = (shifted - Math.floor(shifted) - 0.5) * step;
    const dy = (y / step - row - 0.5) * step;
    lay(out, ground!);
    blend(out, second!, ease((radius - Math.sqrt(dx * dx + dy * dy)) / soft + 0.5));
  };
};

/** Five petals and the middle, in flower radii. */
const PETALS = [
  [0, 0.62],
  [0.59, 0.19],
  [0.36, -0.5],
  [-0.36, -0.5],
  [-0.59, 0.19],
] as const;

/** Flowers of two colours, one a cell, and leaves between them. */
const flowers: Weave = ([ground, second, third, leaf], random) => {
  const cell = random.uniform(1.6, 2.6);
  const places = Float64Array.from({ length: 3 * CELLS * CELLS }, () => random.uniform(-1, 1));
  const foliage = clouds(random, cell * 0.32);
  return (x, y, soft, out) => {
    const [i, j] = [Math.floor(x / cell), Math.floor(y / cell)];
    const at = 3 * ((j & (CELLS - 1)) * CELLS + (i & (CELLS - 1)));
    const radius = cell * (0.3 + 0.08 * places[at + 2]!);
    const dx = (x - (i + 0.5) * cell - 0.17 * cell * places[at]!) / radius;
    const dy = (y - (j + 0.5) * cell - 0.17 * cell * places[at + 1]!) / radius;
    let petal = 9;
    for (const [px, py] of PETALS) petal = Math.min(petal, (dx - px) * (dx - px) + (dy - py) * (dy - py));
    const fine = soft / radius;
    lay(out, ground!);
    blend(out, leaf!, 0.8 * ease((foliage(x, y) - 0.28) / 0.14));
    blend(out, places[at + 2]! > 0 ? second! : third!, ease((0.46 - Math.sqrt(petal)) / fine + 0.5));
    blend(out, CENTRE, ease((0.26 - Math.sqrt(dx * dx + dy * dy)) / fine + 0.5));
  };
};

/** Flowers before their places repeat: a power of two. */
const CELLS = 8;
const CENTRE: Colour = [232, 196, 80];

/** Patches of four colours over one another. */
const camouflage: Weave = (colours, random) => {
  const layers = colours.slice(1).map((colour) => ({
    colour,
    coarse: clouds(random, random.uniform(1.5, 2.4)),
    fine: clouds(random, 0.55),
    from: random.uniform(0.05, 0.25),
  }));
  return (x, y, soft, out) => {
    lay(out, colours[0]!);
    for (const { colour, coarse, fine, from } of layers) {
      const value = coarse(x, 1.5 * y) + 0.35 * fine(x, y);
      blend(out, colour, ease((value - from) / (0.9 * soft) + 0.5));
    }
  };
};

export const WEAVES = { plain: even, knit, stripes, checks, tartan, dots, flowers, camouflage } as const;
