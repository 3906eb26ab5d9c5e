/** Sunglasses of natural size, each lens fitted to its eye, so that they turn with the head. */
import { z } from 'zod';
import { Canvas, type Colour, type Paint } from '../draw/canvas.ts';
import { type Light, lightOn } from '../draw/light.ts';
import {
  between,
  closedCurve,
  distance,
  minus,
  offset,
  type Point,
  smoothCurve,
  unit,
} from '../draw/point.ts';
import { coverPolygon } from '../draw/polygon.ts';
import { coverLine } from '../draw/stroke.ts';
import { ease } from '../draw/texture.ts';
import type { Face } from '../face.ts';
import { Hull } from '../hull.ts';
import { pointOf } from '../landmarks.ts';
import type { Random } from '../random.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

/** Corners of a lens, rounded off: from -1 at the nose and at the top to 1 at the temple and at the bottom. */
const SHAPES = {
  round: [-0.7, -0.7, 0, -1, 0.7, -0.7, 1, 0, 0.7, 0.7, 0, 1, -0.7, 0.7, -1, 0],
  wayfarer: [-0.85, -0.8, 0.1, -0.95, 1.05, -0.95, 0.95, -0.1, 0.68, 0.8, 0, 0.95, -0.72, 0.72, -0.95, -0.1],
  aviator: [-0.8, -0.85, 0.1, -0.95, 0.95, -0.8, 1, 0, 0.72, 0.95, 0.1, 1.15, -0.6, 0.6, -0.92, -0.2],
  rectangle: [-0.9, -0.66, 0, -0.74, 0.92, -0.7, 1, 0, 0.88, 0.66, 0, 0.74, -0.84, 0.68, -0.96, 0],
} as const;
const ShapeName = z.enum(Object.keys(SHAPES) as [keyof typeof SHAPES]);

const TINTS: readonly Colour[] = [
  [22, 22, 26],
  [22, 22, 26],
  [58, 38, 24],
  [34, 48, 36],
  [28, 40, 66],
];
const FRAMES: readonly Colour[] = [
  [18, 18, 20],
  [18, 18, 20],
  [70, 42, 24],
  [150, 120, 70],
  [150, 152, 158],
  [225, 225, 222],
  [120, 24, 30],
];

const card: Card = {
  what: 'sunglasses',
  follows: 'the face mesh',
  area: [0.08, 0.3],
  controllable: false,
};

export const SunglassesConfig = z.strictObject({
  kind: z.literal('sunglasses'),
  weight,
  area: areaOf(card),
  /** 1: lenses 50 mm wide on eyes 30 mm wide. */
  size: range(0.7, 1.5).default([0.92, 1.15]),
  shapes: z.array(ShapeName).min(1).default(ShapeName.options),
  /** How much a lens hides of the eye behind it, at its upper edge. */
  darkness: range(0.4, 1).default([0.7, 1]),
  /** How strongly a lens mirrors sky and light. */
  gloss: range(0, 1).default([0.1, 0.8]),
});
export type SunglassesConfig = z.infer<typeof SunglassesConfig>;

export const sunglasses: OccluderKind<SunglassesConfig> = {
  card,
  prepare(config, face, random) {
    const light = lightOn(face, new Hull(face));
    const size = random.uniform(...config.size);
    const corners = SHAPES[random.pick(config.shapes)];
    const lenses = [lensAt(face, 39, 36, size), lensAt(face, 42, 45, size)] as const;
    const outlines = lenses.map((lens) => outlineOf(lens, corners));
    const frame = { colour: random.pick(FRAMES), radius: random.uniform(0.6, 1.3) };
    const glass = glassOf(config, light, random);
    const { width, height } = face.image;
    const canvas = new Canvas(face.image);
    for (const outline of outlines) {
      const lowered = outline.map(({ x, y }) => ({ x, y: y + 1.6 }));
      canvas.fill(coverPolygon(lowered, width, height), shadow);
    }
    drawTemples(canvas, face, lenses, frame, light);
    lenses.forEach((lens, i) => {
      canvas.fill(coverPolygon(outlines[i] as Point[], width, height), glass(lens));
    });
    drawFrame(canvas, lenses, outlines, frame, light);
    return { draw: () => canvas.finish({}) };
  },
};

/** A lens before it has a shape: centre, and its half width (towards the temple) and half height as vectors. */
interface Lens {
  readonly centre: Point;
  readonly out: Point;
  readonly down: Point;
}

interface Frame {
  readonly colour: Colour;
  readonly radius: number;
}

