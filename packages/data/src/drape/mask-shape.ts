/** The cut of masks that cover nose and mouth: a sheet from an upper edge across the nose to a lower edge under the chin. */
import { ease } from '../draw/texture.ts';
import { clothAt, skinAt } from './face-surface.ts';
import { gridSheet, type Sheet } from './wear.ts';

/** In cm on the mean face, y up from between the eyes. */
export interface MaskCut {
  /** Height at which the upper edge crosses the nose: -0.6 on the ridge, -3.4 on the tip, -5 under the nose. */
  readonly top: number;
  /** Height of the upper edge at its sides. */
  readonly sideTop: number;
  readonly sideBottom: number;
  /** Height of the lower edge in the middle; the chin ends at -10.5. */
  readonly bottom: number;
  /** Half the width at the sides. */
  readonly half: number;
  /** How far the cloth stands off the stretched face, in cm; `across` from -1 to 1, `along` from 0 at the upper edge to 1. */
  readonly relief: (across: number, along: number) => number;
}

/** Evenly off the face by `gap`, down on it all round. */
export const bowed =
  (gap: number): MaskCut['relief'] =>
  (across, along) =>
    gap * (1 - across * across) * Math.min(1, 6 * along, 6 * (1 - along));

/** Like a tent with a ridge down its middle, `height` off the face before the mouth, on it at both ends. */
export const ridged =
  (height: number): MaskCut['relief'] =>
  (across, along) => {
    const side = Math.abs(across);
    const out = along < 0.4 ? ease(along / 0.4) : ease((1.04 - along) / 0.44);
    return height * (1 - side) * (1 - 0.35 * side) * out;
  };

const [COLUMNS, ROWS] = [15, 10];

/** u from the picture's left to its right, v from the upper edge to the lower one. */
export function maskSheet({ top, sideTop, sideBottom, bottom, half, relief }: MaskCut): Sheet {
  return gridSheet(COLUMNS, ROWS, (u, v) => {
    const across = 2 * u - 1;
    const side = Math.abs(across);
    // The upper edge lies over the cheekbones, steepest beside the nose; the lower one follows the jaw.
    const upper = top + (sideTop - top) * (0.55 * ease(side / 0.5) + 0.45 * side);
    const lower = bottom + (sideBottom - bottom) * side * side * (0.55 + 0.45 * side);
    const y = upper + (lower - upper) * v;
    const x = half * across * (1 - 0.06 * ease(Math.abs(2 * v - 1)) * side);
    const z = Math.max(skinAt(x, y) + 0.12, clothAt(x, y) + relief(across, v) + 0.05);
    return [x, y, z];
  });
}

/** Where a mask's corner lies on its sheet. */
export function cornerOf({ points }: Sheet, side: -1 | 1, edge: 'upper' | 'lower'): [number, number, number] {
  const row = edge === 'upper' ? 1 : ROWS - 2;
  const at = 3 * (row * COLUMNS + (side < 0 ? 0 : COLUMNS - 1));
  return [points[at]!, points[at + 1]!, points[at + 2]!];
}
