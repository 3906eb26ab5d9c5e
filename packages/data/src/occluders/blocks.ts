/** Random blocks: one or several rectangles, straight or tilted, in flat colour, noise or a pattern. */
import { z } from 'zod';
import { Canvas, type Colour, LEAST_OPACITY, type Paint, plain } from '../draw/canvas.ts';
import type { Point } from '../draw/point.ts';
import { type Coverage, coverPolygon } from '../draw/polygon.ts';
import { anyColour, band, clouds, grain, mixed } from '../draw/texture.ts';
import type { Face } from '../face.ts';
import { Hull } from '../hull.ts';
import type { Random } from '../random.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const Fill = z.enum(['flat', 'noise', 'clouds', 'stripes', 'checks']);

const card: Card = {
  what: 'rectangles in flat colour, noise or a pattern, straight or tilted: the random blocks of the paper',
  follows: 'the picture',
  area: [0.02, 0.9],
  controllable: true,
};

export const BlocksConfig = z.strictObject({
  kind: z.literal('blocks'),
  weight,
  area: areaOf(card).default([0.12, 0.43]),
  /** How many blocks. */
  count: range(1, 8).default([1, 3]),
  /** Longer over shorter side. */
  aspect: range(1, 6).default([1, 2.5]),
  /** Share of the pictures whose blocks are tilted. */
  tilted: z.number().min(0).max(1).default(0.5),
  fills: z.array(Fill).min(1).default(Fill.options),
});
export type BlocksConfig = z.infer<typeof BlocksConfig>;

/** A rectangle before its size is known: `long` and `short` are its half sides at scale 1, as vectors. */
interface Block {
  readonly centre: Point;
  readonly long: Point;
  readonly short: Point;
}

export const blocks: OccluderKind<BlocksConfig> = {
  card,
  prepare(config, face, random) {
    const { width, height } = face.image;
    const hull = new Hull(face);
    const tilted = random.next() < config.tilted;
    const count = random.integer(config.count[0], config.count[1] + 1);
    const placed = Array.from({ length: count }, () => place(face, hull, config, tilted, random));
    const fills = placed.map(() => random.pick(config.fills));
    const paints = fills.map((kind) => fill(kind, random));
    const shapes = (size: number): Coverage[] =>
      placed.map((block) => coverPolygon(corners(block, size * size * (width + height)), width, height));
    return {
      share: (size) => shareOf(shapes(size), hull, width),
      draw(size) {
        const canvas = new Canvas(face.image);
        shapes(size).forEach((shape, i) => {
          canvas.fill(shape, paints[i] as Paint);
        });
        return canvas.finish({ count, fills: fills.join(' ') });
      },
    };
  },
};

/** A block whose centre lies in the hull. */
function place({ image }: Face, hull: Hull, config: BlocksConfig, tilted: boolean, random: Random): Block {
  let pixel = 0;
  do pixel = random.integer(0, hull.inside.length);
  while (hull.inside[pixel] === 0);
  const centre = { x: pixel % image.width, y: Math.floor(pixel / image.width) };
  const side = random.uniform(0.6, 1);
  const stretch = Math.sqrt(random.uniform(...config.aspect));
  const lean = tilted ? random.uniform(-1, 1) : 0;
  const length = Math.sqrt(1 + lean * lean);
  const along = { x: 1 / length, y: lean / length };
  const [a, b] = random.next() < 0.5 ? [stretch, 1 / stretch] : [1 / stretch, stretch];
  return {
    centre,
    long: { x: side * a * along.x, y: side * a * along.y },
    short: { x: -side * b * along.y, y: side * b * along.x },
  };
}

const corners = ({ centre, long, short }: Block, scale: number): Point[] =>
  [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([s, t]) => ({
    x: centre.x + scale * ((s as number) * long.x + (t as number) * short.x),
    y: centre.y + scale * ((s as number) * long.y + (t as number) * short.y),
  }));

/** Share of the hull that the shapes cover together. */
function shareOf(shapes: readonly Coverage[], hull: Hull, width: number): number {
  if (shapes.length === 1) return hull.shareOf(shapes[0] as Coverage, LEAST_OPACITY);
  const covered = new Uint8Array(hull.inside.length);
  for (const shape of shapes) {
    for (let y = shape.top; y < shape.bottom; y++) {
      const row = (y - shape.top) * shape.stride - shape.left;
      for (let x = shape.left; x < shape.right; x++) {
        if ((shape.values[row + x] as number) >= LEAST_OPACITY) covered[y * width + x] = 1;
      }
    }
  }
  return hull.share(covered);
}

function fill(kind: z.infer<typeof Fill>, random: Random): Paint {
  const [a, b] = [anyColour(random), anyColour(random)];
  if (kind === 'flat') return plain(a);
  if (kind === 'noise') return noise(a, random);
  if (kind === 'clouds') {
    const field = clouds(random, random.uniform(3, 12));
    return mixed(a, b, (x, y) => 0.5 + 0.5 * field(x, y));
  }
  const period = random.uniform(5, 14);
  const share = random.uniform(0.3, 0.7);
  const lean = random.uniform(-1, 1);
  const across = (x: number, y: number): number => band(x + lean * y, period, share, 1);
  if (kind === 'stripes') return mixed(a, b, across);
  return mixed(a, b, (x, y) => (across(x, y) + band(y - lean * x, period, share, 1)) / 2);
}

/** Independent grain in each channel round a colour. */
function noise(colour: Colour, random: Random): Paint {
  const grains = [grain(random), grain(random), grain(random)] as const;
  const strength = random.uniform(30, 120);
  return (x, y, out) => {
    grains.forEach((field, c) => {
      out[c] = (colour[c] as number) + strength * field(x, y);
    });
    return 1;
  };
}
