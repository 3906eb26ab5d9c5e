import { triangles } from '../mesh/template.ts';
import { atlas } from './atlas.ts';
import { ATLAS } from './atlas-regions.ts';
import { faceRim, faceUv, fineFace, fineNeutral } from './fine-face.ts';
import type { Beard, Hair, Identity } from './identity.ts';
import { angle, clamp, curve, mix, smoothstep } from './math.ts';
import { computeNormals, type Part, STRIDE } from './mesh.ts';

/** Rings behind the face: from its rim over the skull to a pole at the back. */
const RINGS = 10;
const SPOKES = faceRim.length;
const FACE = fineFace.vertices;
/** Vertices of the head: the fine face, the rings, the pole. */
export const HEAD_VERTICES = FACE + RINGS * SPOKES + 1;
/** Middle of the skull, cm. */
export const SKULL: readonly [number, number, number] = [0, 1, -7];

export const headTriangles: Uint16Array = buildTriangles(fineFace.triangles, 1);
/** The same surface in a quarter of the triangles, on the same vertices: good enough to throw a shadow. */
export const coarseHeadTriangles: Uint16Array = buildTriangles(triangles.flat(), 2);
/** Head of the mean face, 3 numbers a vertex: where hairline and shading are defined. */
export const meanHead: Float32Array = headPositions(fineNeutral, { height: 0, width: 0, back: 0 });
const headUv: Float32Array = buildUv();

/** `step` 2 uses every other ring and spoke. */
function buildTriangles(face: Iterable<number>, step: number): Uint16Array {
  const out = [...face];
  const ring = (r: number, s: number): number =>
    r === 0 ? faceRim[s % SPOKES]! : FACE + (r - 1) * SPOKES + (s % SPOKES);
  for (let s = 0; s < SPOKES; s += step) {
    const t = s + step;
    for (let r = 0; r < RINGS; r += step) {
      const q = r + step;
      out.push(ring(r, s), ring(q, s), ring(r, t), ring(r, t), ring(q, s), ring(q, t));
    }
    out.push(ring(RINGS, s), HEAD_VERTICES - 1, ring(RINGS, t));
  }
  // The rim runs counter-clockwise seen from the front, so the skull's triangles face outwards.
  return Uint16Array.from(out);
}

function buildUv(): Float32Array {
  const out = new Float32Array(HEAD_VERTICES * 2);
  out.set(faceUv);
  for (let s = 0; s < SPOKES; s++) {
    const du = faceUv[2 * faceRim[s]!]! - 0.5;
    const dv = faceUv[2 * faceRim[s]! + 1]! - 0.5;
    const length = Math.sqrt(du * du + dv * dv);
    for (let r = 1; r <= RINGS; r++) {
      const out1 = 1 + (0.085 * (r / RINGS)) / length;
      out[2 * (FACE + (r - 1) * SPOKES + s)] = clamp(0.5 + du * out1, 0.01, 0.99);
      out[2 * (FACE + (r - 1) * SPOKES + s) + 1] = clamp(0.5 + dv * out1, 0.01, 0.99);
    }
  }
  out[2 * HEAD_VERTICES - 2] = 0.5;
  out[2 * HEAD_VERTICES - 1] = 0.02;
  return out;
}

/** Distance of the skull's surface from its middle along a unit direction. */
function skullRadius(x: number, y: number, z: number, cranium: Identity['cranium']): number {
  const rx = 7.7 + cranium.width;
  const ry = y > 0 ? 10.3 + cranium.height : 9.2;
  const rz = z > 0 ? 9.4 : 9.6 + cranium.back;
  return 1 / Math.sqrt((x / rx) * (x / rx) + (y / ry) * (y / ry) + (z / rz) * (z / rz));
}

/** Extends a fine face (3 numbers a vertex) to the whole head. */
export function headPositions(face: Float32Array, cranium: Identity['cranium']): Float32Array {
  const out = new Float32Array(HEAD_VERTICES * 3);
  out.set(face);
  const [cx, cy, cz] = SKULL;
  for (let s = 0; s < SPOKES; s++) {
    const rim = faceRim[s]! * 3;
    const x = face[rim]! - cx;
    const y = face[rim + 1]! - cy;
    const z = face[rim + 2]! - cz;
    const radius = Math.sqrt(x * x + y * y + z * z);
    const start = skullRadius(x / radius, y / radius, z / radius, cranium);
    for (let r = 1; r <= RINGS; r++) {
      const t = (r / (RINGS + 1)) * (1 - 0.25 * (1 - r / RINGS));
      let dx = (x / radius) * (1 - t);
      let dy = (y / radius) * (1 - t);
      let dz = (z / radius) * (1 - t) - t;
      const length = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1;
      dx /= length;
      dy /= length;
      dz /= length;
      const here = skullRadius(dx, dy, dz, cranium) * mix(radius / start, 1, smoothstep(0, 0.62, t));
      const at = 3 * (FACE + (r - 1) * SPOKES + s);
      out[at] = cx + dx * here;
      out[at + 1] = cy + dy * here;
      out[at + 2] = cz + dz * here;
    }
  }
  out.set([cx, cy, cz - 9.6 - cranium.back], 3 * (HEAD_VERTICES - 1));
  return out;
}

