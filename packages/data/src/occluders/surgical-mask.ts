/** Surgical mask: from the nose ridge to under the chin, pleated, on ear loops. */
import { z } from 'zod';
import { Canvas, type Colour, LEAST_OPACITY, type Paint } from '../draw/canvas.ts';
import { type Cloth, drape, outlineOf } from '../draw/drape.ts';
import { type Light, lightOn } from '../draw/light.ts';
import {
  between,
  distance,
  meanOf,
  minus,
  offset,
  type Point,
  resampled,
  smoothCurve,
  unit,
} from '../draw/point.ts';
import { coverPolygon } from '../draw/polygon.ts';
import { coverLine } from '../draw/stroke.ts';
import { clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Face, Occluder, Occlusion } from '../face.ts';
import { Hull } from '../hull.ts';
import { pointOf, pointsOf } from '../landmarks.ts';
import type { Random } from '../random.ts';
import { range, weight } from './parameters.ts';

const COLOURS = {
  blue: [150, 192, 219],
  white: [236, 238, 240],
  green: [166, 210, 190],
  pink: [238, 188, 200],
  black: [52, 52, 56],
} as const satisfies Record<string, Colour>;
const ColourName = z.enum(Object.keys(COLOURS) as [keyof typeof COLOURS]);

export const SurgicalMaskConfig = z.strictObject({
  kind: z.literal('mask'),
  weight,
  /** Where the upper edge crosses the nose: 0 at the ridge's second point, 1 at the tip. */
  top: range(0, 0.9).default([0.2, 0.7]),
  /** The most of the face's hull that it covers; where it would be more it is narrower and sits lower. */
  most: z.number().min(0.3).max(0.6).default(0.45),
  /** How deep the pleats show; 0: smooth. */
  pleats: range(0, 1).default([0.4, 1]),
  colours: z.array(ColourName).min(1).default(['blue', 'blue', 'white', 'green', 'pink', 'black']),
});
export type SurgicalMaskConfig = z.infer<typeof SurgicalMaskConfig>;

const COLUMNS = 13;
const ROWS = 7;

export const surgicalMask = (config: SurgicalMaskConfig): Occluder => ({
  name: 'mask',
  occlude(face, random) {
    const hull = new Hull(face);
    const top = random.uniform(...config.top);
    const fit = {
      slack: random.uniform(0.03, 0.07),
      sag: random.uniform(-0.01, 0.035),
      inset: random.uniform(0.06, 0.13),
    };
    const look = lookOf(config, lightOn(face, hull), random);
    for (let step = 0; ; step++) {
      const rows = gridOf(face.landmarks, top, step, fit);
      const over = outlineShare(rows, face, hull) - (config.most - BESIDES);
      if (step < MOST_STEPS && over > 0) {
        step = Math.min(MOST_STEPS - 1, step + Math.floor(over / A_STEP));
        continue;
      }
      const drawn = draw(face, rows, look);
      if (step >= MOST_STEPS || hull.share(drawn.mask) <= config.most) return drawn;
    }
  },
});

/** About what shadow and ear loops add to the cloth's share of the hull. */
const BESIDES = 0.05;
/** Where the mask is more than the wanted share of the hull it is made narrower and lower, at most so often. */
const MOST_STEPS = 20;
/** A step takes off no less than this, so a jump by it never goes too far. */
const A_STEP = 0.015;

const outlineShare = (
  rows: readonly (readonly Point[])[],
  { image: { width, height } }: Face,
  hull: Hull,
): number => hull.shareOf(coverPolygon(outlineOf(rows), width, height), LEAST_OPACITY);

function draw(face: Face, rows: Point[][], look: Look): Occlusion {
  const canvas = new Canvas(face.image);
  const cloth = drape(rows, face.image.width, face.image.height);
  drawLoops(canvas, face, rows, look);
  drawContact(canvas, rows);
  canvas.fill(cloth.cover, paper(cloth, look));
  return canvas.finish();
}

/** Everything about a mask but its place. */
interface Look {
  readonly colour: Colour;
  readonly light: Light;
  readonly fibres: Field;
  readonly creases: Field;
  /** Brightness by place across (-1 to 1) and along (0 to 1). */
  readonly folds: Field;
  /** Half the width of the ear loops in pixels. */
  readonly loop: number;
}

