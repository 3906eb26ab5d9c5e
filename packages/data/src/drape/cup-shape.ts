/** The cut of a moulded cup that stands over nose and mouth on a flat rim. */
import { clothAt, skinAt } from './face-surface.ts';
import { gridSheet, type Sheet } from './wear.ts';

/** In cm on the mean face, y up from between the eyes. */
export interface CupCut {
  /** Height of the rim on the nose. */
  readonly top: number;
  /** Height of the rim under the chin. */
  readonly bottom: number;
  /** Half the width. */
  readonly half: number;
  /** How far its middle stands off the stretched face. */
  readonly depth: number;
}

const POINTS = 19;
/** Where the dome ends and the rim begins, in shares of the way from the middle to the edge. */
export const RIM = 0.88;

/** A square's point on a disc: x to the right, y up, both -1 to 1. */
function onDisc(u: number, v: number): readonly [x: number, y: number] {
  const [s, t] = [2 * u - 1, 1 - 2 * v];
  return [s * Math.sqrt(1 - (t * t) / 2), t * Math.sqrt(1 - (s * s) / 2)];
}

/** Where a place on the disc lies on the face's plane: narrower at the nose than at the cheeks. */
const spread = ({ top, bottom, half }: CupCut, x: number, y: number): readonly [x: number, y: number] => {
  const narrow = y > 0 ? 0.26 * y * y : 0.1 * y * y;
  return [half * x * (1 - narrow), (top + bottom) / 2 + ((top - bottom) / 2) * y];
};

/** u and v are the place on a disc, -1 to 1, u to the picture's right and v up. */
export function cupSheet(cut: CupCut): Sheet {
  const apex = clothAt(0, (cut.top + cut.bottom) / 2) + cut.depth;
  const sheet = gridSheet(POINTS, POINTS, (u, v) => {
    const [dx, dy] = onDisc(u, v);
    const radius = Math.sqrt(dx * dx + dy * dy);
    const [x, y] = spread(cut, dx, dy);
    const [rx, ry] = radius === 0 ? [x, y] : spread(cut, dx / radius, dy / radius);
    const foot = clothAt(rx, ry);
    const out = Math.max(0, 1 - (radius * radius) / (RIM * RIM));
    const dome = 0.5 * out + 0.5 * Math.sqrt(out);
    const z = foot + (apex - foot) * dome + 0.15;
    return [x, y, radius < RIM ? Math.max(z, clothAt(x, y) + 0.25) : Math.max(z, skinAt(x, y) + 0.15)];
  });
  return { ...sheet, uv: disc };
}

const disc = new Float32Array(2 * POINTS * POINTS);
for (let at = 0; at < POINTS * POINTS; at++) {
  disc.set(onDisc((at % POINTS) / (POINTS - 1), Math.floor(at / POINTS) / (POINTS - 1)), 2 * at);
}

/** A place on the cup's rim, where a strap is stapled on. */
export function onRim(cut: CupCut, side: -1 | 1, edge: 'upper' | 'lower'): [x: number, y: number, z: number] {
  const y = edge === 'upper' ? 0.12 : -0.42;
  const [px, py] = spread(cut, side * Math.sqrt(1 - y * y) * 0.95, y);
  return [px, py, clothAt(px, py) + 0.15];
}
