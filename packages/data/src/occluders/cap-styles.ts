/** The hats that are worn: how each is cut and of which parts it is sewn. */
import { type Brim, brimSheet, flare, peak } from '../drape/hat-brim.ts';
import { type CrownCut, crownSheet, cuffSheet } from '../drape/hat-shape.ts';
import type { Layer } from '../drape/layer.ts';
import type { Sheet } from '../drape/wear.ts';
import type { Paint } from '../draw/canvas.ts';
import type { Random } from '../random.ts';
import { brimPaint, type Cloth, HIGH, knitPaint, sewnPaint, withOpening } from './cap-cloth.ts';
import { emblemOf } from './cap-emblem.ts';

interface Part {
  readonly sheet: Sheet;
  readonly paint: (layer: Layer) => Paint;
}

/** A hat before it is known how low it sits and how much hair it holds. */
export interface Hat {
  /** Heights over the forehead between which it is worn, in cm above the eyes' corners: high to low. */
  readonly heights: readonly [high: number, low: number];
  readonly ears: number;
  readonly square: number;
  /** How far its edge presses the hair down: 0 not at all, 1 as a knitted hat does. */
  readonly snug: number;
  brim?(crown: CrownCut): Brim;
  /** From back to front. */
  parts(crown: CrownCut): Part[];
}

type Make = (cloth: Cloth, random: Random) => Hat;

const baseball: Make = (cloth, random) => {
  const long = random.uniform(6.4, 7.4);
  const cut = { long, fall: random.uniform(0.05, 0.28), bend: random.uniform(1.4, 4) };
  const emblem = random.next() < 0.6 ? emblemOf(random) : undefined;
  const look = { net: random.next() < 0.25, ...(emblem && { emblem }) };
  const colour = random.next() < 0.6 ? cloth.colour : cloth.second;
  const brim = (crown: CrownCut): Brim => peak(crown, cut);
  return {
    heights: [5.8, 3.1],
    ears: random.uniform(1.6, 2.4),
    square: random.uniform(0.3, 0.75),
    snug: 0.9,
    brim,
    parts: (crown) => [
      { sheet: crownSheet(crown), paint: (layer) => sewnPaint(layer, cloth, look) },
      { sheet: brimSheet(brim(crown)), paint: (layer) => brimPaint(layer, cloth, colour, long) },
    ],
  };
};

const backwards: Make = (cloth, random) => {
  const half = random.uniform(3.2, 4.2);
  const look = { net: random.next() < 0.25 };
  return {
    heights: [4.6, 1.8],
    ears: random.uniform(1.4, 2.4),
    square: random.uniform(0.2, 0.5),
    snug: 0.9,
    parts: (crown) => [
      {
        sheet: crownSheet(crown),
        paint: (layer) => withOpening(layer, sewnPaint(layer, cloth, look), half),
      },
    ],
  };
};

const beanie: Make = (cloth, random) => {
  const look = {
    ribs: random.integer(56, 84),
    rings: random.next() < 0.25 ? random.uniform(0.8, 2) : 0,
    fold: 0,
  };
  const turned = random.next() < 0.7 ? random.uniform(0.3, 0.42) : 0;
  const fold = HIGH * turned;
  const cuff = (crown: CrownCut): Part => ({
    sheet: cuffSheet(crown, turned),
    paint: (layer) => knitPaint(layer, cloth, { ...look, rings: 0 }, fold),
  });
  return {
    heights: [4.6, 1.3],
    ears: random.uniform(-0.5, 1.6),
    square: random.uniform(0, 0.3),
    snug: 1,
    parts: (crown) => [
      { sheet: crownSheet(crown), paint: (layer) => knitPaint(layer, cloth, { ...look, fold }, HIGH) },
      ...(turned > 0 ? [cuff(crown)] : []),
    ],
  };
};

const bucket: Make = (cloth, random) => {
  const long = random.uniform(4.5, 6.5);
  const fall = random.uniform(0.8, 1.6);
  const brim = (crown: CrownCut): Brim => flare(crown, long, fall);
  return {
    heights: [7, 4.6],
    ears: random.uniform(3.6, 6),
    square: random.uniform(0.7, 0.9),
    snug: 0.2,
    brim,
    parts: (crown) => [
      { sheet: crownSheet(crown), paint: (layer) => sewnPaint(layer, cloth, {}) },
      { sheet: brimSheet(brim(crown)), paint: (layer) => brimPaint(layer, cloth, cloth.colour, long) },
    ],
  };
};

export const HATS = { baseball, backwards, beanie, bucket } as const;
export type HatStyle = keyof typeof HATS;
export const HAT_STYLES = Object.keys(HATS) as [HatStyle];
