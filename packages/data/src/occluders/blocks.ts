/** Random blocks: one or several rectangles, straight or tilted, in flat colour, noise or a pattern. */
import { z } from 'zod';
import { Canvas, LEAST_OPACITY, type Paint } from '../draw/canvas.ts';
import type { Point } from '../draw/point.ts';
import { type Coverage, coverPolygon } from '../draw/polygon.ts';
import { type Hull, hullOf } from '../hull.ts';
import type { Random } from '../random.ts';
import { fills, paintOf } from './fills.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

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
  fills,
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
    const hull = hullOf(face);
    const tilted = random.next() < config.tilted;
    const count = random.integer(config.count[0], config.count[1] + 1);
    const placed = Array.from({ length: count }, () => place(hull, config, tilted, random));
    const fills = placed.map(() => random.pick(config.fills));
    const paints = fills.map((fill) => paintOf(fill, random));
    const shapes = (size: number): Coverage[] =>
      placed.map((block) =>
        coverPolygon(corners(block, 0.5 * size * Math.sqrt(size) * (width + height)), width, height),
      );
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
function place(hull: Hull, config: BlocksConfig, tilted: boolean, random: Random): Block {
  const centre = hull.anyPoint(random);
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
