/** Tells bare skin from the hair, beard and background around it, by the colour of the cheek on the same side. */
import type { Face } from '../face.ts';

/** Vertices of the cheeks, the one on the picture's left first. */
const CHEEKS = [
  [50, 101, 205, 187, 123, 147],
  [280, 330, 425, 411, 352, 376],
] as const;

/** Brightness of skin over the cheek's: in its own shadow, in full light. */
const DIM = 0.5;
const BRIGHT = 1.6;
/** How far its colour may be from the cheek's, over the cheek's. */
const OFF = 0.13;

export type SkinTest = (x: number, y: number) => boolean;

/** `side`: -1 for the picture's left. What lies outside the picture is not skin. */
export function skinTest({ image, mesh }: Pick<Face, 'image' | 'mesh'>, side: -1 | 1): SkinTest {
  const { width, height, data } = image;
  const cheek = [0, 0, 0];
  for (const v of CHEEKS[side < 0 ? 0 : 1]) {
    const x = Math.min(width - 1, Math.max(0, Math.round(mesh[3 * v]!)));
    const y = Math.min(height - 1, Math.max(0, Math.round(mesh[3 * v + 1]!)));
    for (let c = 0; c < 3; c++) cheek[c] = cheek[c]! + data[3 * (y * width + x) + c]! / 6;
  }
  const [r, g, b] = cheek as [number, number, number];
  const square = r * r + g * g + b * b || 1;
  return (x, y) => {
    const [column, row] = [Math.round(x), Math.round(y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return false;
    const at = 3 * (row * width + column);
    const [pr, pg, pb] = [data[at]!, data[at + 1]!, data[at + 2]!];
    const bright = (pr * r + pg * g + pb * b) / square;
    if (bright < DIM || bright > BRIGHT) return false;
    const [dr, dg, db] = [pr - bright * r, pg - bright * g, pb - bright * b];
    return dr * dr + dg * dg + db * db < OFF * OFF * bright * bright * square;
  };
}
