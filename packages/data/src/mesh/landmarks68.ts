/** The 68 points of iBUG 300-W as places on the face mesh. */
import type { FaceMesh } from './mesh.ts';
import { LEFT_EYE, mirror, neutral } from './template.ts';

/** A point of the face: vertices of the mesh and their weights, which add up to 1. */
export type Anchor = readonly (readonly [vertex: number, weight: number])[];

const vertex = (v: number): Anchor => [[v, 1]];
const between = (a: number, b: number, t = 0.5): Anchor => [
  [a, 1 - t],
  [b, t],
];
export const mirrored = (anchor: Anchor): Anchor => anchor.map(([v, weight]) => [mirror[v]!, weight]);

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
    const k = Math.max(
      1,
      at.findIndex((end) => end >= place - 1e-6),
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
export const BROW_RIMS = [
  [156, 35],
  [70, 46],
  [63, 53],
  [105, 52],
  [66, 65],
  [107, 55],
] as const;

/** Points 17 to 21 where nothing else is known of the brow: the middle of its rims. */
const MEAN_BROW: readonly Anchor[] = BROW_RIMS.slice(1).map(([upper, lower]) => between(upper, lower));

/** x0, y0, x1, y1 …, 136 numbers in pixels. `brow`: points 17 to 21. */
export function landmarksOf(mesh: FaceMesh, brow: readonly Anchor[] = MEAN_BROW): Float32Array {
  return pointsAt(mesh, [...across(JAW), ...brow, ...brow.toReversed().map(mirrored), ...AFTER_BROWS]);
}

const LEFT_CENTRE: Anchor = LEFT_EYE.map((v) => [v, 1 / LEFT_EYE.length]);
/** Eyes' centres (the picture's left one first), tip of the nose, corners of the mouth. */
export const FIVE: readonly Anchor[] = [
  LEFT_CENTRE,
  mirrored(LEFT_CENTRE),
  vertex(1),
  vertex(61),
  vertex(mirror[61]!),
];

/** Eyes' centres (the picture's left one first), tip of the nose, corners of the mouth: x0, y0 … in pixels. */
export const fiveOf = (mesh: FaceMesh): Float32Array => pointsAt(mesh, FIVE);

function pointsAt(mesh: FaceMesh, anchors: readonly Anchor[]): Float32Array {
  const out = new Float32Array(2 * anchors.length);
  anchors.forEach((anchor, i) => {
    let x = 0;
    let y = 0;
    for (const [v, weight] of anchor) {
      x += weight * mesh[3 * v]!;
      y += weight * mesh[3 * v + 1]!;
    }
    out[2 * i] = x;
    out[2 * i + 1] = y;
  });
  return out;
}
