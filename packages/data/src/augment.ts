/** Augmentation of the clean face before anything is drawn over it; of a pair, both pictures and the mask alike. */
import { z } from 'zod';
import { directionAt } from './draw/point.ts';
import type { Face, Occlusion, Rgb } from './face.ts';
import { MIRRORED, POINTS } from './landmarks.ts';
import { type FaceMesh, type Similarity, transformed } from './mesh/mesh.ts';
import { MESH_POINTS, mirror as meshMirror } from './mesh/template.ts';
import type { Random } from './random.ts';

export const AugmentConfig = z.strictObject({
  /** Mirrors half of the faces. */
  flip: z.boolean().default(false),
  /** Turns by a whole number of degrees in [-15, 14], corners black, as in the paper. */
  rotate: z.boolean().default(false),
});
export type AugmentConfig = z.infer<typeof AugmentConfig>;

export function augment(face: Face, config: AugmentConfig, random: Random): Face {
  const flipped = config.flip && random.next() < 0.5 ? mirror(face) : face;
  const degrees = config.rotate ? random.integer(-15, 15) : 0;
  return degrees === 0 ? flipped : rotate(flipped, degrees);
}

/** The pose is left out: nothing downstream of augmentation reads it. */
const moved = (
  { pose: _, ...face }: Face,
  picture: (image: Rgb) => Rgb,
  mask: (mask: Uint8Array, width: number, height: number) => Uint8Array,
  places: Pick<Face, 'landmarks' | 'mesh'>,
): Face => ({
  ...face,
  ...places,
  image: picture(face.image),
  ...(face.occlusion && { occlusion: movedOcclusion(face.occlusion, picture, mask) }),
});

const movedOcclusion = (
  { occluded, mask, ...rest }: Occlusion,
  picture: (image: Rgb) => Rgb,
  turned: (mask: Uint8Array, width: number, height: number) => Uint8Array,
): Occlusion => ({
  ...rest,
  occluded: picture(occluded),
  mask: turned(mask, occluded.width, occluded.height),
});

/** The face seen in a mirror, each landmark under the name that it has there. */
export function mirror(face: Face): Face {
  const { width } = face.image;
  const landmarks = new Float32Array(2 * POINTS);
  for (let i = 0; i < POINTS; i++) {
    const other = MIRRORED[i] as number;
    landmarks[2 * i] = width - 1 - (face.landmarks[2 * other] as number);
    landmarks[2 * i + 1] = face.landmarks[2 * other + 1] as number;
  }
  return moved(
    face,
    (image) => ({ ...image, data: mirroredRows(image.data, image.width, 3) }),
    (mask, wide) => mirroredRows(mask, wide, 1),
    { landmarks, mesh: mirroredMesh(face.mesh, width) },
  );
}

function mirroredRows(data: Uint8Array, width: number, channels: number): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row += width * channels) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        out[row + x * channels + c] = data[row + (width - 1 - x) * channels + c] as number;
      }
    }
  }
  return out;
}

function mirroredMesh(mesh: FaceMesh, width: number): FaceMesh {
  const out = new Float32Array(mesh.length);
  for (let v = 0; v < MESH_POINTS; v++) {
    const from = 3 * (meshMirror[v] as number);
    out.set(mesh.subarray(from, from + 3), 3 * v);
    out[3 * v] = width - 1 - (mesh[from] as number);
  }
  return out;
}

/** The face turned clockwise about the picture's centre, bilinear, black where nothing was. */
export function rotate(face: Face, degrees: number): Face {
  const { x: cos, y: sin } = directionAt(degrees);
  const { width, height } = face.image;
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const turn: Similarity = { a: cos, b: sin, e: cx - cos * cx + sin * cy, f: cy - sin * cx - cos * cy };
  const landmarks = new Float32Array(2 * POINTS);
  for (let i = 0; i < POINTS; i++) {
    const [x, y] = [face.landmarks[2 * i] as number, face.landmarks[2 * i + 1] as number];
    landmarks[2 * i] = turn.a * x - turn.b * y + turn.e;
    landmarks[2 * i + 1] = turn.b * x + turn.a * y + turn.f;
  }
  return moved(
    face,
    (image) => rotatedImage(image, cos, sin),
    (mask, wide, high) => rotatedMask(mask, wide, high, cos, sin),
    { landmarks, mesh: transformed(face.mesh, turn) },
  );
}

function rotatedImage({ width, height, data }: Rgb, cos: number, sin: number): Rgb {
  const rotated = new Uint8Array(data.length);
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sx = cx + cos * (x - cx) + sin * (y - cy);
      const sy = cy - sin * (x - cx) + cos * (y - cy);
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      if (x0 < -1 || y0 < -1 || x0 >= width || y0 >= height) continue;
      // Beyond the border all is black: those neighbours weigh nothing, and any pixel may stand for them.
      const left = x0 >= 0 ? 1 - sx + x0 : 0;
      const right = x0 + 1 < width ? sx - x0 : 0;
      const upper = y0 >= 0 ? 1 - sy + y0 : 0;
      const lower = y0 + 1 < height ? sy - y0 : 0;
      const a = 3 * (Math.max(0, y0) * width + Math.max(0, x0));
      const b = a + (left > 0 && right > 0 ? 3 : 0);
      const down = upper > 0 && lower > 0 ? 3 * width : 0;
      const to = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        const above = left * (data[a + c] as number) + right * (data[b + c] as number);
        const below = left * (data[a + down + c] as number) + right * (data[b + down + c] as number);
        rotated[to + c] = upper * above + lower * below + 0.5;
      }
    }
  }
  return { width, height, data: rotated };
}

/** 1 where any of the four pixels that a turned one is mixed from was 1: a margin, so that nothing occluded is left out. */
function rotatedMask(mask: Uint8Array, width: number, height: number, cos: number, sin: number): Uint8Array {
  const rotated = new Uint8Array(mask.length);
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const at = (x: number, y: number): number =>
    x >= 0 && y >= 0 && x < width && y < height ? (mask[y * width + x] as number) : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const x0 = Math.floor(cx + cos * (x - cx) + sin * (y - cy));
      const y0 = Math.floor(cy - sin * (x - cx) + cos * (y - cy));
      rotated[y * width + x] = at(x0, y0) | at(x0 + 1, y0) | at(x0, y0 + 1) | at(x0 + 1, y0 + 1);
    }
  }
  return rotated;
}