/** Azimuth of a point of the mean head in degrees: 0 in front, 180 at the back, the same on both sides. */
export const azimuthOf = (x: number, z: number): number => Math.abs(angle(Math.abs(x), z + 6));

/** Height of the hairline in cm above the eyes at an azimuth. */
export function hairlineKnots(hair: Hair): readonly number[] {
  const { line, recession, peak, sideburns } = hair;
  return [
    0,
    line - peak,
    9,
    line - 0.4 * peak,
    24,
    line + 0.15 + 0.5 * recession,
    40,
    line - 0.7 + recession,
    56,
    3.9 + 0.4 * recession,
    68,
    1.9,
    75,
    -0.6 - 0.6 * sideburns,
    81,
    -1.2 - sideburns,
    86,
    -0.9 - 0.8 * sideburns,
    90,
    2.3,
    106,
    2.4,
    112,
    -2.2,
    130,
    -5.5,
    180,
    -7,
  ];
}

/** Height in cm above the hairline (negative below) of each vertex of the head, with or without sideburns. */
export function hairlineDistances(hair: Hair, sideburns = true): Float32Array {
  const knots = hairlineKnots(sideburns ? hair : { ...hair, sideburns: -4 });
  const out = new Float32Array(HEAD_VERTICES);
  for (let i = 0; i < HEAD_VERTICES; i++) {
    const x = meanHead[3 * i]!;
    const y = meanHead[3 * i + 1]!;
    out[i] = clamp(y - curve(knots, azimuthOf(x, meanHead[3 * i + 2]!)), -4, 9);
  }
  return out;
}

/**
 * A head whose positions are still to be set. Attributes of the skin: 8 height above the hairline in cm, 9 open sky
 * (1 none hidden), 10 and 11 rest x and y.
 */
export function headPart(hairline: Float32Array, sky: Float32Array): Part {
  const vertices = new Float32Array(HEAD_VERTICES * STRIDE);
  for (let i = 0, at = 0; i < HEAD_VERTICES; i++, at += STRIDE) {
    vertices[at + 6] = headUv[2 * i]!;
    vertices[at + 7] = headUv[2 * i + 1]!;
    vertices[at + 8] = hairline[i]!;
    vertices[at + 9] = sky[i]!;
    vertices[at + 10] = meanHead[3 * i]!;
    vertices[at + 11] = meanHead[3 * i + 1]!;
  }
  return { material: 'skin', vertices, triangles: headTriangles, shadow: coarseHeadTriangles };
}

/** Puts a head's vertices at `positions` and computes its normals. */
export function placeHead({ vertices, triangles }: Part, positions: Float32Array): void {
  for (let i = 0, at = 0; i < HEAD_VERTICES; i++, at += STRIDE)
    for (let k = 0; k < 3; k++) vertices[at + k] = positions[3 * i + k]!;
  computeNormals(vertices, triangles);
}

/** How far a beard stands out at each vertex, cm; undefined for one too short to see. */
export function beardDepth(beard: Beard): Float32Array | undefined {
  if (beard.length < 0.1) return undefined;
  const map = atlas();
  return Float32Array.from({ length: HEAD_VERTICES }, (_, i) => {
    const texel = Math.floor(headUv[2 * i + 1]! * ATLAS) * ATLAS + Math.floor(headUv[2 * i]! * ATLAS);
    const lips = 1 - map.lips[texel]!;
    const chin = Math.max(beard.chin * map.chin[texel]!, beard.cheeks * map.cheeks[texel]! * 0.7);
    return lips * beard.length * Math.max(chin, 0.5 * beard.moustache * map.moustache[texel]!);
  });
}

/** Moves a head's vertices along their normals. */
export function raise({ vertices }: Part, by: Float32Array): void {
  for (let i = 0, at = 0; i < HEAD_VERTICES; i++, at += STRIDE)
    for (let k = 0; k < 3; k++) vertices[at + k]! += by[i]! * vertices[at + 3 + k]!;
}
