import { INNER_LIPS, LEFT_EYE, mirror } from '../mesh/template.ts';
import type { Expression } from './expression.ts';
import type { Identity } from './identity.ts';
import { sine } from './math.ts';
import { computeNormals, gridTriangles, type Part, STRIDE } from './mesh.ts';

const SIDE = 11;
/** Eyes and mouth lie inside the head. */
const NONE = new Uint16Array(0);
const GRID = gridTriangles(SIDE, SIDE);

/**
 * Both eyeballs behind a fine face. Attributes: 6-7 x and y from the middle of the iris in cm, 8 radius of the
 * iris, 9 height of the upper lid's rim above this point in cm, 10 x from the eye's middle.
 */
export function eyeParts(face: Float32Array, identity: Identity, expression: Expression): Part[] {
  return [LEFT_EYE, LEFT_EYE.map((i) => mirror[i]!)].map((rim) => eyeball(face, rim, identity, expression));
}

function eyeball(
  face: Float32Array,
  rim: readonly number[],
  identity: Identity,
  expression: Expression,
): Part {
  const at = (k: number, axis: number): number => face[3 * rim[k]! + axis]!;
  const cx = (at(0, 0) + at(8, 0)) / 2;
  const cy = (at(0, 1) + at(8, 1)) / 2 + 0.06;
  const half = Math.abs(at(0, 0) - at(8, 0)) / 2;
  // The front of the ball lies just behind the rims of the lids.
  const front = (at(4, 2) + at(12, 2)) / 2 - 0.06;
  const slope = (at(8, 2) - at(0, 2)) / (at(8, 0) - at(0, 0));
  const irisX = cx + 1.2 * sine(expression.gaze[0]) + (cx > 0 ? -0.05 : 0.05);
  // The upper lid of an open eye covers the top of the iris.
  const irisY = Math.max(cy + 0.08, at(4, 1) - 0.8 * identity.irisSize) + 1.2 * sine(expression.gaze[1]);
  const vertices = new Float32Array(SIDE * SIDE * STRIDE);
  const lid = lidHeights(rim, face);
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      const x = ((j / (SIDE - 1)) * 2 - 1) * (half + 0.25);
      const y = (1 - (i / (SIDE - 1)) * 2) * 1.15;
      const r = (x * x) / 4 + (y * y) / 2.1;
      const v = (i * SIDE + j) * STRIDE;
      vertices.set([cx + x, cy + y, front + slope * x - 1.25 * r * (1 + 0.3 * r)], v);
      vertices.set(
        [cx + x - irisX, cy + y - irisY, identity.irisSize, lid(cx + x) - (cy + y), x / half, 0],
        v + 6,
      );
    }
  }
  computeNormals(vertices, GRID);
  return { material: 'eye', vertices, triangles: GRID, shadow: NONE };
}

/** Height of the upper lid's rim at x, linear between its vertices. */
function lidHeights(rim: readonly number[], face: Float32Array): (x: number) => number {
  const upper = rim.slice(0, 9).map((i) => [face[3 * i]!, face[3 * i + 1]!] as const);
  if (upper[0]![0] > upper[8]![0]) upper.reverse();
  return (x) => {
    for (let k = 1; k < upper.length; k++) {
      const [x1, y1] = upper[k]!;
      if (x <= x1 || k === upper.length - 1) {
        const [x0, y0] = upper[k - 1]!;
        const t = Math.min(1, Math.max(0, (x - x0) / (x1 - x0 || 1)));
        return y0 + (y1 - y0) * t;
      }
    }
    return 0;
  };
}

const ROWS = 6;
const ACROSS = 11;
const MOUTH = gridTriangles(ROWS, ACROSS);

/**
 * The inside of the mouth behind a fine face. Attributes: 6 -1 to 1 across, 7 height in cm above
 * `rest`, where the closed lips meet (the upper teeth stay with the skull), 8 depth below the upper lip in cm, 9 height above the lower lip in cm,
 * 10 x in cm, 11 drop of the jaw in cm.
 */
export function mouthPart(face: Float32Array, rest: number, drop: number): Part {
  const vertices = new Float32Array(ROWS * ACROSS * STRIDE);
  for (let j = 0; j < ACROSS; j++) {
    const up = INNER_LIPS[j]! * 3;
    const low = INNER_LIPS[(20 - j) % 20]! * 3;
    const u = (2 * j) / (ACROSS - 1) - 1;
    const bow = 0.55 + 0.9 * u * u;
    const top = face[up + 1]! + 0.2;
    const bottom = face[low + 1]! - 0.2;
    const z = Math.min(face[up + 2]!, face[low + 2]!) - bow;
    for (let i = 0; i < ROWS; i++) {
      const t = i / (ROWS - 1);
      const y = top + (bottom - top) * t;
      const x = face[up]! * 0.97;
      const v = (i * ACROSS + j) * STRIDE;
      vertices.set([x, y, z], v);
      vertices.set([u, y - rest, face[up + 1]! - y, y - face[low + 1]!, x, drop], v + 6);
    }
  }
  computeNormals(vertices, MOUTH);
  return { material: 'mouth', vertices, triangles: MOUTH, shadow: NONE };
}
