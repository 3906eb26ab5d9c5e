import { type Part, STRIDE } from './mesh.ts';
import type { Projection } from './render.ts';
import { LANDMARKS, LEFT_EYE, mirror } from './template.ts';

/** The 68 points of iBUG 300-W, x0, y0, x1, y1 … in pixels: vertices of the mesh, projected. */
export function landmarksOf(head: Part, project: Projection): Float32Array {
  const out = new Float32Array(136);
  LANDMARKS.forEach((vertex, i) => {
    out.set(pointAt(head, vertex, project), 2 * i);
  });
  return out;
}

/** Where a vertex of the head lies in the picture, in pixels. */
function pointAt(
  head: Part,
  vertex: number,
  { distance, a, b, e, f }: Projection,
): readonly [number, number] {
  const at = vertex * STRIDE;
  const scale = distance / (distance - head.vertices[at + 2]!);
  const x = head.vertices[at]! * scale;
  const y = -head.vertices[at + 1]! * scale;
  return [a * x - b * y + e, b * x + a * y + f];
}

const EYES = [LEFT_EYE, LEFT_EYE.map((i) => mirror[i]!)];
/** Tip of the nose, corners of the mouth. */
const POINTS = [1, 61, 291];

/** Eyes' centres (picture's left one first), tip of the nose, corners of the mouth; x0, y0 … in pixels. */
export function fiveOf(head: Part, project: Projection): Float32Array {
  const out = new Float32Array(10);
  EYES.forEach((rim, side) => {
    for (const vertex of rim) {
      const [x, y] = pointAt(head, vertex, project);
      out[2 * side]! += x / rim.length;
      out[2 * side + 1]! += y / rim.length;
    }
  });
  POINTS.forEach((vertex, i) => {
    out.set(pointAt(head, vertex, project), 4 + 2 * i);
  });
  return out;
}
