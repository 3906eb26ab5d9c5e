/** Puts a surface that is cut for the mean face on a face in a picture. */
import { type HeadPose, headPose, placed } from '../mesh/head-pose.ts';
import type { FaceMesh } from '../mesh/mesh.ts';
import { MESH_POINTS, neutral } from '../mesh/template.ts';

/** A surface in the mean face's space: x to the picture's right, y up, z to the viewer, in cm; origin between the eyes. */
export interface Sheet {
  /** [N, 3] */
  readonly points: Float32Array;
  /** [N, 2]: place on the surface, for paint. */
  readonly uv: Float32Array;
  /** [T, 3] */
  readonly triangles: Uint16Array;
}

/** A face as what is worn on it sees it. */
export interface WornBy {
  readonly pose: HeadPose;
  /** [468, 3]: how far each vertex lies from the mean face placed as the head is, in pixels. */
  readonly deviation: Float32Array;
}

export function wornBy(mesh: FaceMesh): WornBy {
  const pose = headPose(mesh);
  const deviation = placed(pose, neutral);
  for (let i = 0; i < mesh.length; i++) deviation[i] = mesh[i]! - deviation[i]!;
  return { pose, deviation };
}

/** Up to this distance in cm from the face a point goes wholly where the skin goes. */
const CLOSE = 1.2;
/** Beyond it its share falls to a half over so many cm. */
const LOOSE = 3;

/**
 * Where the points lie in the picture: [N, 3] in pixels, z towards the viewer. They move with the head, and near the skin with
 * the shape and expression of this face; `follow` is how much (0: rigid, 1: like cloth).
 */
export function wear(points: Float32Array, { pose, deviation }: WornBy, follow: number): Float32Array {
  const out = placed(pose, points);
  if (follow === 0) return out;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i]!, points[i + 1]!, points[i + 2]!];
    let [total, nearest, mx, my, mz] = [0, Number.POSITIVE_INFINITY, 0, 0, 0];
    for (const v of near(x, y, z)) {
      const [dx, dy, dz] = [neutral[3 * v]! - x, neutral[3 * v + 1]! - y, neutral[3 * v + 2]! - z];
      const distance = dx * dx + dy * dy + dz * dz;
      const weight = 1 / (0.15 + distance);
      nearest = Math.min(nearest, distance);
      total += weight;
      mx += weight * deviation[3 * v]!;
      my += weight * deviation[3 * v + 1]!;
      mz += weight * deviation[3 * v + 2]!;
    }
    const gap = Math.max(0, Math.sqrt(nearest) - CLOSE) / LOOSE;
    const share = follow / (1 + gap * gap) / total;
    out[i] = out[i]! + share * mx;
    out[i + 1] = out[i + 1]! + share * my;
    out[i + 2] = out[i + 2]! + share * mz;
  }
  return out;
}

const NEAREST = 8;
/** Side in cm of the cubes whose points share their nearest vertices. */
const CELL = 0.6;
const cells = new Map<number, readonly number[]>();

/** The vertices of the mean face nearest to the middle of the point's cube. */
function near(x: number, y: number, z: number): readonly number[] {
  const [i, j, k] = [Math.floor(x / CELL), Math.floor(y / CELL), Math.floor(z / CELL)];
  const name = ((i + 128) * 256 + j + 128) * 256 + k + 128;
  let vertices = cells.get(name);
  if (!vertices) {
    const distance = (v: number): number => {
      const at = [i, j, k].map((cell, axis) => neutral[3 * v + axis]! - (cell + 0.5) * CELL);
      return at.reduce((sum, d) => sum + d * d, 0);
    };
    const all = Array.from({ length: MESH_POINTS }, (_, v) => ({ v, d: distance(v) }));
    vertices = all
      .sort((a, b) => a.d - b.d)
      .slice(0, NEAREST)
      .map(({ v }) => v);
    cells.set(name, vertices);
  }
  return vertices;
}

/** A grid of points as a sheet: `place(u, v)` with u and v from 0 to 1. */
export function gridSheet(
  columns: number,
  rows: number,
  place: (u: number, v: number) => readonly [x: number, y: number, z: number],
): Sheet {
  const points = new Float32Array(3 * columns * rows);
  const uv = new Float32Array(2 * columns * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i;
      const [u, v] = [i / (columns - 1), j / (rows - 1)];
      const [x, y, z] = place(u, v);
      points[3 * at] = x;
      points[3 * at + 1] = y;
      points[3 * at + 2] = z;
      uv[2 * at] = u;
      uv[2 * at + 1] = v;
    }
  }
  return { points, uv, triangles: gridTriangles(columns, rows) };
}

const grids = new Map<number, Uint16Array>();

function gridTriangles(columns: number, rows: number): Uint16Array {
  const name = columns * 1000 + rows;
  const known = grids.get(name);
  if (known) return known;
  const triangles: number[] = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const at = j * columns + i;
      triangles.push(at, at + columns, at + 1, at + 1, at + columns, at + columns + 1);
    }
  }
  const made = Uint16Array.from(triangles);
  grids.set(name, made);
  return made;
}
