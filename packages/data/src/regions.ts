/**
 * Parts of the face as polygons of the face mesh, which show where a face is occluded and how well each part is restored.
 * They lie side by side and fill the face's outline: the eyes with brows and lids, the nose from between the eyes to its
 * base, the mouth with the lips' surroundings, the cheeks with the temples.
 */
import { coverPolygon } from './draw/polygon.ts';
import type { FaceMesh } from './mesh/mesh.ts';
import { mirror } from './mesh/template.ts';

export const REGIONS = ['forehead', 'eyes', 'nose', 'cheeks', 'mouth', 'chin'] as const;
export type Region = (typeof REGIONS)[number];

/** Borders in the picture's left half, as vertices: what two regions share stands here once. */
const OVER_BROW = [156, 70, 63, 105, 66, 107, 55, 193];
const UNDER_EYE = [244, 233, 232, 231, 230, 229, 228, 31, 226, 35, 124, 156];
const BESIDE_NOSE = [244, 128, 114, 217, 209, 49, 129, 98];
const UNDER_NOSE = [98, 97, 2];
const BESIDE_MOUTH = [98, 165, 92, 186, 57];
const UNDER_MOUTH = [57, 43, 106, 182, 83, 18];
const BESIDE_CHIN = [57, 202, 210, 169, 150];
const TEMPLE = [156, 139, 162];
/** The face's outline from the top of the forehead down. */
const OVER_FOREHEAD = [10, 109, 67, 103, 54, 21, 162];
const BESIDE_CHEEK = [162, 127, 234, 93, 132, 58, 172, 136, 150];
const UNDER_CHIN = [150, 149, 176, 148, 152];
/** Between the eyes. */
const NOSE_TOP = 168;

const mirrored = (half: readonly number[]): number[] => half.map((vertex) => mirror[vertex] as number);
/** A region across the middle: its left border and, backwards, the same on the right. */
const across = (half: readonly number[]): number[][] => [[...half, ...mirrored(half).reverse()]];
/** A region on either side. */
const twice = (side: readonly number[]): number[][] => [[...side], mirrored(side)];
const back = (border: readonly number[]): number[] => [...border].reverse();

/** The polygons of each region, as vertices in order. A vertex named twice in a row makes no difference. */
export const REGION_POLYGONS: Readonly<Record<Region, readonly (readonly number[])[]>> = {
  forehead: across([...OVER_FOREHEAD, ...back(TEMPLE), ...OVER_BROW, NOSE_TOP]),
  eyes: twice([...OVER_BROW, ...UNDER_EYE]),
  nose: across([NOSE_TOP, 193, ...BESIDE_NOSE, ...UNDER_NOSE]),
  cheeks: twice([
    ...back(UNDER_EYE),
    ...BESIDE_NOSE,
    ...BESIDE_MOUTH,
    ...BESIDE_CHIN,
    ...back(BESIDE_CHEEK),
    ...back(TEMPLE),
  ]),
  mouth: across([...back(UNDER_NOSE), ...BESIDE_MOUTH, ...UNDER_MOUTH]),
  chin: across([...back(UNDER_MOUTH), ...BESIDE_CHIN, ...UNDER_CHIN]),
};

/**
 * The pixels of each region: 1 inside, `width * height` values. Of a head turned far to the side the regions are what can be
 * seen of them from in front, and may overlap.
 */
export function regionsOf(mesh: FaceMesh, width: number, height: number): Record<Region, Uint8Array> {
  return Object.fromEntries(
    REGIONS.map((region) => {
      const inside = new Uint8Array(width * height);
      for (const polygon of REGION_POLYGONS[region]) fill(inside, polygon, mesh, width, height);
      return [region, inside];
    }),
  ) as Record<Region, Uint8Array>;
}

function fill(
  inside: Uint8Array,
  polygon: readonly number[],
  mesh: FaceMesh,
  width: number,
  height: number,
): void {
  const corners = polygon.map((v) => ({ x: mesh[3 * v] as number, y: mesh[3 * v + 1] as number }));
  const cover = coverPolygon(corners, width, height);
  for (let y = cover.top; y < cover.bottom; y++) {
    for (let x = cover.left; x < cover.right; x++) if (cover.at(x, y) >= 0.5) inside[y * width + x] = 1;
  }
}

/** Share of the region's pixels where the mask is 1; null where none of it lies in the picture. */
export function shareUnder(inside: Uint8Array, mask: Uint8Array): number | null {
  let [covered, pixels] = [0, 0];
  for (let i = 0; i < inside.length; i++) {
    pixels += inside[i] as number;
    covered += (inside[i] as number) & (mask[i] as number);
  }
  return pixels === 0 ? null : covered / pixels;
}
