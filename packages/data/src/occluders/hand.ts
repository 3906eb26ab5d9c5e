/** A hand before the face: over the mouth or an eye, under the chin, at the cheek, with spread fingers. */
import { z } from 'zod';
import { drawCapsules, type Vector } from '../drape/capsules.ts';
import { skinAt } from '../drape/face-surface.ts';
import { ARM, handLimbs, type Limb, PALM } from '../drape/hand-shape.ts';
import { lightOn } from '../drape/light.ts';
import { castShadow } from '../drape/shadow.ts';
import { skinColour } from '../drape/skin-colour.ts';
import { type WornBy, wear, wornBy } from '../drape/wear.ts';
import { Canvas } from '../draw/canvas.ts';
import { meanOf, type Point, unit } from '../draw/point.ts';
import { ease, type Field } from '../draw/texture.ts';
import { POINTS, pointsOf } from '../landmarks.ts';
import type { Random } from '../random.ts';
import { GESTURES, type Gesture, type GestureName, gestureOf } from './hand-gestures.ts';
import { handPaint, marksOf, skinOf } from './hand-skin.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const Name = z.enum(Object.keys(GESTURES) as [GestureName]);

const card: Card = {
  what: 'a hand over mouth or eye, at the cheek, under the chin, or with its fingers spread before the face',
  follows: 'the face mesh',
  area: [0.03, 0.35],
  controllable: true,
};

export const HandConfig = z.strictObject({
  kind: z.literal('hand'),
  weight,
  area: areaOf(card),
  gestures: z.array(Name).min(1).default(Name.options),
  /** 1: a hand 18 cm long on a head of mean size. */
  size: range(0.7, 1.3).default([0.9, 1.05]),
});
export type HandConfig = z.infer<typeof HandConfig>;

export const hand: OccluderKind<HandConfig> = {
  card,
  prepare(config, face, random) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const { scale } = worn.pose;
    const name = random.pick(config.gestures);
    const gesture = gestureOf(name, random);
    const side = sideOf(worn, random);
    const limbs = placed(gesture, side, random.uniform(...config.size), worn);
    const shift = shiftOf(limbs, scale, meanOf(pointsOf(face.landmarks, 0, POINTS - 1)));
    const skin = skinOf(skinColour(face), light, random);
    const near = nearHead(worn);
    const [least, most] = config.area === undefined ? NATURAL : [0, 1];
    const { width, height } = face.image;
    return {
      draw(size) {
        const moved = movedBy(limbs, shift(least + size * (most - least)));
        const drawn = drawCapsules(moved, width, height, marksOf(moved));
        const canvas = new Canvas(face.image);
        // What the hand itself hides needs no shadow.
        const falls: Field = (x, y) => (drawn.at(x, y) === 1 ? 0 : near(x, y));
        castShadow(canvas, drawn, light, { strength: 0.4, reach: 0.25 * scale, falls });
        canvas.fill(drawn, handPaint(drawn, skin, scale));
        const colour = skin.colour.map(Math.round).join(' ');
        return canvas.finish({ gesture: name, side: side < 0 ? 'left' : 'right', colour });
      },
    };
  },
};

/** Sizes at which a gesture is what it is meant to be. */
const NATURAL = [0.43, 0.57] as const;

/** From the side that is turned to the viewer; a face seen from the front has no such. */
function sideOf({ pose: { rotation } }: WornBy, random: Random): -1 | 1 {
  const side = random.next() < 0.5 ? -1 : 1;
  const turn = rotation[6];
  return Math.abs(turn) < 0.2 ? side : turn < 0 ? -1 : 1;
}

/** The hand, `large` times its size, where the gesture has it; in pixels and the picture's directions. */
function placed(
  { stance, grip, contact: [cx, cy] }: Gesture,
  side: -1 | 1,
  large: number,
  worn: WornBy,
): Limb[] {
  const contact: Vector = [cx, cy, skinAt(cx, cy)];
  const place = ([x, y, z]: Vector): Vector => [
    side * (contact[0] + large * (x - contact[0])),
    contact[1] + large * (y - contact[1]),
    contact[2] + large * (z - contact[2]),
  ];
  const limbs = handLimbs(stance, grip);
  const touched = Float32Array.of(side * contact[0], contact[1], contact[2]);
  const [rigid, soft] = [wear(touched, worn, 0), wear(touched, worn, 1)];
  const points = wear(Float32Array.from(limbs.flatMap(({ a, b }) => [...place(a), ...place(b)])), worn, 0);
  const point = (k: number): Vector => [
    points[k]! + soft[0]! - rigid[0]!,
    points[k + 1]! + soft[1]! - rigid[1]!,
    points[k + 2]! + soft[2]! - rigid[2]!,
  ];
  const { rotation: r, scale } = worn.pose;
  return limbs.map((limb, i) => {
    const [x, y, z] = [side * limb.back[0], limb.back[1], limb.back[2]];
    return {
      ...limb,
      a: point(6 * i),
      b: point(6 * i + 3),
      ra: scale * large * limb.ra,
      rb: scale * large * limb.rb,
      soft: scale * large * limb.soft,
      back: [
        r[0] * x + r[1] * y + r[2] * z,
        -(r[3] * x + r[4] * y + r[5] * z),
        r[6] * x + r[7] * y + r[8] * z,
      ],
    };
  });
}

/** How far in cm along its arm a hand is drawn back until it covers nothing. */
const RETREAT = 18;

/** By size, in pixels: 0 draws the hand back along its arm, 0.5 leaves it, 1 lays its middle over the face's. */
function shiftOf(limbs: readonly Limb[], scale: number, middle: Point): (size: number) => Point {
  const arm = limbs[ARM] as Limb;
  const palm = limbs[PALM] as Limb;
  const back = unit({ x: arm.b[0] - arm.a[0], y: arm.b[1] - arm.a[1] });
  return (size) => {
    const [away, over] = [Math.max(0, 1 - 2 * size) * RETREAT * scale, Math.max(0, 2 * size - 1)];
    return {
      x: away * back.x + over * (middle.x - palm.b[0]),
      y: away * back.y + over * (middle.y - palm.b[1]),
    };
  };
}

const movedBy = (limbs: readonly Limb[], { x, y }: Point): Limb[] =>
  limbs.map((limb) => ({
    ...limb,
    a: [limb.a[0] + x, limb.a[1] + y, limb.a[2]],
    b: [limb.b[0] + x, limb.b[1] + y, limb.b[2]],
  }));

/** 1 on head and neck, 0 beyond: the wall behind is too far for a shadow. */
function nearHead(worn: WornBy): Field {
  const middle = wear(Float32Array.of(0, -3, -2), worn, 0);
  const [wide, tall] = [8.2 * worn.pose.scale, 13 * worn.pose.scale];
  return (x, y) => {
    const [dx, dy] = [(x - middle[0]!) / wide, (y - middle[1]!) / tall];
    return 1 - ease((Math.sqrt(dx * dx + dy * dy) - 0.85) / 0.25);
  };
}
