/** Scarf: wound over mouth, chin and neck, in folds, knitted or woven in stripes or tartan. */
import { z } from 'zod';
import { Canvas, type Colour, LEAST_OPACITY, type Paint } from '../draw/canvas.ts';
import { type Cloth, drape, outlineOf } from '../draw/drape.ts';
import { type Light, lightOn } from '../draw/light.ts';
import { between, distance, minus, offset, type Point, resampled, smoothCurve, unit } from '../draw/point.ts';
import { coverPolygon } from '../draw/polygon.ts';
import { coverLine } from '../draw/stroke.ts';
import { band, clouds, ease, type Field, grain } from '../draw/texture.ts';
import type { Face } from '../face.ts';
import { Hull } from '../hull.ts';
import { pointOf } from '../landmarks.ts';
import type { Random } from '../random.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const Pattern = z.enum(['knit', 'stripes', 'tartan', 'plain']);

/** Wool as it is dyed. */
const WOOL: readonly Colour[] = [
  [150, 30, 36],
  [36, 44, 78],
  [120, 120, 124],
  [186, 150, 106],
  [40, 40, 44],
  [44, 78, 58],
  [98, 30, 52],
  [222, 212, 194],
  [62, 110, 140],
  [196, 122, 44],
];

const card: Card = {
  what: 'scarf',
  follows: 'the face mesh',
  area: [0.05, 0.6],
  controllable: false,
};

export const ScarfConfig = z.strictObject({
  kind: z.literal('scarf'),
  weight,
  area: areaOf(card),
  /** Where its upper edge crosses the face: 0 under the nose, 1 under the lower lip. */
  top: range(-0.3, 1).default([-0.25, 0.8]),
  /** Share of the face's hull; the upper edge is moved where it would be more or less. */
  patterns: z.array(Pattern).min(1).default(Pattern.options),
});
export type ScarfConfig = z.infer<typeof ScarfConfig>;

const COLUMNS = 13;
const ROWS = 8;
const MOST_STEPS = 24;

export const scarf: OccluderKind<ScarfConfig> = {
  card,
  prepare(config, face, random) {
    const hull = new Hull(face);
    const light = lightOn(face, hull);
    const { width, height } = face.image;
    const fit = {
      top: random.uniform(...config.top),
      tilt: random.uniform(-0.07, 0.07),
      wide: random.uniform(0.05, 0.11),
      long: random.uniform(0.28, 0.5),
      thick: random.uniform(0.02, 0.05),
    };
    const rows = withinArea(face, hull, config, fit);
    const cloth = drape(rows, width, height);
    const canvas = new Canvas(face.image);
    canvas.fill(coverLine(rows[0] as Point[], 1.3, width, height), shadow);
    canvas.fill(coverLine(rows.at(-1) as Point[], 1.6, width, height), shadow);
    canvas.fill(
      cloth.cover,
      wool(cloth, distance(pointOf(face.landmarks, 27), pointOf(face.landmarks, 8)), config, light, random),
    );
    return { draw: () => canvas.finish({}) };
  },
};

/** Lengths in face heights (nose root to chin) or, for `wide`, in widths of the jaw. */
interface Fit {
  readonly top: number;
  /** How much higher its upper edge stands on the right than on the left. */
  readonly tilt: number;
  /** How far it stands off the jaw on either side. */
  readonly wide: number;
  /** How far it reaches below the chin. */
  readonly long: number;
  /** How far it bulges before mouth and chin. */
  readonly thick: number;
}

/** The scarf with its upper edge moved until its share of the hull is wanted. */
function withinArea(face: Face, hull: Hull, _: ScarfConfig, fit: Fit): Point[][] {
  const { width, height } = face.image;
  const [least, most] = [0.1, 0.45];
  let { top } = fit;
  for (let step = 0; ; step++) {
    const rows = gridOf(face.landmarks, { ...fit, top });
    const share = hull.shareOf(coverPolygon(outlineOf(rows), width, height), LEAST_OPACITY);
    // The shadow along the upper edge adds a row of pixels or two.
    if (step === MOST_STEPS || (share >= least && share <= most - 0.045)) return rows;
    top += share < least ? -0.12 : 0.08;
  }
}

