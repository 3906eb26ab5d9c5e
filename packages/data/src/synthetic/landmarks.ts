import type { Brows } from './identity.ts';
import { clamp, mix } from './math.ts';
import { type Part, STRIDE } from './mesh.ts';
import type { Projection } from './render.ts';
import { LEFT_EYE, mirror, neutral } from './template.ts';

/** A point of the face: vertices of the coarse mesh and their weights, which add up to 1. */
type Anchor = readonly (readonly [vertex: number, weight: number])[];

const vertex = (v: number): Anchor => [[v, 1]];
const between = (a: number, b: number, t = 0.5): Anchor => [
  [a, 1 - t],
  [b, t],
];
const mirrored = (anchor: Anchor): Anchor => anchor.map(([v, weight]) => [mirror[v]!, weight]);

/** The face's outline in the picture's left half, from beside the eye to the chin. */
const OUTLINE = [162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152];

/** Points 0 to 8, spaced evenly along the outline of the mean face; the first lies at the height of the eyes. */
const JAW: readonly Anchor[] = (() => {
  const at = [0];
  for (let k = 1; k < OUTLINE.length; k++) {
    const a = 3 * OUTLINE[k - 1]!;
    const b = 3 * OUTLINE[k]!;
    const dx = neutral[a]! - neutral[b]!;
    const dy = neutral[a + 1]! - neutral[b + 1]!;
    const dz = neutral[a + 2]! - neutral[b + 2]!;
    at.push(at[k - 1]! + Math.sqrt(dx * dx + dy * dy + dz * dz));
  }
  const start = at[1]! / 2;
  const step = (at.at(-1)! - start) / 8;
  return Array.from({ length: 9 }, (_, i) => {
    const place = start + i * step;
    const k = clamp(
      at.findIndex((end) => end >= place - 1e-6),
      1,
      OUTLINE.length - 1,
    );
    return between(OUTLINE[k - 1]!, OUTLINE[k]!, (place - at[k - 1]!) / (at[k]! - at[k - 1]!));
  });
})();

/** Points 27 to 67, as far as they lie in the middle or in the picture's left half. */
const BRIDGE = [between(168, 6), vertex(197), vertex(5), vertex(1)];
const NOSTRILS = [between(98, 97), vertex(97), vertex(2)];
const EYE = [33, 160, 158, 133, 153, 144].map(vertex);
const OUTER_UPPER = [61, 39, 37, 0].map(vertex);
const OUTER_LOWER = [17, 84, 181].map(vertex);
const INNER_UPPER = [vertex(78), between(81, 82), vertex(13)];
const INNER_LOWER = [vertex(14), vertex(87)];

/** Left half, its mirror image backwards; the last of `half` lies in the middle. */
const across = (half: readonly Anchor[]): Anchor[] => [...half, ...half.slice(0, -1).reverse().map(mirrored)];
const fromMiddle = (half: readonly Anchor[]): Anchor[] => [...half.slice(1).reverse().map(mirrored), ...half];
const rightEye = [3, 2, 1, 0, 5, 4].map((i) => mirrored(EYE[i]!));

const AFTER_BROWS: readonly Anchor[] = [
  ...BRIDGE,
  ...across(NOSTRILS),
  ...EYE,
  ...rightEye,
  ...across(OUTER_UPPER),
  ...fromMiddle(OUTER_LOWER),
  ...across(INNER_UPPER),
  ...fromMiddle(INNER_LOWER),
];

/** Upper and lower rim of the mesh's left brow, from beyond its tail to its head. */
const BROW_RIMS = [
  [156, 35],
  [70, 46],
  [63, 53],
  [105, 52],
  [66, 65],
  [107, 55],
] as const;

/** Height in cm of the middle of a brow on the mean face, `s` from its head (0) to its tail (1). */
export const browMiddle = (brow: Brows, s: number): number =>
  2 + brow.height + brow.arch * (1.3 * s - 1.4 * s * s) + brow.tilt * (s - 0.4) + 1.3 * s - 1.65 * s * s;

/** Points 17 to 21: along the middle of the left brow as it is painted. */
function browAnchors(brow: Brows): Anchor[] {
  return [0.95, 0.72, 0.48, 0.25, 0.03].map((s) => {
    const x = -(brow.gap + brow.length * s);
    const rim = (k: number, side: 0 | 1, axis: 0 | 1): number => neutral[3 * BROW_RIMS[k]![side] + axis]!;
    const column = (k: number, axis: 0 | 1): number => (rim(k, 0, axis) + rim(k, 1, axis)) / 2;
    let k = 0;
    while (k < BROW_RIMS.length - 2 && column(k + 1, 0) < x) k++;
    const t = (x - column(k, 0)) / (column(k + 1, 0) - column(k, 0));
    const upper = mix(rim(k, 0, 1), rim(k + 1, 0, 1), t);
    const lower = mix(rim(k, 1, 1), rim(k + 1, 1, 1), t);
    const down = (browMiddle(brow, s) - upper) / (lower - upper);
    return [
      [BROW_RIMS[k]![0], (1 - t) * (1 - down)],
      [BROW_RIMS[k]![1], (1 - t) * down],
      [BROW_RIMS[k + 1]![0], t * (1 - down)],
      [BROW_RIMS[k + 1]![1], t * down],
    ];
  });
}

/** The 68 points of iBUG 300-W, x0, y0, x1, y1 … in pixels: points of the mesh, projected. */
export function landmarksOf(head: Part, brow: Brows, project: Projection): Float32Array {
  const left = browAnchors(brow);
  const anchors = [...across(JAW), ...left, ...left.toReversed().map(mirrored), ...AFTER_BROWS];
  const out = new Float32Array(136);
  anchors.forEach((anchor, i) => {
    out.set(pointAt(head, anchor, project), 2 * i);
  });
  return out;
}

/** Where a point of the head lies in the picture, in pixels. */
function pointAt(
  head: Part,
  anchor: Anchor,
  { distance, a, b, e, f }: Projection,
): readonly [number, number] {
  let px = 0;
  let py = 0;
  let pz = 0;
  for (const [v, weight] of anchor) {
    px += weight * head.vertices[v * STRIDE]!;
    py += weight * head.vertices[v * STRIDE + 1]!;
    pz += weight * head.vertices[v * STRIDE + 2]!;
  }
  const scale = distance / (distance - pz);
  const x = px * scale;
  const y = -py * scale;
  return [a * x - b * y + e, b * x + a * y + f];
}

const LEFT_CENTRE: Anchor = LEFT_EYE.map((v) => [v, 1 / LEFT_EYE.length]);
const FIVE = [LEFT_CENTRE, mirrored(LEFT_CENTRE), vertex(1), vertex(61), vertex(mirror[61]!)];

/** Eyes' centres (picture's left one first), tip of the nose, corners of the mouth; x0, y0 … in pixels. */
export function fiveOf(head: Part, project: Projection): Float32Array {
  const out = new Float32Array(10);
  FIVE.forEach((anchor, i) => {
    out.set(pointAt(head, anchor, project), 2 * i);
  });
  return out;
}
