import data from './face-template.json' with { type: 'json' };
import { type Subdivision, subdivide } from './subdivision.ts';

/** Vertices of the coarse face mesh: the numbering of the 468-point face mesh. */
export const COARSE = 468;

const scaled = (values: readonly number[], unit: number): Float32Array =>
  Float32Array.from(values, (v) => v * unit);

/** Mean neutral face in centimetres, x y z a vertex; x to the picture's right, y up, z to the viewer. */
export const neutral = scaled(data.neutral, 0.01);
/** Movement for one more centimetre of mouth width (a smile), and for one more of mouth opening. */
export const smile = scaled(data.smile, 0.01);
export const open = scaled(data.open, 0.01);
/** Main variations between people, one standard deviation each. */
export const modes = data.modes.map((mode) => scaled(mode, 0.001));
/** Vertex on the other side of the face. */
export const mirror: readonly number[] = data.mirror;

/** Rim of the eye opening in the picture's left half, from the outer corner over the upper lid. */
export const LEFT_EYE = [
  33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7,
] as const;
/** Inner rim of the lips, from the corner in the picture's left half over the upper lip. */
export const INNER_LIPS = [
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
] as const;
/** Upper and lower outline of the lips, from the corner in the picture's left half. */
export const UPPER_LIP = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291] as const;
export const LOWER_LIP = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291] as const;

/** Triangles of the coarse mesh. */
export const coarseTriangles: readonly (readonly number[])[] = data.triangles;
/** The face mesh, each triangle split in four; its first 468 vertices keep their numbers. */
export const fineFace: Subdivision = subdivide(COARSE, coarseTriangles);
/** Texture coordinates of the fine mesh in [0, 1], v down; the face fills [0.1, 0.9]. */
export const faceUv: Float32Array = fineFace
  .apply(scaled(data.uv, 1 / 4000), 2)
  .map((value) => 0.1 + 0.8 * value);
/** The mean face on the fine mesh. */
export const fineNeutral: Float32Array = fineFace.apply(neutral, 3);

/** Fine vertices along the outer rim of the face, beginning at the top of the forehead. */
export const faceRim: readonly number[] = traceRim();

function traceRim(): number[] {
  const { triangles } = fineFace;
  const next = new Map<number, number>();
  const inner = new Set<number>();
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) inner.add(triangles[t + k]! * 65536 + triangles[t + ((k + 1) % 3)]!);
  for (const edge of inner) {
    const a = Math.floor(edge / 65536);
    const b = edge % 65536;
    if (!inner.has(b * 65536 + a)) next.set(a, b);
  }
  const rim = [10];
  for (let v = next.get(10)!; v !== 10; v = next.get(v)!) rim.push(v);
  return rim;
}