function gridOf(landmarks: Float32Array, { top, tilt, wide, long, thick }: Fit): Point[][] {
  const p = (i: number): Point => pointOf(landmarks, i);
  const right = unit(minus(p(45), p(36)));
  const down = { x: -right.y, y: right.x };
  const tall = distance(p(27), p(8));
  const jaw = distance(p(3), p(13));
  const lip = between(p(33), p(57), top);
  const rise = (point: Point, side: number, by: number): Point =>
    offset(point, down, (by - side * tilt) * tall);
  // The sides go with the middle: lower where the scarf is worn lower.
  const [leftEdge, rightEdge] = [
    sideAt(landmarks, 2.6 + 1.2 * Math.max(0, top), 0),
    sideAt(landmarks, 2.6 + 1.2 * Math.max(0, top), 16),
  ];
  const left = rise(offset(leftEdge, right, -wide * jaw), -1, 0.02);
  const far = rise(offset(rightEdge, right, wide * jaw), 1, 0.02);
  const upper = smoothCurve(
    [left, rise(between(left, lip, 0.5), -0.5, 0.03), lip, rise(between(far, lip, 0.5), 0.5, 0.03), far],
    4,
  );
  const chin = offset(p(8), down, long * tall);
  const foot = (jawPoint: Point, side: number): Point =>
    offset(offset(jawPoint, right, side * (wide + 0.04) * jaw), down, (long + 0.12) * tall);
  const lower = smoothCurve(
    [
      foot(p(4), -1),
      offset(between(foot(p(4), -1), chin, 0.55), down, 0.06 * tall),
      chin,
      offset(between(foot(p(12), 1), chin, 0.55), down, 0.06 * tall),
      foot(p(12), 1),
    ],
    4,
  );
  const above = resampled(upper, COLUMNS);
  const below = resampled(lower, COLUMNS);
  return Array.from({ length: ROWS }, (_, j) => {
    const v = j / (ROWS - 1);
    const belly = 4 * v * (1 - v);
    return above.map((point, i) => {
      const across = (2 * i) / (COLUMNS - 1) - 1;
      const out = offset(between(point, below[i] as Point, v), right, across * thick * belly * jaw);
      return offset(out, down, thick * belly * (1 - across * across) * tall);
    });
  });
}

/** A point of the jaw at a fractional index counted from one of its ends. */
function sideAt(landmarks: Float32Array, at: number, end: 0 | 16): Point {
  const low = Math.floor(at);
  const index = (i: number): number => (end === 0 ? i : 16 - i);
  return between(pointOf(landmarks, index(low)), pointOf(landmarks, index(low + 1)), at - low);
}

const shadow: Paint = (_x, _y, out) => {
  out.fill(0);
  return 0.3;
};

/** The cloth: pattern, folds that hang in arcs, a rolled upper edge, lit as the face is. */
function wool(
  { cover, u, v }: Cloth,
  tall: number,
  config: ScarfConfig,
  light: Light,
  random: Random,
): Paint {
  const pattern = patternOf(random.pick(config.patterns), tall / 60, random);
  const folds = foldsAt(random);
  const fibres = grain(random);
  const uneven = clouds(random, random.uniform(5, 9));
  const colour = new Float64Array(3);
  return (x, y, out) => {
    const at = (y - cover.top) * cover.stride + x - cover.left;
    const across = 2 * (u[at] as number) - 1;
    const along = v[at] as number;
    const fold = folds(across, along);
    pattern(across + 0.015 * fold, along + 0.02 * fold, colour);
    const roll =
      0.14 * ease(1 - Math.abs(along - 0.05) / 0.05) - 0.16 * ease(1 - Math.abs(along - 0.14) / 0.05);
    const round = 1 - 0.34 * across * across * across * across - 0.2 * ease((along - 0.75) / 0.25);
    const shade = light.exposure * light.at(x, y) * round * (1 + 0.2 * fold + roll + 0.05 * uneven(x, y));
    for (let c = 0; c < 3; c++) out[c] = shade * (colour[c] as number) + 4 * fibres(x, y);
    return 1;
  };
}

/** Two to four folds, from -1 in their depth to 1 on their crest. */
function foldsAt(random: Random): Field {
  const count = random.uniform(2.2, 3.8);
  const lean = random.uniform(-0.35, 0.35);
  const hang = random.uniform(0.15, 0.4);
  const start = random.next();
  const wander = clouds(random, 0.5);
  return (across, along) => {
    const at =
      count * (along + hang * across * across + lean * across) + start + 0.35 * wander(across, along);
    const phase = at - Math.floor(at);
    return phase < 0.7 ? 2 * ease(phase / 0.7) - 1 : 1 - 2 * ease((phase - 0.7) / 0.3);
  };
}

/** Colour by place on the cloth; `scale` is 1 on a face 60 pixels high. */
function patternOf(
  kind: z.infer<typeof Pattern>,
  scale: number,
  random: Random,
): (across: number, along: number, out: Float64Array) => void {
  const ground = random.pick(WOOL);
  const second = random.pick(WOOL.filter((colour) => colour !== ground));
  const third = random.pick(WOOL);
  const period = random.uniform(0.2, 0.4);
  const share = random.uniform(0.3, 0.6);
  const soft = 0.04 / scale;
  const mix = (out: Float64Array, colour: Colour, t: number): void => {
    for (let c = 0; c < 3; c++)
      out[c] = (out[c] as number) + t * ((colour[c] as number) - (out[c] as number));
  };
  return (across, along, out) => {
    out.set(ground);
    if (kind === 'stripes') mix(out, second, band(along, period, share, soft));
    if (kind === 'tartan') {
      mix(out, second, 0.5 * (band(along, period, share, soft) + band(across, 2 * period, share, soft)));
      mix(out, third, 0.6 * Math.max(band(along, period, 0.12, soft), band(across, 2 * period, 0.08, soft)));
    }
    if (kind === 'knit') {
      const rib = band(across + 0.02 * band(along, 0.08, 0.5, 0.04), 0.11, 0.5, 0.06);
      for (let c = 0; c < 3; c++) out[c] = (out[c] as number) * (0.8 + 0.28 * rib);
    }
  };
}