function lensAt({ landmarks }: Face, inner: number, outer: number, size: number): Lens {
  const p = (i: number): Point => pointOf(landmarks, i);
  const right = unit(minus(p(45), p(36)));
  const nose = distance(p(27), p(33));
  const eye = minus(p(outer), p(inner));
  const half = 0.84 * size;
  const down = { x: -right.y * nose * 0.41 * size, y: right.x * nose * 0.41 * size };
  const centre = offset(offset(between(p(inner), p(outer), 0.56), down, 0.16), eye, 0.03);
  return { centre, out: { x: eye.x * half, y: eye.y * half }, down };
}

const placeOn = ({ centre, out, down }: Lens, s: number, t: number): Point =>
  offset(offset(centre, out, s), down, t);

function outlineOf(lens: Lens, corners: readonly number[]): Point[] {
  const points = Array.from({ length: corners.length / 2 }, (_, i) =>
    placeOn(lens, corners[2 * i] as number, corners[2 * i + 1] as number),
  );
  return closedCurve(points, 4);
}

const shadow: Paint = (_x, _y, out) => {
  out.fill(0);
  return 0.2;
};

/** Glass darker at its top, with the sky mirrored in its upper half and a streak of light across it. */
function glassOf(config: SunglassesConfig, light: Light, random: Random): (lens: Lens) => Paint {
  const tint = random.pick(TINTS);
  const darkness = random.uniform(...config.darkness);
  const fade = random.uniform(0, 0.3) * darkness;
  const gloss = random.uniform(...config.gloss);
  const sky: Colour = [random.uniform(90, 150), random.uniform(105, 150), random.uniform(130, 185)];
  const streak = {
    at: random.uniform(-0.6, 0.6),
    lean: random.uniform(0.4, 0.9),
    width: random.uniform(0.12, 0.35),
  };
  return ({ centre, out, down }) => {
    const determinant = out.x * down.y - out.y * down.x || 1e-9;
    return (x, y, paint) => {
      const [dx, dy] = [x - centre.x, y - centre.y];
      const s = (dx * down.y - dy * down.x) / determinant;
      const t = (dy * out.x - dx * out.y) / determinant;
      // The streak leans the same way in both lenses, whichever way their own axis runs.
      const across = (out.x < 0 ? -s : s) + streak.lean * t - streak.at;
      const flash = gloss * ease(1 - Math.abs(across) / streak.width);
      const mirrored = gloss * 0.55 * ease((0.3 - t) / 1.2) + 0.45 * flash;
      for (let c = 0; c < 3; c++) {
        const value = tint[c] as number;
        paint[c] = light.exposure * (value + mirrored * ((sky[c] as number) - value)) + 40 * flash;
      }
      return Math.min(1, darkness - fade * ease((t + 1) / 2) + 0.4 * mirrored);
    };
  };
}

const frameInk =
  ({ colour }: Frame, light: Light, shine: number): Paint =>
  (x, y, out) => {
    const shade = light.exposure * light.at(x, y);
    for (let c = 0; c < 3; c++) out[c] = shade * ((colour[c] as number) + shine);
    return 1;
  };

function drawFrame(
  canvas: Canvas,
  [left, right]: readonly [Lens, Lens],
  outlines: readonly (readonly Point[])[],
  frame: Frame,
  light: Light,
): void {
  const { width, height } = canvas.clean;
  const line = (points: readonly Point[], radius: number, shine: number): void =>
    canvas.fill(coverLine(points, radius, width, height), frameInk(frame, light, shine));
  const [a, b] = [placeOn(left, -0.9, -0.3), placeOn(right, -0.9, -0.3)];
  const middle = offset(between(a, b, 0.5), left.down, -0.12);
  line(smoothCurve([a, middle, b], 4), frame.radius + 0.1, 0);
  for (const outline of outlines) {
    line([...outline, outline[0] as Point], frame.radius, 0);
    const upper = outline.slice(0, Math.ceil(outline.length * 0.3)).map(({ x, y }) => ({ x, y: y - 0.3 }));
    line(upper, frame.radius * 0.4, 45);
  }
}

/** The sides that run to the ears, where the head's turn lets them be seen. */
function drawTemples(
  canvas: Canvas,
  { landmarks }: Face,
  lenses: readonly [Lens, Lens],
  frame: Frame,
  light: Light,
): void {
  const { width, height } = canvas.clean;
  const p = (i: number): Point => pointOf(landmarks, i);
  const sides = [
    { lens: lenses[0], ear: 0, other: 16 },
    { lens: lenses[1], ear: 16, other: 0 },
  ];
  for (const { lens, ear, other } of sides) {
    const hinge = placeOn(lens, 1, -0.45);
    const outwards = unit(minus(p(ear), p(other)));
    const end = offset(offset(p(ear), lens.down, -0.25), outwards, 0.02 * distance(p(0), p(16)));
    const reach = minus(end, hinge);
    if (reach.x * outwards.x + reach.y * outwards.y < 1) continue;
    canvas.fill(coverLine([hinge, end], frame.radius * 0.9, width, height), frameInk(frame, light, 6));
  }
}
