import { type Anchor, BROW_RIMS } from '../mesh/landmarks68.ts';
import { neutral } from '../mesh/template.ts';
import type { Brows } from './identity.ts';
import { mix } from './math.ts';

/** Height in cm of the middle of a brow on the mean face, `s` from its head (0) to its tail (1). */
export const browMiddle = (brow: Brows, s: number): number =>
  2 + brow.height + brow.arch * (1.3 * s - 1.4 * s * s) + brow.tilt * (s - 0.4) + 1.3 * s - 1.65 * s * s;

/** Points 17 to 21: along the middle of the left brow as it is painted. */
export function browAnchors(brow: Brows): Anchor[] {
  return [0.95, 0.72, 0.48, 0.25, 0.03].map((s) => {
    const x = -(brow.gap + brow.length * s);
    const rim = (k: number, side: 0 | 1, axis: 0 | 1): number => neutral[3 * BROW_RIMS[k]![side] + axis]!;
    const column = (k: number, axis: 0 | 1): number => (rim(k, 0, axis) + rim(k, 1, axis)) / 2;
    let k = 0;
    while (k < BROW_RIMS.length - 2 && column(k + 1, 0) < x) k++;
    const t = (x - column(k, 0)) / (column(k + 1, 0) - column(k, 0));
    const upper = mix(rim(k, 0, 1), rim(k + 1, 0, 1), t);
    const lower = mix(rim(k, 1, 1), rim(k + 1, 1, 1), t);
    const down = (browMiddle(brow, s) - upper) / (lower - upper);
    return [
      [BROW_RIMS[k]![0], (1 - t) * (1 - down)],
      [BROW_RIMS[k]![1], (1 - t) * down],
      [BROW_RIMS[k + 1]![0], t * (1 - down)],
      [BROW_RIMS[k + 1]![1], t * down],
    ];
  });
}
