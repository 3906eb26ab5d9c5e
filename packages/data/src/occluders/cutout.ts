/**
 * Cutouts of the user's own: microphones, cups, hair, hands, whatever else. `folder` holds PNG or WebP pictures with an alpha
 * channel; or pictures (JPEG too) that have masks of the same size, white where the thing is: `cup_mask.png` beside `cup.jpg`, or
 * `masks/cup.png` in a folder of their own.
 */
import { z } from 'zod';
import { skinAt } from '../drape/face-surface.ts';
import { type Light, lightOn } from '../drape/light.ts';
import { castShadow } from '../drape/shadow.ts';
import { type WornBy, wear, wornBy } from '../drape/wear.ts';
import { Canvas, type Paint } from '../draw/canvas.ts';
import { directionAt, type Point, unit } from '../draw/point.ts';
import { Coverage } from '../draw/polygon.ts';
import { type Pyramid, type Reader, readerAt } from '../draw/pyramid.ts';
import type { Face } from '../face.ts';
import { hullOf } from '../hull.ts';
import type { Random } from '../random.ts';
import type { Cutouts } from './cutout-files.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const Place = z.enum(['mouth', 'eyes', 'cheek', 'chin', 'forehead', 'anywhere']);
type Place = z.infer<typeof Place>;

const card: Card = {
  what: "the user's own cutouts, lit as the face is; a thin one covers less, however large it is drawn",
  follows: 'the face mesh',
  area: [0.02, 0.6],
  controllable: true,
};

export const CutoutConfig = z.strictObject({
  kind: z.literal('cutout'),
  /** What it is called in samples and figures: of two folders each needs its own. */
  name: z
    .string()
    .regex(/^[\w-]+$/, 'letters, digits, _ and - alone')
    .default('cutout'),
  weight,
  area: areaOf(card),
  folder: z.string().min(1),
  /** Where its middle comes on the face, or several places, one of which is drawn. */
  at: z
    .preprocess((one) => (typeof one === 'string' ? [one] : one), z.array(Place).min(1))
    .default(['anywhere']),
  /** Its longer side in widths of the face; `area` overrules it. */
  scale: range(0.05, 4).default([0.4, 0.9]),
  /** Clockwise from the head's upright, in degrees. */
  turn: range(-180, 180).default([-20, 20]),
  /** How far its brightness and tint follow the light on the face. */
  match: z.number().min(0).max(1).default(0.7),
  /** How dark its shadow on the face is. */
  shadow: z.number().min(0).max(1).default(0.25),
});
export type CutoutConfig = z.infer<typeof CutoutConfig>;

export const cutout: OccluderKind<CutoutConfig, Cutouts> = {
  card,
  async open({ folder, name }) {
    const { readCutouts } = await import('./cutout-files.ts');
    return readCutouts(folder, name);
  },
  prepare(config, face, random, { cutouts }) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const { name, picture } = random.pick(cutouts);
    const at = random.pick(config.at);
    const centre = pointAt(at, face, worn, random);
    const turn = random.uniform(...config.turn);
    const axes = axesOf(worn, turn);
    const [least, most] = config.area === undefined ? config.scale : ANY_SCALE;
    const { width, height } = face.image;
    return {
      draw(size) {
        const scale = least + (most - least) * size;
        const long = scale * FACE_WIDTH * worn.pose.scale;
        const patch = new Patch(picture, { centre, long, ...axes }, width, height);
        const canvas = new Canvas(face.image);
        castShadow(canvas, patch, light, { strength: config.shadow, reach: 0.3 * worn.pose.scale });
        canvas.fill(patch, lit(patch, light, config.match));
        return canvas.finish({ picture: name, at, scale: rounded(scale), turn: rounded(turn) });
      },
    };
  },
};

const ANY_SCALE = [0.05, 4] as const;
/** In cm, of the mean face. */
const FACE_WIDTH = 13.4;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Around these points of the mean face, in cm, each side as likely as the other. */
const PLACES: Readonly<Record<Exclude<Place, 'anywhere'>, readonly [x: number, y: number]>> = {
  mouth: [0, -6.5],
  eyes: [0, 0.3],
  cheek: [4.2, -4.2],
  chin: [0, -9.6],
  forehead: [0, 4.4],
};
const SPREAD = 0.7;

