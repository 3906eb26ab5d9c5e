/**
 * Free-form strokes: a brush of changing width walks over the face and turns to and fro, with round ends and joints. Method:
 * Yu et al., "Free-form image inpainting with gated convolution" (DeepFill v2, ICCV 2019), algorithm 1, for the irregular
 * holes of Liu et al., "Image inpainting for irregular holes using partial convolutions" (ECCV 2018).
 */
import { z } from 'zod';
import { Canvas, LEAST_OPACITY, type Paint } from '../draw/canvas.ts';
import { anyDirection, between, type Point } from '../draw/point.ts';
import type { Coverage } from '../draw/polygon.ts';
import { coverLine } from '../draw/stroke.ts';
import { type Hull, hullOf } from '../hull.ts';
import type { Random } from '../random.ts';
import { type Fill, fills, paintOf } from './fills.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const card: Card = {
  what: 'free-form strokes of a brush, the irregular holes of inpainting, in flat colour, noise or a pattern',
  follows: 'the picture',
  area: [0.02, 0.8],
  controllable: true,
};

export const StrokesConfig = z.strictObject({
  kind: z.literal('strokes'),
  weight,
  area: areaOf(card).default([0.1, 0.45]),
  /** Lines of a stroke, each at an angle to the one before. */
  lines: range(1, 16).default([2, 7]),
  /** Length of a line, and width of the brush: shares of the picture's width. */
  length: range(0.02, 0.5).default([0.06, 0.25]),
  width: range(0.01, 0.3).default([0.04, 0.14]),
  fills,
});
export type StrokesConfig = z.infer<typeof StrokesConfig>;

export const strokes: OccluderKind<StrokesConfig> = {
  card,
  prepare(config, face, random) {
    const { width, height } = face.image;
    const painting = new Painting(hullOf(face), width, height);
    const wanted = Math.max(...[config.area].flat()) + SPARE;
    for (let n = 0; n < MOST_STROKES && painting.share < wanted; n++) {
      painting.add(walk(config, painting, random));
    }
    return {
      share: (size) => painting.shareAt(size),
      draw(size) {
        const canvas = new Canvas(face.image);
        const drawn = painting.strokesAt(size);
        for (const { points, radii, paint } of drawn)
          canvas.fill(coverLine(points, radii, width, height), paint);
        return canvas.finish({ count: drawn.length, fills: drawn.map(({ fill }) => fill).join(' ') });
      },
    };
  },
};

/** So much more of the hull than is asked for is walked over. */
const SPARE = 0.03;
const MOST_STROKES = 400;

/** Where the brush turns, and how wide it is there. */
interface Stroke {
  readonly points: readonly Point[];
  readonly radii: readonly number[];
  readonly fill: Fill;
  readonly paint: Paint;
}

/** Strokes one after another, line by line: the size of an occlusion is how far the brush has come. */
class Painting {
  readonly hull: Hull;
  readonly size: readonly [width: number, height: number];
  private readonly strokes: Stroke[] = [];
  /** Every line, and every dot that begins a stroke: the stroke, and which of its lines it is. */
  private readonly lines: (readonly [Stroke, number])[] = [];
  /** Share of the hull that is covered before each line, and after the last one. */
  private readonly shares = [0];
  /** By pixel: the line that covers it first. */
  private readonly first: Uint16Array;

  constructor(hull: Hull, width: number, height: number) {
    this.hull = hull;
    this.size = [width, height];
    this.first = new Uint16Array(width * height).fill(NONE);
  }

  get share(): number {
    return this.shares.at(-1) as number;
  }

  add(stroke: Stroke): void {
    this.strokes.push(stroke);
    for (let i = 0; i < stroke.points.length; i++) {
      const fresh = this.fresh(this.lines.length, coverLine(...lineOf(stroke, i, 1), ...this.size));
      for (const pixel of fresh) this.first[pixel] = this.lines.length;
      this.lines.push([stroke, i]);
      this.shares.push(this.share + this.shareOf(fresh));
    }
  }

