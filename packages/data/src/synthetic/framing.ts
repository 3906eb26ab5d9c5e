import type { Pose } from '../face.ts';
import type { Similarity } from '../mesh/mesh.ts';
import { cosine, sine } from './math.ts';

/**
 * Where the five landmarks of an upright, straight face lie, as a share of the picture's side: eyes' centres (the
 * picture's left one first), tip of the nose, corners of the mouth. Like an aligned CelebA crop: chin, forehead and
 * most of the hair are in the picture.
 */
export const FIVE_POINTS: readonly (readonly [number, number])[] = [
  [0.379, 0.424],
  [0.621, 0.424],
  [0.5, 0.564],
  [0.404, 0.676],
  [0.596, 0.676],
];
/** Centre of the face's box (what a detector would mark) and its side, as a share of the picture's side. */
export const FACE_BOX = { x: 0.5, y: 0.56, side: 0.64 } as const;

/** `zoom` 1 is the aligned crop; below 1 shows more around the face, whose box then lies in the middle. */
export interface Framing {
  readonly size: number;
  readonly zoom: number;
}

/** The framing in which the face's box takes half of the picture's side. */
export const wideFraming = (size: number): Framing => ({ size, zoom: 0.5 / FACE_BOX.side });

/** Least-squares similarity that carries five projected points (x0, y0, x1 …; y down) to the framing's places. */
export function align(
  points: Float32Array,
  framing: Framing,
  jitter: { readonly x: number; readonly y: number; readonly scale: number },
  pose: Pose,
): Similarity {
  let px = 0;
  let py = 0;
  let qx = 0;
  let qy = 0;
  for (let i = 0; i < 5; i++) {
    px += points[2 * i]! / 5;
    py += points[2 * i + 1]! / 5;
    qx += FIVE_POINTS[i]![0] / 5;
    qy += FIVE_POINTS[i]![1] / 5;
  }
  let dot = 0;
  let cross = 0;
  let norm = 0;
  for (let i = 0; i < 5; i++) {
    const x = points[2 * i]! - px;
    const y = points[2 * i + 1]! - py;
    const u = FIVE_POINTS[i]![0] - qx;
    const v = FIVE_POINTS[i]![1] - qy;
    dot += x * u + y * v;
    cross += x * v - y * u;
    norm += x * x + y * y;
  }
  const c = cosine(pose.roll);
  const s = sine(pose.roll);
  const { size, zoom } = framing;
  const scale = size * zoom * jitter.scale;
  const a = (scale * (dot * c - cross * s)) / norm;
  const b = (scale * (dot * s + cross * c)) / norm;
  // The aligned crop keeps its middle; a wider one puts the face's box there.
  const targetX = 0.5 + (qx - (zoom < 1 ? FACE_BOX.x : 0.5)) * zoom;
  const targetY = 0.5 + (qy - (zoom < 1 ? FACE_BOX.y : 0.5)) * zoom;
  const e = targetX * size + (jitter.x * size) / 128 - 0.5 - (a * px - b * py);
  const f = targetY * size + (jitter.y * size) / 128 - 0.5 - (b * px + a * py);
  return { a, b, e, f };
}