function pointAt(place: Place, face: Face, worn: WornBy, random: Random): Point {
  if (place === 'anywhere') return hullOf(face).anyPoint(random);
  const side = random.next() < 0.5 ? -1 : 1;
  const x = side * PLACES[place][0] + random.uniform(-SPREAD, SPREAD);
  const y = PLACES[place][1] + random.uniform(-SPREAD, SPREAD);
  const [left, top] = wear(Float32Array.of(x, y, skinAt(x, y)), worn, 1);
  return { x: left!, y: top! };
}

/** Where the cutout's own right and down point in the picture. */
interface Axes {
  readonly right: Point;
  readonly down: Point;
}

function axesOf({ pose: { rotation } }: WornBy, turn: number): Axes {
  const down = unit({ x: -rotation[1], y: rotation[4] });
  const right = { x: down.y, y: -down.x };
  const { x: cos, y: sin } = directionAt(turn);
  return {
    right: { x: cos * right.x + sin * down.x, y: cos * right.y + sin * down.y },
    down: { x: cos * down.x - sin * right.x, y: cos * down.y - sin * right.y },
  };
}

interface Laid extends Axes {
  readonly centre: Point;
  /** Pixels of its longer side. */
  readonly long: number;
}

/** The cutout as it lies in the picture: its alpha is the coverage. */
class Patch extends Coverage {
  /** Red, green and blue by pixel of the box. */
  readonly colours: Float32Array;
  readonly laid: Laid;
  /** Pixels of its sides. */
  private readonly sides: Point;

  constructor(picture: Pyramid, laid: Laid, width: number, height: number) {
    const { centre, right, down, long } = laid;
    const first = picture.levels[0]!;
    const scale = long / Math.max(first.width, first.height);
    const sides = { x: scale * first.width, y: scale * first.height };
    const reach = {
      x: (sides.x * Math.abs(right.x) + sides.y * Math.abs(down.x)) / 2 + 1,
      y: (sides.x * Math.abs(right.y) + sides.y * Math.abs(down.y)) / 2 + 1,
    };
    super(
      Math.max(0, Math.floor(centre.x - reach.x)),
      Math.max(0, Math.floor(centre.y - reach.y)),
      Math.min(width, Math.ceil(centre.x + reach.x) + 1),
      Math.min(height, Math.ceil(centre.y + reach.y) + 1),
    );
    [this.laid, this.sides] = [laid, sides];
    this.colours = new Float32Array(3 * this.values.length);
    this.read(readerAt(picture, 1 / (SAMPLES * scale)));
  }

  /** Place on the cutout, -0.5 to 0.5 to either side. */
  placeAt(x: number, y: number): Point {
    const { centre, right, down } = this.laid;
    const [dx, dy] = [x - centre.x, y - centre.y];
    return {
      x: (dx * right.x + dy * right.y) / this.sides.x,
      y: (dx * down.x + dy * down.y) / this.sides.y,
    };
  }

  private read(reader: Reader): void {
    const out = new Float64Array(4);
    for (let at = 0; at < this.values.length; at++) {
      const [x, y] = [this.left + (at % this.stride), this.top + Math.floor(at / this.stride)];
      out.fill(0);
      for (const dy of OFFSETS) {
        for (const dx of OFFSETS) {
          const place = this.placeAt(x + dx, y + dy);
          reader.add(place.x + 0.5, place.y + 0.5, out);
        }
      }
      const alpha = out[3]!;
      if (alpha === 0) continue;
      this.values[at] = Math.min(1, alpha / (255 * SAMPLES * SAMPLES));
      for (let c = 0; c < 3; c++) this.colours[3 * at + c] = (255 * out[c]!) / alpha;
    }
  }
}

/** Samples of a pixel's side, and where they lie. */
const SAMPLES = 2;
const OFFSETS = [-0.25, 0.25];

/** The cutout's own colours under the face's light, as if it bulged a little. */
function lit(patch: Patch, light: Light, match: number): Paint {
  const { right, down } = patch.laid;
  return (x, y, out, at) => {
    const { x: s, y: t } = patch.placeAt(x, y);
    const [nx, ny] = [BULGE * (s * right.x + t * down.x), BULGE * (s * right.y + t * down.y)];
    const shade = light.exposure * light.at(nx, ny, Math.sqrt(Math.max(0, 1 - nx * nx - ny * ny)));
    for (let c = 0; c < 3; c++) {
      out[c] = patch.colours[3 * at + c]! * (1 + match * (shade * light.tint[c]! - 1));
    }
    return 1;
  };
}

const BULGE = 0.8;
