/** What masks over nose and mouth have in common: how high they are worn, and the bands that hold them. */
import { drawSheet, type Layer } from '../drape/layer.ts';
import type { Light } from '../drape/light.ts';
import { cornerOf, type MaskCut } from '../drape/mask-shape.ts';
import { castShadow } from '../drape/shadow.ts';
import { skinTest } from '../drape/skin.ts';
import { drawStrap, type Point3, type Strap } from '../drape/strap.ts';
import { type Sheet, type WornBy, wear } from '../drape/wear.ts';
import { Canvas, type Colour, type Paint } from '../draw/canvas.ts';
import type { Face } from '../face.ts';
import type { Random } from '../random.ts';

/** Heights at which the upper edge crosses the nose, from the smallest to the largest size: as in `MaskCut.top`. */
export type Top = readonly [low: number, high: number];
const RIGHT: Top = [-2.9, -0.4];
const UNDER_NOSE: Top = [-5, -4.6];
const ANYWHERE: Top = [-6.4, 0.3];

/** How a mask is worn: where a share of the hull is asked for, at any height; else right, or in some pictures under the nose. */
export interface Wearing {
  readonly name: 'right' | 'under the nose';
  readonly top: Top;
}

export function wearing(
  { area, underNose }: { readonly area?: unknown; readonly underNose: number },
  random: Random,
): Wearing {
  const wrong = random.next() < underNose;
  if (area !== undefined) return { name: 'right', top: ANYWHERE };
  return wrong ? { name: 'under the nose', top: UNDER_NOSE } : { name: 'right', top: RIGHT };
}

export const topAt = ([low, high]: Top, size: number): number => low + (high - low) * size;

/** The cut with its upper edge at a height; its sides go down with it. */
export function cutAt(cut: Omit<MaskCut, 'top'>, top: number): MaskCut {
  const sideTop = Math.min(cut.sideTop, top - 0.6) - 0.25 * Math.max(0, -3.5 - top);
  return { ...cut, top, sideTop, sideBottom: Math.min(cut.sideBottom, sideTop - 1.2) };
}

/** The colour as one piece of many has it. */
export function jittered([red, green, blue]: Colour, random: Random): Colour {
  const bright = random.uniform(0.92, 1.04);
  return [
    red * bright + random.uniform(-8, 8),
    green * bright + random.uniform(-6, 6),
    blue * bright + random.uniform(-8, 8),
  ];
}

/** A band of one width and colour. */
export type Band = Omit<Strap, 'points'>;
type Ends = Readonly<Record<'upper' | 'lower', readonly [x: number, y: number, z: number]>>;

/** Where loops meet the ears, in cm on the mean head. */
const EAR: Ends = { upper: [7.1, 0.3, -6.2], lower: [7, -3.6, -6.4] };
/** Where ties go round the head: above and below the ears, and on to the crown and the nape, out of sight. */
const SIDE: Ends = { upper: [7.35, 2.4, -6.5], lower: [6.2, -5.3, -7] };
const BACK: Ends = { upper: [5.3, 5, -13.5], lower: [5, -5.6, -10.5] };

export type Hold = 'ear loops' | 'head ties';

/** Loops or ties from the corners of a sheet that `maskSheet` made. Loops end where hair hangs over the ears. */
export const bandsOf = (sheet: Sheet, face: Face, hold: Hold, band: Band): Strap[] =>
  ([-1, 1] as const).flatMap((side) => {
    const skin = skinTest(face, side);
    return (['upper', 'lower'] as const).map((edge): Strap => {
      const corner = cornerOf(sheet, side, edge);
      return hold === 'ear loops'
        ? { ...band, points: roundTheCheek(corner, mirrored(EAR[edge], side)), skin }
        : { ...band, points: roundTheHead(corner, side, edge) };
    });
  });

const mirrored = ([x, y, z]: Point3, side: -1 | 1): Point3 => [side * x, y, z];

/** From a place on the side (-1: the picture's left) of a mask, above or below the ear, to the back of the head. */
export function roundTheHead(from: Point3, side: -1 | 1, edge: 'upper' | 'lower'): Point3[] {
  const ear = mirrored(SIDE[edge], side);
  const back = mirrored(BACK[edge], side);
  return Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const t = i / (2 * STEPS);
    // The parabola through all three.
    const [a, b, c] = [(1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)];
    const at = (axis: 0 | 1 | 2): number => a * from[axis] + b * ear[axis] + c * back[axis];
    return [at(0), at(1), at(2)];
  });
}

const STEPS = 10;

function roundTheCheek([x, y, z]: Point3, [ex, ey, ez]: Point3): Point3[] {
  return Array.from({ length: STEPS + 1 }, (_, i): Point3 => {
    const t = i / STEPS;
    const bow = 4 * t * (1 - t);
    return [x + t * (ex - x) + Math.sign(ex) * 0.35 * bow, y + t * (ey - y), z + t * (ez - z) + 0.25 * bow];
  });
}

/** What a mask is drawn with. */
export interface MaskLook {
  readonly straps: readonly Strap[];
  readonly paint: (layer: Layer) => Paint;
}

/** Draws the mask's shadow, its straps and itself over the face. */
export function drawMask(
  { image }: Pick<Face, 'image'>,
  worn: WornBy,
  light: Light,
  sheet: Sheet,
  { straps, paint }: MaskLook,
): Canvas {
  const canvas = new Canvas(image);
  const layer = drawSheet(sheet, wear(sheet.points, worn, 1), image.width, image.height, 'outside');
  castShadow(canvas, layer, light, { strength: 0.3, reach: 0.28 * worn.pose.scale });
  for (const strap of straps) drawStrap(canvas, worn, strap, light);
  canvas.fill(layer, paint(layer));
  return canvas;
}
