/** How far the detector's meshes lie from those that synthetic people were drawn with. */
import {
  anglesOf,
  fiveOf,
  headPose,
  identityOf,
  imageOf,
  landmarksOf,
  type Population,
  renderFace,
  wideFraming,
} from '@fsg/data';
import type { DetectedFace, Detector } from '@fsg/data/detection';

/** Of the 68 points, the first and the last. */
export const REGIONS = {
  jaw: [0, 16],
  brows: [17, 26],
  nose: [27, 35],
  eyes: [36, 47],
  mouth: [48, 67],
} as const;
export type Region = keyof typeof REGIONS;

/** Degrees of |yaw|, from the first to below the second. */
export const YAWS = [
  [0, 20],
  [20, 35],
  [35, 51],
] as const;

/** Distances in per cent of the distance of the eyes' centres. */
export interface FaceError {
  readonly population: Population;
  readonly size: number;
  readonly yaw: number;
  /** Means over the points; null where the face was not found. */
  readonly found: {
    readonly mesh: number;
    readonly points68: number;
    /** Mean distance, and how much lower in the picture the detector has the points. */
    readonly regions: Readonly<Record<Region, { readonly distance: number; readonly lower: number }>>;
    /** Depth, counted from the mean of the points. */
    readonly depth: number;
    /** Degrees between the poses read off the two meshes. */
    readonly pose: number;
  } | null;
}

export interface ErrorOptions {
  readonly population: Population;
  readonly size: number;
  readonly faces: number;
}

/** Heads turned evenly from -50 to 50 degrees, each another person. */
export async function faceErrors(
  detector: Detector,
  { population, size, faces }: ErrorOptions,
): Promise<FaceError[]> {
  const errors: FaceError[] = [];
  for (let index = 0; index < faces; index++) {
    const yaw = ((37 * index) % 101) - 50;
    const identity = identityOf(1, index, population);
    const image = imageOf(1, identity.name, 0, population);
    const turned = { ...image, pose: { ...image.pose, yaw } };
    const face = renderFace(identity, turned, wideFraming(size));
    const [found] = await detector.detect(face.image);
    errors.push({
      population,
      size,
      yaw,
      found: found && covers(found, face.mesh) ? errorOf(found, face) : null,
    });
  }
  return errors;
}

function covers({ box }: DetectedFace, mesh: Float32Array): boolean {
  const [x, y] = [mean(every(mesh, 3, 0)), mean(every(mesh, 3, 1))];
  return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
}

function errorOf(
  { mesh }: DetectedFace,
  truth: { readonly mesh: Float32Array; readonly landmarks: Float32Array },
): NonNullable<FaceError['found']> {
  const five = fiveOf(truth.mesh);
  const [leftX, leftY, rightX, rightY] = five as unknown as [number, number, number, number];
  const percent = 100 / Math.hypot(rightX - leftX, rightY - leftY);
  const distances = (a: Float32Array, b: Float32Array, step: 2 | 3): number[] =>
    every(a, step, 0).map(
      (x, i) =>
        percent *
        Math.hypot(x - (b[step * i] as number), (a[step * i + 1] as number) - (b[step * i + 1] as number)),
    );
  const points = landmarksOf(mesh);
  const off = distances(points, truth.landmarks, 2);
  const lower = every(points, 2, 1).map((y, i) => percent * (y - (truth.landmarks[2 * i + 1] as number)));
  const region = (name: Region) => {
    const [first, last] = REGIONS[name];
    return { distance: mean(off.slice(first, last + 1)), lower: mean(lower.slice(first, last + 1)) };
  };
  const [depths, trueDepths] = [every(mesh, 3, 2), every(truth.mesh, 3, 2)];
  const [depth, trueDepth] = [mean(depths), mean(trueDepths)];
  return {
    mesh: mean(distances(mesh, truth.mesh, 3)),
    points68: mean(off),
    regions: {
      jaw: region('jaw'),
      brows: region('brows'),
      nose: region('nose'),
      eyes: region('eyes'),
      mouth: region('mouth'),
    },
    depth: percent * mean(depths.map((z, i) => Math.abs(z - depth - (trueDepths[i] as number) + trueDepth))),
    pose: poseDifference(mesh, truth.mesh),
  };
}

/** The largest of the differences of yaw, pitch and roll. */
function poseDifference(a: Float32Array, b: Float32Array): number {
  const [p, q] = [anglesOf(headPose(a)), anglesOf(headPose(b))];
  return Math.max(Math.abs(p.yaw - q.yaw), Math.abs(p.pitch - q.pitch), Math.abs(p.roll - q.roll));
}

/** Every `step`-th value, from `first` on. */
const every = (values: Float32Array, step: number, first: number): number[] =>
  Array.from({ length: values.length / step }, (_, i) => values[step * i + first] as number);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}
