/** What is embroidered on the front of a cap: a simple shape, by how far inside it a place lies. */
import type { Field } from '../draw/texture.ts';
import type { Random } from '../random.ts';

/** Boxes of a 4 x 5 grid, x and y of two corners each, y up. */
const LETTERS: Readonly<Record<string, readonly (readonly [number, number, number, number])[]>> = {
  L: [
    [0, 0, 1.2, 5],
    [0, 0, 4, 1.2],
  ],
  T: [
    [0, 3.8, 4, 5],
    [1.4, 0, 2.6, 5],
  ],
  H: [
    [0, 0, 1.2, 5],
    [2.8, 0, 4, 5],
    [0, 1.9, 4, 3.1],
  ],
  E: [
    [0, 0, 1.2, 5],
    [0, 0, 4, 1.1],
    [0, 1.95, 3.5, 3.05],
    [0, 3.9, 4, 5],
  ],
};

/** Directions of a star's five edges: unit vectors. */
const STAR = [
  [0, -1],
  [0.951, -0.309],
  [0.588, 0.809],
  [-0.588, 0.809],
  [-0.951, -0.309],
] as const;

/** Shapes of size 1: about how far inside its outline a place lies, positive inside. */
const SHAPES: Readonly<Record<string, Field>> = {
  disc: (x, y) => 1 - Math.sqrt(x * x + y * y),
  ring: (x, y) => 0.22 - Math.abs(0.78 - Math.sqrt(x * x + y * y)),
  diamond: (x, y) => 0.8 * (1 - 0.75 * Math.abs(x) - Math.abs(y)),
  stripes: (x, y) => Math.min(1.3 - Math.abs(x), 0.16 - Math.abs(Math.abs(y) - 0.38)),
  chevron: (x, y) => Math.min(1.1 - Math.abs(x), 0.26 - Math.abs(y - 0.35 + 0.7 * Math.abs(x))),
  star,
  ...Object.fromEntries(Object.entries(LETTERS).map(([name, boxes]) => [name, letter(boxes)])),
};

/** Inside at least four of its five edges: five triangles on a pentagon. */
function star(x: number, y: number): number {
  let [least, second] = [9, 9];
  for (const [a, b] of STAR) {
    const inside = 0.38 - a * x - b * y;
    second = Math.min(second, Math.max(least, inside));
    least = Math.min(least, inside);
  }
  return second;
}

const NAMES = Object.keys(SHAPES);

function letter(boxes: readonly (readonly [number, number, number, number])[]): Field {
  return (x, y) => {
    const [i, j] = [2 + x * 2.4, 2.5 + y * 2.4];
    let inside = -9;
    for (const [left, low, right, high] of boxes) {
      inside = Math.max(inside, Math.min(i - left, right - i, j - low, high - j));
    }
    return inside / 2.4;
  };
}

export interface Emblem {
  readonly name: string;
  /** As `SHAPES`, of its own size: x and y in cm from its middle, y up. */
  readonly inside: Field;
}

export function emblemOf(random: Random): Emblem {
  const name = random.pick(NAMES);
  const shape = SHAPES[name]!;
  const size = random.uniform(1.3, 2.1);
  return { name, inside: (x, y) => size * shape(x / size, y / size) };
}
