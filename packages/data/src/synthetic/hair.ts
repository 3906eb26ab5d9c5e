import { coarseHeadTriangles, headTriangles, HEAD_VERTICES, meanHead, SKULL } from './head.ts';
import type { Colour, Hair, HairStyle } from './identity.ts';
import { angle, clamp, cosine, mix, sine, smoothstep } from './math.ts';
import { computeNormals, gridTriangles, type Part, STRIDE } from './mesh.ts';
import { noiseIndex, noiseTiles } from './noise.ts';

/**
 * Hair is shells over the scalp (as fur), a curtain around the neck for long hair, and a fringe.
 * Attributes: 6-7 strand coordinates, 8 light that reaches it (0 to 1), 9 sky, 10 spare, 11 cutout threshold.
 */
export interface HairPart extends Part {
  /** Direction from which the strands run, in the head's frame. */
  readonly comb: Colour;
  /** The layer above, vertex for vertex, whose light and normals this one shares. */
  readonly above?: HairPart;
}

const CURLY: ReadonlySet<HairStyle> = new Set(['curls', 'afro']);
const FALLING: ReadonlySet<HairStyle> = new Set(['bob', 'long', 'wavy']);

/** A person's hair, before it is laid on a head with an expression; outermost layer of each kind first. */
export interface HairModel {
  readonly shells: readonly Shell[];
  readonly falling: readonly Falling[];
}

interface Falling {
  readonly rest: Float32Array;
  readonly part: HairPart;
}

interface Shell {
  /** Its positions and normals are filled in for each picture. */
  readonly part: HairPart;
  /** How far each of the head's vertices is moved: along its normal, up, forwards. */
  readonly raise: Float32Array;
  readonly lift: Float32Array;
}

export function hairModel(hair: Hair, hairline: Float32Array): HairModel {
  if (hair.style === 'bald') return { shells: [], falling: [] };
  const comb = combOf(hair);
  const layers = hair.style === 'buzz' ? [0.5] : CURLY.has(hair.style) ? [0.84, 0.6, 0.3] : [0.8, 0.6];
  const fine = hairTriangles(hairline, headTriangles);
  const coarse = hairTriangles(hairline, coarseHeadTriangles);
  const top = shell(hair, hairline, { triangles: fine, shadow: coarse }, comb, 1);
  const surface = { triangles: coarse, shadow: NONE, above: top.part };
  const shells = [top, ...layers.map((layer) => shell(hair, hairline, surface, comb, layer))];
  const falling: HairPart[] = [];
  const fall = (make: (layer: number) => HairPart, layer: number): void => {
    const above = make(1);
    falling.push(above, { ...make(layer), shadow: NONE, above });
  };
  if (hair.fringe > 0) fall((layer) => fringe(hair, layer), 0.6);
  if (FALLING.has(hair.style)) fall((layer) => curtain(hair, layer), 0.72);
  return { shells, falling: falling.map((part) => ({ part, rest: part.vertices.slice() })) };
}

/** Lays the hair on a head whose positions and normals are given as a part; the parts are the model's own. */
export function hairParts({ shells, falling }: HairModel, head: Part): HairPart[] {
  for (const { part, rest } of falling) part.vertices.set(rest);
  for (const each of shells) layOn(each, head);
  return [...falling, ...shells].map(({ part }) => part);
}

