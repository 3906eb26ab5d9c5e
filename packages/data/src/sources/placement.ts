/** A face's place in its picture, and in the aligned one. */
import { type AlignConfig, alignTo, FIVE_POINTS, movedPoints, TEMPLATE_CENTRE } from '../align.ts';
import type { Rgb } from '../face.ts';
import type { Landmarks } from '../landmark-file.ts';
import { meshFromFive } from '../mesh/fit.ts';
import { type FaceMesh, type Similarity, transformed } from '../mesh/mesh.ts';
import { UnusableFace } from '../unusable.ts';
import { warp } from '../warp.ts';

/** Nearer to each other the eyes of a face show nothing. In pixels. */
const LEAST_EYES = 8;
/** What a similarity may leave unexplained of how the points lie; a head turned by 75 degrees leaves 0.41. */
const MOST_MISFIT = 0.5;
/** In pixels; what a mesh can be stored with (see toSixteenths). */
const FARTHEST = 2047;

export interface Placement {
  /** In the aligned picture. */
  readonly mesh: FaceMesh;
  /** The aligned picture of the original, or of another that lies as it does. */
  aligned(original: Rgb): Rgb;
}

const UNMOVED: Similarity = { a: 1, b: 0, e: 0, f: 0 };

/** Throws an `UnusableFace` where the landmarks are not those of a face in the picture. */
export function placeFace(
  file: string,
  image: Pick<Rgb, 'width' | 'height'>,
  { five, mesh }: Landmarks,
  align: AlignConfig,
): Placement {
  const wrong = wrongFive(five, image);
  if (wrong) throw new UnusableFace(file, wrong);
  const similarity = align === 'none' ? UNMOVED : alignTo(five, align.size);
  const placed = mesh ? transformed(mesh, similarity) : meshFromFive(movedPoints(five, similarity));
  if (!placed.every((value) => Math.abs(value) <= FARTHEST)) {
    throw new UnusableFace(file, 'its face mesh reaches far out of the picture');
  }
  return {
    mesh: placed,
    aligned: (original) => (align === 'none' ? original : warp(original, similarity, align.size)),
  };
}

/** What is wrong with five points in a picture, if anything is. */
function wrongFive(five: Float32Array, { width, height }: Pick<Rgb, 'width' | 'height'>): string | undefined {
  if (five.length !== 10) return `landmarks: found ${five.length} numbers, expected 10`;
  if (!five.every(Number.isFinite)) return `landmarks: not all are numbers: ${five.join(' ')}`;
  const outside = FIVE_POINTS.filter((_, i) => {
    const [x, y] = [five[2 * i] as number, five[2 * i + 1] as number];
    return x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5;
  }).length;
  if (outside > 2) return `landmarks: ${outside} of 5 lie outside the picture of ${width} x ${height}`;
  const [x0, y0, x1, y1] = five as unknown as [number, number, number, number];
  const eyes = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
  if (eyes < LEAST_EYES) {
    return `landmarks: the eyes are ${eyes.toFixed(1)} pixels apart, ${LEAST_EYES} at least are needed`;
  }
  if (misfit(five) > MOST_MISFIT) return 'landmarks: the five points do not lie as those of a face';
  return undefined;
}

/** The share, 0 to 1, of the template's spread that the five points do not follow under any similarity. */
function misfit(five: Float32Array): number {
  const moved = movedPoints(five, alignTo(five, 1));
  let [left, whole] = [0, 0];
  FIVE_POINTS.forEach(([x, y], i) => {
    const [dx, dy] = [(moved[2 * i] as number) + 0.5 - x, (moved[2 * i + 1] as number) + 0.5 - y];
    left += dx * dx + dy * dy;
    whole +=
      (x - TEMPLATE_CENTRE[0]) * (x - TEMPLATE_CENTRE[0]) +
      (y - TEMPLATE_CENTRE[1]) * (y - TEMPLATE_CENTRE[1]);
  });
  return left / whole;
}