const lookOf = (config: SurgicalMaskConfig, light: Light, random: Random): Look => ({
  colour: jittered(COLOURS[random.pick(config.colours)], random),
  light,
  fibres: grain(random),
  creases: clouds(random, random.uniform(6, 11)),
  folds: foldsAt(random.uniform(...config.pleats), random),
  loop: random.uniform(0.4, 0.65),
});

interface Fit {
  /** How far it stands off the jaw, in face heights. */
  readonly slack: number;
  /** How far its upper edge hangs over the cheeks, in face heights. */
  readonly sag: number;
  /** How far its sides stay away from the jaw's edge, as a share of the way to the nose. */
  readonly inset: number;
}

/** Where the mask's points lie: its upper edge over nose and cheeks, its lower one round the jaw, the middle in front of the mouth. */
function gridOf(landmarks: Float32Array, top: number, step: number, { slack, sag, inset }: Fit): Point[][] {
  const fit = { slack, sag, inset: inset + 0.014 * step };
  const p = (i: number): Point => pointOf(landmarks, i);
  const right = unit(minus(p(45), p(36)));
  const tall = distance(p(27), p(8));
  const crest = between(p(28), p(30), Math.min(0.9, top + 0.03 * step));
  const upper = upperEdge(landmarks, crest, 0.1 * step, fit);
  const lower = lowerEdge(landmarks, fit);
  const middle = (COLUMNS - 1) / 2;
  const chin = lower[middle] as Point;
  const tip = offset(p(30), unit(minus(p(30), between(p(27), p(8), 0.5))), 0.02 * tall);
  const front = resampled(smoothCurve([crest, tip, p(51), p(57), chin], 6), ROWS);
  return front.map((point, j) => {
    const v = j / (ROWS - 1);
    const out = minus(point, between(crest, chin, v));
    const row = upper.map((above, i) => {
      const across = i / middle - 1;
      const bulge = (1 - across * across) * (1 - across * across);
      return offset(between(above, lower[i] as Point, v), out, bulge);
    });
    return unfolded(row, right);
  });
}

function upperEdge(landmarks: Float32Array, crest: Point, low: number, { sag, inset }: Fit): Point[] {
  const p = (i: number): Point => pointOf(landmarks, i);
  const right = unit(minus(p(45), p(36)));
  const down = { x: -right.y * distance(p(27), p(8)), y: right.x * distance(p(27), p(8)) };
  const half = (outer: number, below: number, wing: number): Point[] => {
    const corner = between(between(p(outer), p(below), low), p(wing), inset);
    return [
      corner,
      offset(between(corner, crest, 0.5), down, sag - 0.02),
      offset(between(corner, crest, 0.8), down, sag),
    ];
  };
  const curve = smoothCurve([...half(2, 3, 31), crest, ...half(14, 13, 35).reverse()], 6);
  return resampled(curve, COLUMNS);
}

function lowerEdge(landmarks: Float32Array, { slack, inset }: Fit): Point[] {
  const p = (i: number): Point => pointOf(landmarks, i);
  const tall = distance(p(27), p(8));
  const centre = meanOf([p(33), p(51), p(57)]);
  const jaw = pointsOf(landmarks, 4, 12).map((point, i) => {
    const depth = 1 - Math.abs(i - 4) / 4;
    const inside = between(point, centre, inset * (1 - depth) * (1 - depth));
    return offset(inside, unit(minus(point, centre)), slack * depth * tall);
  });
  return resampled(smoothCurve(jaw, 3), COLUMNS);
}

/** A row whose points go outwards from its middle: what would lie behind the bulge of nose and mouth is drawn out to it. */
function unfolded(row: readonly Point[], right: Point): Point[] {
  const points = [...row];
  const middle = (row.length - 1) / 2;
  for (const side of [-1, 1]) {
    for (let i = 1; i <= middle; i++) {
      const at = middle + side * i;
      const [inner, outer] = [points[at - side] as Point, points[at] as Point];
      const ahead = side * ((outer.x - inner.x) * right.x + (outer.y - inner.y) * right.y);
      if (ahead < 0.3) points[at] = offset(outer, right, side * (0.3 - ahead));
    }
  }
  return points;
}