  /** The strokes as far as the brush has come at a size, 0 to 1. */
  strokesAt(size: number): Stroke[] {
    let left = size * this.lines.length;
    const begun: Stroke[] = [];
    for (const stroke of this.strokes) {
      const lines = Math.min(left, stroke.points.length);
      if (lines <= 0) break;
      begun.push(cut(stroke, lines));
      left -= lines;
    }
    return begun;
  }

  shareAt(size: number): number {
    const whole = Math.min(this.lines.length - 1, Math.floor(size * this.lines.length));
    const part = lineOf(...(this.lines[whole] as [Stroke, number]), size * this.lines.length - whole);
    const fresh = this.fresh(whole, coverLine(...part, ...this.size));
    return (this.shares[whole] as number) + this.shareOf(fresh);
  }

  /** The shape's pixels that no line before the given one covers. */
  private fresh(line: number, shape: Coverage): number[] {
    const pixels: number[] = [];
    for (let y = shape.top; y < shape.bottom; y++) {
      for (let x = shape.left; x < shape.right; x++) {
        const pixel = y * this.size[0] + x;
        if (shape.at(x, y) >= LEAST_OPACITY && this.first[pixel]! >= line) pixels.push(pixel);
      }
    }
    return pixels;
  }

  private shareOf(pixels: readonly number[]): number {
    return pixels.reduce((sum, pixel) => sum + this.hull.inside[pixel]!, 0) / this.hull.pixels;
  }
}

/** More than the lines of any painting. */
const NONE = 2 ** 16 - 1;

/** A stroke's line, and the first one the dot where the brush is set down, as far as a part, 0 to 1, of it is drawn. */
function lineOf({ points, radii }: Stroke, i: number, part: number): [points: Point[], radii: number[]] {
  const [b, to] = [points[i]!, radii[i]!];
  if (i === 0)
    return [
      [b, b],
      [part * to, part * to],
    ];
  const [a, from] = [points[i - 1]!, radii[i - 1]!];
  return [
    [a, between(a, b, part)],
    [from, from + part * (to - from)],
  ];
}

/** A stroke's first lines, the last of them perhaps in part. */
function cut(stroke: Stroke, lines: number): Stroke {
  const last = Math.ceil(lines) - 1;
  const before = Math.max(0, last - 1);
  const [ends, radii] = lineOf(stroke, last, lines - last);
  return {
    ...stroke,
    points: [...stroke.points.slice(0, before), ...ends],
    radii: [...stroke.radii.slice(0, before), ...radii],
  };
}

/** A stroke whose lines lean to one side and the other of its own axis by turns, by 48 to 96 degrees. */
function walk(config: StrokesConfig, { hull, size: [width, height] }: Painting, random: Random): Stroke {
  const axis = anyDirection(random);
  const lines = random.integer(config.lines[0], config.lines[1] + 1);
  const radius = (): number => (width * random.uniform(...config.width)) / 2;
  const points = [hull.anyPoint(random)];
  const radii = [radius()];
  for (let i = 0; i < lines; i++) {
    const half = random.uniform(...HALF_ANGLE);
    const cos = (1 - half * half) / (1 + half * half);
    const sin = ((i % 2 === 0 ? 2 : -2) * half) / (1 + half * half);
    const length = width * random.uniform(...config.length);
    const { x, y } = points[i]!;
    points.push({
      x: within(x + length * (cos * axis.x - sin * axis.y), width),
      y: within(y + length * (sin * axis.x + cos * axis.y), height),
    });
    radii.push(radius());
  }
  const fill = random.pick(config.fills);
  return { points, radii, fill, paint: paintOf(fill, random) };
}

/** Tangents of half the angles. */
const HALF_ANGLE = [0.445, 1.11] as const;

const within = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));
