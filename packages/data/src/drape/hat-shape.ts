/** Crowns of hats as they are cut, in cm in the mean face's space: round the skull and the hair on it. */
import { ease } from '../draw/texture.ts';
import { cosine, sine } from '../synthetic/math.ts';
import { gridSheet, type Sheet } from './wear.ts';

/** The mean skull: an ellipsoid's middle, and how far it reaches to the side, up, forwards and back. */
export const SKULL = { y: 1, z: -7, side: 7.7, up: 10.3, front: 9.4, back: 9.7 } as const;

export interface CrownCut {
  /** Height of the lower edge over the forehead and over the ears; the eyes' corners are at 0. */
  readonly front: number;
  readonly ears: number;
  /** How far it stands off the skull at its edge in front, at its edge over the ears, higher up there, and on top. */
  readonly tight: number;
  readonly beside: number;
  readonly room: number;
  readonly above: number;
  /** 0: half a ball, 1: upright walls and a flat top. */
  readonly square: number;
}

export type Place = [x: number, y: number, z: number];

/** How far the skull reaches at a height, as a share of its most. */
function girth(y: number): number {
  const t = (y - SKULL.y) / SKULL.up;
  return Math.sqrt(Math.max(0.1, 1 - t * t));
}

/** A point of the crown: azimuth in degrees, 0 in front and 90 at the picture's right; `up` from 0 at the edge to 1 on top. */
export function crownPoint(cut: CrownCut, azimuth: number, up: number): Place {
  const { front, ears, tight, beside, room, above, square } = cut;
  const [across, along] = [sine(azimuth), cosine(azimuth)];
  // The edge presses the hair down, above it the hair fills the crown.
  const filled = beside + (room - beside) * ease(up / 0.3);
  const half = SKULL.side * girth(ears) + filled;
  const deep = along > 0 ? SKULL.front * girth(front) + tight : SKULL.back + room;
  const [out, rise] = profile(up, square);
  const edge = ears + ((front - ears) * along * deep) / (SKULL.front * girth(front) + tight);
  const top = SKULL.y + SKULL.up + above;
  return [half * across * out, edge + (top - edge) * rise, SKULL.z + along * deep * out];
}

/** How far out and how high a crown is at a share of its way up: between a circle and a rounded square. */
function profile(up: number, square: number): [out: number, rise: number] {
  const [c, s] = [cosine(90 * up), sine(90 * up)];
  const [c2, s2] = [c * c, s * s];
  const grown = 1 + square * (1 / Math.sqrt(Math.sqrt(c2 * c2 + s2 * s2)) - 1);
  return [Math.max(0, c) * grown, s * grown];
}

const [AROUND, UPWARDS] = [33, 10];

/** u turns round the head from the back over the picture's left, 0.5 in front; v is 0 on top, 1 at the edge. */
export const crownSheet = (cut: CrownCut): Sheet =>
  gridSheet(AROUND, UPWARDS, (u, v) => crownPoint(cut, 360 * (u - 0.5), 1 - v));

/** The turned-up edge of a knitted hat, up to the share `high` of the crown: u as the crown's, v 0 above, 1 at the edge. */
export const cuffSheet = (cut: CrownCut, high: number): Sheet => {
  const wider = { ...cut, tight: cut.tight + 0.3, beside: cut.beside + 0.3, room: cut.room + 0.3 };
  return gridSheet(AROUND, 6, (u, v) =>
    crownPoint(v > 0 && v < 1 ? wider : cut, 360 * (u - 0.5), high * (1 - v)),
  );
};
