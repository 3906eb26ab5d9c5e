/** Hair that stands on the scalp: copies of it, raised, through which noise cuts. */

import type { Colour } from './colour.ts';
import type { HairPart } from './hair.ts';
import { CURLY, FALLING, strandUv } from './hair-comb.ts';
import { HEAD_VERTICES, meanHead } from './head.ts';
import type { Hair } from './identity.ts';
import { mix, sine, smoothstep } from './math.ts';
import { computeNormals, type Part, STRIDE } from './mesh.ts';
import { noiseIndex, noiseTiles } from './noise.ts';

export interface Shell {
  /** Its positions and normals are filled in for each picture. */
  readonly part: HairPart;
  /** How far each of the head's vertices is moved: along its normal, up, forwards. */
  readonly raise: Float32Array;
  readonly lift: Float32Array;
}

export function layOn({ part, raise, lift }: Shell, head: Part): void {
  const { vertices } = part;
  const from = head.vertices;
  for (let i = 0, at = 0; i < HEAD_VERTICES; i++, at += STRIDE) {
    const r = raise[i]!;
    if (r === 0) continue;
    vertices[at] = from[at]! + from[at + 3]! * r;
    vertices[at + 1] = from[at + 1]! + from[at + 4]! * r + 0.5 * lift[i]!;
    vertices[at + 2] = from[at + 2]! + from[at + 5]! * r + 0.4 * lift[i]!;
  }
  if (part.above) copyNormals(part.above.vertices, vertices);
  else computeNormals(vertices, part.triangles);
}

function copyNormals(from: Float32Array, to: Float32Array): void {
  for (let at = 3; at < to.length; at += STRIDE) {
    to[at] = from[at]!;
    to[at + 1] = from[at + 1]!;
    to[at + 2] = from[at + 2]!;
  }
}

/** A copy of the scalp, raised by part of the hair's thickness. */
export function shell(
  hair: Hair,
  hairline: Float32Array,
  surface: Pick<HairPart, 'triangles' | 'shadow' | 'above'>,
  comb: Colour,
  layer: number,
): Shell {
  const vertices = new Float32Array(HEAD_VERTICES * STRIDE);
  const raise = new Float32Array(HEAD_VERTICES);
  const lift = new Float32Array(HEAD_VERTICES);
  const curly = CURLY.has(hair.style);
  const cloud = noiseTiles().cloud;
  const tousle = hair.style === 'crop' || hair.style === 'short' ? 0.3 : curly ? 0.2 : 0.1;
  for (let i = 0; i < HEAD_VERTICES; i++) {
    const distance = hairline[i]!;
    const at = i * STRIDE;
    vertices[at + 11] = 1.1;
    // The least amount keeps vertices beside the hairline on the scalp.
    raise[i] = 0.001;
    if (distance < -2) continue;
    const x = meanHead[3 * i]!;
    const y = meanHead[3 * i + 1]!;
    const z = meanHead[3 * i + 2]!;
    const tuft = cloud[noiseIndex(x / 40 + hair.line, y / 40 + hair.top)]!;
    const thickness = thicknessAt(hair, x, y, z, distance) * (1 + tousle * 1.5 * tuft);
    raise[i] = thickness * layer + 0.02;
    lift[i] = hair.style === 'quiff' ? thickness * layer * 0.55 * smoothstep(-8, 0, z) : 0;
    const [u, v] = strandUv(x, y, z, comb, curly);
    const inside = smoothstep(0, curly ? 0.8 : 1.5, distance);
    vertices[at + 6] = u;
    vertices[at + 7] = v + layer * 0.37;
    vertices[at + 8] = (0.35 + 0.65 * layer) * mix(0.75, 1, inside);
    vertices[at + 9] = mix(0.55, 1, smoothstep(-4, 5, y));
    const dense = curly
      ? layer > 0.9
        ? 0.42
        : layer > 0.8
          ? 0.12
          : -0.3
      : 0.5 * layer * layer - (layer < 0.7 ? 0.3 : 0.17);
    vertices[at + 11] = mix(curly ? 0.85 : 1.05, dense, inside);
  }
  const cutout = curly ? noiseTiles().curl : noiseTiles().strand;
  return { part: { material: 'hair', vertices, ...surface, cutout, comb }, raise, lift };
}

/** Those of the head's triangles that reach above the hairline. */
export function hairTriangles(hairline: Float32Array, all: Uint16Array): Uint16Array {
  const out: number[] = [];
  for (let t = 0; t < all.length; t += 3) {
    const a = all[t]!;
    const b = all[t + 1]!;
    const c = all[t + 2]!;
    if (Math.max(hairline[a]!, hairline[b]!, hairline[c]!) > 0) out.push(a, b, c);
  }
  return Uint16Array.from(out);
}

/** Thickness in cm: thin at the hairline, the style's on top and at the sides, less along a parting. */
function thicknessAt(hair: Hair, x: number, y: number, z: number, distance: number): number {
  const top = smoothstep(3.5, 9, y);
  const falls = FALLING.has(hair.style);
  const grow = smoothstep(
    -0.4,
    hair.style === 'afro' ? 3 : hair.style === 'quiff' || falls ? 1.2 : 2.4,
    distance,
  );
  let thickness = mix(hair.sides, hair.top, top) * grow;
  if (falls) {
    const parting = x - 6 * sine(hair.parting);
    thickness *=
      1 - 0.75 * smoothstep(1.6, 0, Math.abs(parting)) * smoothstep(-9, -4, z) * smoothstep(4, 7, y);
  }
  return thickness;
}
