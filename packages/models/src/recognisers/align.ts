/**
 * Cuts a face out of its picture at the place and size a recogniser was trained for.
 * A template names where points of the face fall in the cut; the similarity that carries it onto the landmarks, fitted by
 * least squares, is linear in them, so that alignment is one matrix product and can be captured with the step.
 */

/**
 * A point of the template: the mean of some landmarks (numbers of iBUG 300-W, from 0) and where it falls in the cut.
 * No landmark stands in two anchors.
 */
export interface Anchor {
  readonly landmarks: readonly number[];
  readonly x: number;
  readonly y: number;
}

const points = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** The five points of a face: eyes' centres, tip of the nose, corners of the mouth. */
export const LEFT_EYE = points(36, 41);
export const RIGHT_EYE = points(42, 47);
export const NOSE_TIP = [30];
export const MOUTH_LEFT = [48];
export const MOUTH_RIGHT = [54];

/**
 * The matrix [136, 4] by which landmarks [B, 136] give (a, b, x0, y0): pixel (u, v) of the cut lies in the picture at
 * (a u − b v + x0, b u + a v + y0).
 */
export function similarityMatrix(template: readonly Anchor[]): Float32Array {
  const n = template.length;
  const cx = template.reduce((sum, { x }) => sum + x, 0) / n;
  const cy = template.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = template.reduce((sum, { x, y }) => sum + (x - cx) ** 2 + (y - cy) ** 2, 0);
  const matrix = new Float32Array(136 * 4);
  for (const { landmarks, x, y } of template) {
    const u = (x - cx) / spread;
    const v = (y - cy) / spread;
    // What this point's x and y add to a, b, x0 = mean x − a cx + b cy, y0 = mean y − b cx − a cy.
    const byX = [u, -v, 1 / n - u * cx - v * cy, v * cx - u * cy];
    const byY = [v, u, u * cy - v * cx, 1 / n - u * cx - v * cy];
    for (const landmark of landmarks) {
      matrix.set(
        [...byX, ...byY].map((weight) => weight / landmarks.length),
        2 * landmark * 4,
      );
    }
  }
  return matrix;
}
