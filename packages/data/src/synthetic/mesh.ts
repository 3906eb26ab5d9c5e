import type { Rotation } from '../mesh/head-pose.ts';

/**
 * Numbers a vertex: 0-2 position in cm, 3-5 unit normal, 6-7 texture coordinates, 8-11 what the part's shader
 * wants (its file says). A part with `cutout` is drawn only where that noise tile, read at the texture
 * coordinates, is above attribute 11.
 */
export const STRIDE = 12;

export type Material = 'skin' | 'eye' | 'mouth' | 'cloth' | 'hair';

export interface Part {
  readonly material: Material;
  readonly vertices: Float32Array;
  readonly triangles: Uint16Array;
  readonly cutout?: Float32Array;
  /** Fewer triangles that throw the part's shadow; empty where another part throws it. */
  readonly shadow?: Uint16Array;
  /** Drawn from behind too. */
  readonly twoSided?: boolean;
}

/** Sets each vertex's normal from the triangles around it; counter-clockwise seen from outside. */
export function computeNormals(vertices: Float32Array, triangles: Uint16Array): void {
  for (let i = 0; i < vertices.length; i += STRIDE) vertices[i + 3] = vertices[i + 4] = vertices[i + 5] = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]! * STRIDE;
    const b = triangles[t + 1]! * STRIDE;
    const c = triangles[t + 2]! * STRIDE;
    const ax = vertices[a]!;
    const ay = vertices[a + 1]!;
    const az = vertices[a + 2]!;
    const ux = vertices[b]! - ax;
    const uy = vertices[b + 1]! - ay;
    const uz = vertices[b + 2]! - az;
    const vx = vertices[c]! - ax;
    const vy = vertices[c + 1]! - ay;
    const vz = vertices[c + 2]! - az;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    for (let k = 0; k < 3; k++) {
      const at = triangles[t + k]! * STRIDE;
      vertices[at + 3]! += nx;
      vertices[at + 4]! += ny;
      vertices[at + 5]! += nz;
    }
  }
  for (let i = 0; i < vertices.length; i += STRIDE) {
    const x = vertices[i + 3]!;
    const y = vertices[i + 4]!;
    const z = vertices[i + 5]!;
    const length = Math.sqrt(x * x + y * y + z * z) || 1;
    vertices[i + 3] = x / length;
    vertices[i + 4] = y / length;
    vertices[i + 5] = z / length;
  }
}

/** Two triangles a cell of a grid with `rows` x `columns` vertices, row-major. */
export function gridTriangles(rows: number, columns: number, flip = false, offset = 0): Uint16Array {
  const out = new Uint16Array((rows - 1) * (columns - 1) * 6);
  let at = 0;
  for (let i = 0; i + 1 < rows; i++) {
    for (let j = 0; j + 1 < columns; j++) {
      const a = offset + i * columns + j;
      const b = a + 1;
      const c = a + columns;
      const d = c + 1;
      out.set(flip ? [a, b, c, b, d, c] : [a, c, b, b, c, d], at);
      at += 6;
    }
  }
  return out;
}

/** Rotates positions and normals in place about a pivot. */
export function rotatePart(
  vertices: Float32Array,
  m: Rotation,
  pivot: readonly [number, number, number],
): void {
  const [px, py, pz] = pivot;
  for (let i = 0; i < vertices.length; i += STRIDE) {
    const x = vertices[i]! - px;
    const y = vertices[i + 1]! - py;
    const z = vertices[i + 2]! - pz;
    vertices[i] = m[0] * x + m[1] * y + m[2] * z + px;
    vertices[i + 1] = m[3] * x + m[4] * y + m[5] * z + py;
    vertices[i + 2] = m[6] * x + m[7] * y + m[8] * z + pz;
    const nx = vertices[i + 3]!;
    const ny = vertices[i + 4]!;
    const nz = vertices[i + 5]!;
    vertices[i + 3] = m[0] * nx + m[1] * ny + m[2] * nz;
    vertices[i + 4] = m[3] * nx + m[4] * ny + m[5] * nz;
    vertices[i + 5] = m[6] * nx + m[7] * ny + m[8] * nz;
  }
}
