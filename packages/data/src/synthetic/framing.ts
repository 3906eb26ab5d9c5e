import { fitTemplate, TEMPLATE_CENTRE } from '../align.ts';
import type { Pose } from '../face.ts';
import type { Similarity } from '../mesh/mesh.ts';
import { cosine, sine } from './math.ts';

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
  const [qx, qy] = TEMPLATE_CENTRE;
  const { size, zoom } = framing;
  // The aligned crop keeps its middle; a wider one puts the face's box there.
  const targetX = 0.5 + (qx - (zoom < 1 ? FACE_BOX.x : 0.5)) * zoom;
  const targetY = 0.5 + (qy - (zoom < 1 ? FACE_BOX.y : 0.5)) * zoom;
  return fitTemplate(points, {
    side: size * zoom * jitter.scale,
    cosine: cosine(pose.roll),
    sine: sine(pose.roll),
    x: targetX * size + (jitter.x * size) / 128 - 0.5,
    y: targetY * size + (jitter.y * size) / 128 - 0.5,
  });
}
