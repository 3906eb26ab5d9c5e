/** The mean face and how faces differ from it: what the synthetic people are made of and occluders are cut for. */
import data from './face-template.json' with { type: 'json' };

/** Vertices of the face mesh, in the numbering of MediaPipe's. */
export const MESH_POINTS = 468;

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

/** Triangles of the face mesh. */
export const triangles: readonly (readonly number[])[] = data.triangles;
/** Texture coordinates in [0, 1], v down. */
export const uv = scaled(data.uv, 1 / 4000);