function jittered(colour: Colour, random: Random): Colour {
  const bright = random.uniform(0.92, 1.04);
  const [red, green, blue] = colour;
  return [
    red * bright + random.uniform(-8, 8),
    green * bright + random.uniform(-6, 6),
    blue * bright + random.uniform(-8, 8),
  ];
}

/** The pleated paper: round over the face, darker under the chin, lit as the face is. */
function paper({ cover, u, v }: Cloth, { colour, light, fibres, creases, folds }: Look): Paint {
  return (x, y, out) => {
    const at = (y - cover.top) * cover.stride + x - cover.left;
    const across = 2 * (u[at] as number) - 1;
    const along = v[at] as number;
    const round = 1 - 0.3 * across * across * Math.abs(across) - 0.22 * ease((along - 0.72) / 0.3);
    const hem = along < 0.07 || along > 0.94 ? 0.96 : 1;
    const shade =
      light.exposure * light.at(x, y) * round * hem * folds(across, along) * (1 + 0.035 * creases(x, y));
    for (let c = 0; c < 3; c++) out[c] = shade * (colour[c] as number) + 2.5 * fibres(x, y);
    return 1;
  };
}

/** Three pleats: each dark under its edge and light above it, deepest at the sides where they are stitched. */
function foldsAt(depth: number, random: Random): Field {
  const first = random.uniform(0.24, 0.34);
  const step = random.uniform(0.15, 0.19);
  return (across, along) => {
    let shade = 1;
    for (let k = 0; k < 3; k++) {
      const d = (along - first - k * step) / 0.045;
      if (d < -1.5 || d > 2) continue;
      const dark = d > 0 ? 1 - ease(d / 2) : ease(d + 1);
      const pale = ease(1 - Math.abs(d + 1.1) / 0.7);
      shade += depth * (0.35 + 0.65 * across * across) * (0.06 * pale - 0.2 * dark);
    }
    return shade;
  };
}

/** A thin shadow on the skin along the mask's edge. */
function drawContact(canvas: Canvas, rows: readonly (readonly Point[])[]): void {
  const { width, height } = canvas.clean;
  const upper = rows[0] as readonly Point[];
  canvas.fill(coverLine(upper, 1.1, width, height), (_x, _y, out) => {
    out.fill(0);
    return 0.28;
  });
}

/** Two bands from the mask's corners to each ear that is seen. */
function drawLoops(
  canvas: Canvas,
  { landmarks }: Face,
  rows: readonly (readonly Point[])[],
  { colour, light, loop }: Look,
): void {
  const { width, height } = canvas.clean;
  const p = (i: number): Point => pointOf(landmarks, i);
  const wide = distance(p(0), p(16));
  const ears = [
    { column: 0, upper: 0, lower: 2, other: 16 },
    { column: COLUMNS - 1, upper: 16, lower: 14, other: 0 },
  ];
  for (const { column, upper, lower, other } of ears) {
    const near = distance(p(upper), p(30));
    if (near < 0.62 * distance(p(other), p(30))) continue;
    const out = unit(minus(p(upper), p(other)));
    const top = (rows[1] as Point[])[column] as Point;
    const bottom = (rows[ROWS - 2] as Point[])[column] as Point;
    const ear = offset(p(upper), out, 0.05 * wide);
    const lobe = offset(between(p(upper), p(lower), 0.8), out, 0.03 * wide);
    for (const [from, to, sag] of [
      [top, ear, -0.01],
      [bottom, lobe, 0.03],
    ] as const) {
      const middle = offset(between(from, to, 0.5), { x: 0, y: 1 }, sag * wide);
      const band = coverLine(smoothCurve([from, middle, to], 4), loop, width, height);
      canvas.fill(band, (x, y, paint) => {
        const shade = light.exposure * light.at(x, y) * 0.96;
        for (let c = 0; c < 3; c++) paint[c] = shade * (0.6 * (colour[c] as number) + 0.4 * 235);
        return 0.9;
      });
    }
  }
}
