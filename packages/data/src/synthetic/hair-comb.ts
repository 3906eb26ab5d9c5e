/** How the hair of a style runs. */

import type { Colour } from './colour.ts';
import { SKULL } from './head.ts';
import type { Hair, HairStyle } from './identity.ts';
import { angle, sine } from './math.ts';

export const CURLY: ReadonlySet<HairStyle> = new Set(['curls', 'afro']);

export const FALLING: ReadonlySet<HairStyle> = new Set(['bob', 'long', 'wavy']);

export const unit = (x: number, y: number, z: number): Colour => {
  const l = Math.sqrt(x * x + y * y + z * z);
  return [x / l, y / l, z / l];
};

/** The point of the scalp from which the hair is combed. */
export function combOf(hair: Hair): Colour {
  if (hair.style === 'tied' || hair.style === 'quiff') return unit(0.4 * sine(hair.parting), 0.42, 1);
  if (FALLING.has(hair.style)) return unit(sine(hair.parting), 1, 0.62);
  return unit(0.5 * sine(hair.parting), 1, -0.28);
}

/** Coordinates around the comb: u turns around it, v runs away from it. */
export function strandUv(
  x: number,
  y: number,
  z: number,
  comb: Colour,
  curly: boolean,
): readonly [number, number] {
  const dx = x - SKULL[0];
  const dy = y - SKULL[1];
  const dz = z - SKULL[2];
  const length = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1;
  if (curly) return [x / 19 + 0.31 * (z / 19), y / 19 + 0.23 * (z / 19)];
  const along = (dx * comb[0] + dy * comb[1] + dz * comb[2]) / length;
  // second axis towards the viewer (or upwards for a comb in front), so that the seam lies out of sight
  const front = comb[2] > 0.75;
  const ex = front
    ? unit(-comb[0] * comb[1], 1 - comb[1] * comb[1], -comb[2] * comb[1])
    : unit(-comb[0] * comb[2], -comb[1] * comb[2], 1 - comb[2] * comb[2]);
  const ey = [
    comb[1] * ex[2] - comb[2] * ex[1],
    comb[2] * ex[0] - comb[0] * ex[2],
    comb[0] * ex[1] - comb[1] * ex[0],
  ] as const;
  const px = dx * ex[0] + dy * ex[1] + dz * ex[2];
  const py = dx * ey[0] + dy * ey[1] + dz * ey[2];
  return [(angle(py, px) / 360) * 2.2, (1 - along) * 0.55];
}