function layOn({ part, raise, lift }: Shell, head: Part): void {
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

const unit = (x: number, y: number, z: number): Colour => {
  const l = Math.sqrt(x * x + y * y + z * z);
  return [x / l, y / l, z / l];
};

/** Long hair that begins in front of the ears. */
export const coversEars = (hair: Hair): boolean => FALLING.has(hair.style) && hair.edge < 68;

/** The point of the scalp from which the hair is combed. */
function combOf(hair: Hair): Colour {
  if (hair.style === 'tied' || hair.style === 'quiff') return unit(0.4 * sine(hair.parting), 0.42, 1);
  if (FALLING.has(hair.style)) return unit(sine(hair.parting), 1, 0.62);
  return unit(0.5 * sine(hair.parting), 1, -0.28);
}

/** Coordinates around the comb: u turns around it, v runs away from it. */
function strandUv(x: number, y: number, z: number, comb: Colour, curly: boolean): readonly [number, number] {
  const dx = x - SKULL[0];
  const dy = y - SKULL[1];
  const dz = z - SKULL[2];
  const length = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1;
  if (curly) return [x / 19 + 0.31 * (z / 19), y / 19 + 0.23 * (z / 19)];
  const along = (dx * comb[0] + dy * comb[1] + dz * comb[2]) / length;
  // second axis towards the viewer (or upwards for a comb in front), so that the seam lies out of sight
  const front = comb[2] > 0.75;
  const ex = front ? unit(-comb[0] * comb[1], 1 - comb[1] * comb[1], -comb[2] * comb[1]) : unit(-comb[0] * comb[2], -comb[1] * comb[2], 1 - comb[2] * comb[2]);
  const ey = [comb[1] * ex[2] - comb[2] * ex[1], comb[2] * ex[0] - comb[0] * ex[2], comb[0] * ex[1] - comb[1] * ex[0]] as const;
  const px = dx * ex[0] + dy * ex[1] + dz * ex[2];
  const py = dx * ey[0] + dy * ey[1] + dz * ey[2];
  return [(angle(py, px) / 360) * 2.2, (1 - along) * 0.55];
}

/** A copy of the scalp, raised by part of the hair's thickness. */
function shell(
  hair: Hair, hairline: Float32Array, surface: Pick<HairPart, 'triangles' | 'shadow' | 'above'>, comb: Colour, layer: number,
): Shell {
  const vertices = new Float32Array(HEAD_VERTICES * STRIDE);
  const raise = new Float32Array(HEAD_VERTICES);
  const lift = new Float32Array(HEAD_VERTICES);
  const curly = CURLY.has(hair.style);
  const cloud = noiseTiles().cloud;
  const tousle = hair.style === 'crop' || hair.style === 'short' ? 0.3 : curly ? 0.2 : 0.1;
  for (let i = 0; i < HEAD_VERTICES; i++) {
    const distance = hairline[i]!;
    // The least amount keeps vertices beside the hairline on the scalp.
    raise[i] = 0.001;
    const at = i * STRIDE;
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
    const dense = curly ? (layer > 0.9 ? 0.42 : layer > 0.8 ? 0.12 : -0.3) : 0.5 * layer * layer - (layer < 0.7 ? 0.3 : 0.1);
    vertices[at + 11] = mix(curly ? 0.85 : 1.05, dense, inside);
  }
  const cutout = curly ? noiseTiles().curl : noiseTiles().strand;
  return { part: { material: 'hair', vertices, ...surface, cutout, comb }, raise, lift };
}

const NONE = new Uint16Array(0);

/** Those of the head's triangles that reach above the hairline. */
function hairTriangles(hairline: Float32Array, all: Uint16Array): Uint16Array {
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
  const grow = smoothstep(-0.4, hair.style === 'afro' ? 3 : hair.style === 'quiff' || falls ? 1.2 : 2.4, distance);
  let thickness = mix(hair.sides, hair.top, top) * grow;
  if (falls) {
    const parting = x - 6 * sine(hair.parting);
    thickness *= 1 - 0.75 * smoothstep(1.6, 0, Math.abs(parting)) * smoothstep(-9, -4, z) * smoothstep(4, 7, y);
  }
  return thickness;
}

const COLUMNS = 43;
const ROWS = 15;
const CURTAIN = gridTriangles(ROWS, COLUMNS);

/** Hair that falls around the neck, from one temple over the back to the other. */
function curtain(hair: Hair, layer: number): HairPart {
  const vertices = new Float32Array(ROWS * COLUMNS * STRIDE);
  const cloud = noiseTiles().cloud;
  const bob = hair.style === 'bob';
  for (let i = 0; i < ROWS; i++) {
    const t = i / (ROWS - 1);
    const y = mix(6.4, -hair.length, t);
    for (let j = 0; j < COLUMNS; j++) {
      const s = j / (COLUMNS - 1);
      // The front edge swings back to the temples at the top.
      const edge = hair.edge - 14 * smoothstep(4, 0, y) * (1 - hair.wave * 0.4) + 26 * smoothstep(2.5, 6.4, y);
      const azimuth = edge + s * (360 - 2 * edge);
      const waveAt = cloud[noiseIndex(s * 1.7 + hair.line, y / 26 + hair.edge)]!;
      const ripple = hair.wave * (0.5 * sine(y * 62 + 700 * s * (1 - s) + 40 * hair.line) + 0.9 * waveAt);
      const drop = clamp((y - 1) / 10.3, 0, 0.8);
      const skull = 7.75 * Math.sqrt(1 - drop * drop);
      const narrow = bob
        ? 1.1 * smoothstep(-hair.length + 3.2, -hair.length, y)
        : 1.3 * smoothstep(-4, -12, y) - 2.6 * smoothstep(-12, -20, y);
      const depth = mix(-0.3, 0.1, smoothstep(6, 2, y)) + hair.sides * 0.9 * layer;
      const radius = skull + depth - narrow + ripple * smoothstep(5, 0, y);
      const at = (i * COLUMNS + j) * STRIDE;
      vertices[at] = radius * sine(azimuth);
      vertices[at + 1] = y + 0.25 * waveAt;
      vertices[at + 2] = -7 + radius * cosine(azimuth) * (cosine(azimuth) > 0 ? 1 : 1.22);
      const fromEdge = Math.min(s, 1 - s) * (360 - 2 * edge);
      vertices[at + 6] = s * 2.3 + 0.05 * hair.wave * sine(y * 60);
      vertices[at + 7] = y / 34 + layer * 0.41;
      vertices[at + 8] = (layer < 0.9 ? 0.45 : 1) * mix(0.72, 1, smoothstep(0, 14, fromEdge));
      vertices[at + 9] = 0.55 + 0.45 * smoothstep(-10, 4, y);
      const ragged = Math.max(smoothstep(7, 0, fromEdge) * 0.8, smoothstep(-hair.length + (bob ? 1 : 3), -hair.length, y) * (bob ? 0.8 : 0.95));
      vertices[at + 11] = ragged + (layer > 0.9 ? 0.3 : -0.15);
    }
  }
  computeNormals(vertices, CURTAIN);
  return { material: 'hair', vertices, triangles: CURTAIN, cutout: noiseTiles().strand, twoSided: true, comb: [0, 1, 0] };
}

const FRINGE_COLUMNS = 25;
const FRINGE_ROWS = 8;
const FRINGE = gridTriangles(FRINGE_ROWS, FRINGE_COLUMNS);

/** Hair over the forehead. */
function fringe(hair: Hair, layer: number): HairPart {
  const vertices = new Float32Array(FRINGE_ROWS * FRINGE_COLUMNS * STRIDE);
  for (let j = 0; j < FRINGE_COLUMNS; j++) {
    const s = (2 * j) / (FRINGE_COLUMNS - 1) - 1;
    const azimuth = s * 58;
    const sweep = 0.8 * sine(hair.parting) * s;
    const end = mix(hair.line, 2.2, hair.fringe) - 0.9 * s * s + sweep;
    for (let i = 0; i < FRINGE_ROWS; i++) {
      const t = i / (FRINGE_ROWS - 1);
      const y = mix(hair.line + 3.2, end, t);
      const bulge = smoothstep(9, 3, y);
      // It rises out of the hair on top.
      const out = mix(-0.5, (0.35 + 0.3 * hair.top * (1 - t)) * layer + 0.12, smoothstep(0, 0.3, t));
      const at = (i * FRINGE_COLUMNS + j) * STRIDE;
      vertices[at] = (mix(5.2, 7.1, bulge) + out) * sine(azimuth);
      vertices[at + 1] = y;
      vertices[at + 2] = -6 + (mix(5.4, 7.75, bulge) + out) * cosine(azimuth);
      vertices[at + 6] = s * 0.62 + (hair.parting / 90) * t;
      vertices[at + 7] = t * 0.3 + layer * 0.23;
      vertices[at + 8] = (0.4 + 0.6 * layer) * mix(1, 0.85, t);
      vertices[at + 9] = 0.95;
      vertices[at + 11] = clamp(Math.max(smoothstep(0.68, 1, t) * 0.9, smoothstep(0.8, 1, Math.abs(s)) * 0.9) + (layer > 0.8 ? 0.3 : -0.1), -1, 1.1);
    }
  }
  computeNormals(vertices, FRINGE);
  return { material: 'hair', vertices, triangles: FRINGE, cutout: noiseTiles().strand, twoSided: true, comb: unit(sine(hair.parting), 1, 0.3) };
}

