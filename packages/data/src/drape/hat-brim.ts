/** Brims of hats as they are cut, in cm in the mean face's space: a peak in front of the crown, or a brim round it. */
import { cosine, sine } from '../synthetic/math.ts';
import { type CrownCut, crownPoint, type Place } from './hat-shape.ts';
import { gridSheet, type Sheet } from './wear.ts';

/** A point of a brim: `across` from -1 at the picture's left to 1, `out` from 0 at the crown to 1 at its edge. */
export type Brim = (across: number, out: number) => Place;

const THICK = 0.26;
/** How far out the brim's rows lie, over its upper side and back underneath. */
const OUT = [0, 0.25, 0.6, 0.92, 1];
const ROWS = 2 * OUT.length;
const COLUMNS = 23;

/** u runs across; v from the crown over the upper side, past 0.5 back underneath. */
export const brimSheet = (brim: Brim): Sheet =>
  gridSheet(COLUMNS, ROWS, (u, v) => {
    const row = Math.round(v * (ROWS - 1));
    const under = row >= OUT.length;
    const [x, y, z] = brim(2 * u - 1, OUT[under ? ROWS - 1 - row : row]!);
    return [x, under ? y - THICK : y, z];
  });

export interface PeakCut {
  /** How far it reaches forwards. */
  readonly long: number;
  /** How much it falls in a cm forwards. */
  readonly fall: number;
  /** How far its corners hang below its middle. */
  readonly bend: number;
}

/** Where a peak begins at the crown's sides, in degrees, and half its width in cm. */
const PEAK = { azimuth: 62, half: 7.9 } as const;

/** The peak of a cap. */
export function peak(cut: CrownCut, { long, fall, bend }: PeakCut): Brim {
  const [, , side] = crownPoint(cut, PEAK.azimuth, 0.01);
  const [, , front] = crownPoint(cut, 0, 0.01);
  return (across, out) => {
    const [bx, by, bz] = crownPoint(cut, PEAK.azimuth * across, 0.01);
    const x = bx + out * (PEAK.half * sine(90 * across) - bx);
    const z = bz + out * (side + 0.8 + (front + long - side - 0.8) * cosine(90 * across) - bz);
    const level = cut.front - fall * Math.max(0, z - front) - (bend * x * x) / (PEAK.half * PEAK.half);
    // It leaves the crown along the crown's own edge.
    return [x, by + (level - by) * Math.min(1, 2.2 * out), z];
  };
}

/** Degrees to either side of a brim that runs all round: the rest is behind the head. */
const ROUND = 112;

/** The brim of a bucket hat, `long` cm from crown to edge in front, sloping down by `fall` in a cm outwards. */
export function flare(cut: CrownCut, long: number, fall: number): Brim {
  const length = Math.sqrt(1 + fall * fall);
  return (across, out) => {
    const azimuth = ROUND * across;
    const [x, y, z] = crownPoint(cut, azimuth, 0.01);
    // It narrows to nothing where it goes behind the head.
    const wide = 1 - across * across * across * across;
    const reach = (out * wide * long) / length;
    return [x + reach * sine(azimuth), y - reach * fall, z + reach * cosine(azimuth)];
  };
}
