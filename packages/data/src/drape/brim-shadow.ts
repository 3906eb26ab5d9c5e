/** The shadow that a hat throws on the face under it, by the direction of the light. */
import type { Canvas } from '../draw/canvas.ts';
import { ease } from '../draw/texture.ts';
import { skinAt } from './face-surface.ts';
import type { Brim } from './hat-brim.ts';
import { type CrownCut, crownPoint } from './hat-shape.ts';
import { drawSheet } from './layer.ts';
import type { Light } from './light.ts';
import { gridSheet, type WornBy, wear } from './wear.ts';

const [COLUMNS, ROWS] = [15, 8];
/** Degrees to either side as far as a hat shades the face. */
const WIDE = 72;
/** Depth in cm of the face where shadows end. */
const FACE = 0.8;
/** In cm: a shadow is moved aside no further. */
const MOST_ASIDE = 2.5;
/** Half the width of the face that can be shaded, in cm. */
const HALF = 6.9;

export interface BrimShadow {
  /** Where it falls from: the edge of the brim, or without one that of the hat. */
  readonly brim: Brim | undefined;
  /** Darkness in the strongest light, 0 to 1. */
  readonly strength: number;
  /** Height in cm below which it does not reach. */
  readonly lowest: number;
}

/** Darkens the skin from the hat's edge down to where light comes in under the brim; draw it before the hat. */
export function castBrimShadow(
  canvas: Canvas,
  worn: WornBy,
  cut: CrownCut,
  light: Light,
  { brim, strength, lowest }: BrimShadow,
): void {
  const { width, height } = canvas.clean;
  const [lx, ly, lz] = towardsLight(worn, light);
  const sheet = gridSheet(COLUMNS, ROWS, (u, v) => {
    const across = 2 * u - 1;
    const [x, edge] = crownPoint(cut, WIDE * across, 0);
    const [ex, ey, ez] = brim ? brim(across, 1) : [x, edge - 0.2, FACE + 0.8];
    const away = Math.max(0, ez - FACE) / lz;
    const top = edge + 0.4;
    const end = Math.min(edge - 0.4, Math.max(lowest, ey - ly * away));
    const aside = within(ex - lx * away - x, MOST_ASIDE);
    const px = within(0.94 * x + v * aside, HALF);
    const py = top + (end - top) * v;
    return [px, py, skinAt(px, py) + 0.1];
  });
  const layer = drawSheet(sheet, wear(sheet.points, worn, 1), width, height);
  const { from } = light;
  const dark = strength * (0.4 + 0.6 * Math.sqrt(from[0] * from[0] + from[1] * from[1]));
  canvas.fill(layer, (_x, _y, out, at) => {
    out.fill(0);
    const side = ease((1 - Math.abs(2 * layer.u[at]! - 1)) / 0.3);
    return dark * side * ease((1 - layer.v[at]!) / 0.4);
  });
}

const within = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/** Where most of the light comes from, along the head's axes; its size is as it happens, but z is at least a third. */
function towardsLight({ pose: { rotation: r } }: WornBy, { from }: Light): [x: number, y: number, z: number] {
  // Skin tells little of the height of a light that the sky helps.
  const [x, y, z] = [from[0], 0.2 - from[1], 0.8];
  return [
    r[0] * x + r[3] * y + r[6] * z,
    Math.max(0.1, r[1] * x + r[4] * y + r[7] * z),
    Math.max(0.33, r[2] * x + r[5] * y + r[8] * z),
  ];
}
