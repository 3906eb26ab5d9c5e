/** Augmentation of the clean face, before anything is drawn over it. */
import { z } from 'zod';
import type { Face, Rgb } from './face.ts';
import { MIRRORED, POINTS } from './landmarks.ts';
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

/** The face seen in a mirror, each landmark under the name that it has there. */
export function mirror(face: Face): Face {
  const { width, height, data } = face.image;
  const mirrored = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + width - 1 - x);
      const to = 3 * (y * width + x);
      mirrored[to] = data[from] as number;
      mirrored[to + 1] = data[from + 1] as number;
      mirrored[to + 2] = data[from + 2] as number;
    }
  }
  const landmarks = new Float32Array(2 * POINTS);
  for (let i = 0; i < POINTS; i++) {
    const other = MIRRORED[i] as number;
    landmarks[2 * i] = width - 1 - (face.landmarks[2 * other] as number);
    landmarks[2 * i + 1] = face.landmarks[2 * other + 1] as number;
  }
  return turned(face, { width, height, data: mirrored }, landmarks);
}

/** The face turned clockwise about the picture's centre, bilinear, black where nothing was. */
export function rotate(face: Face, degrees: number): Face {
  // Rounded: the last bit of sine and cosine is not the same in every version of Node.
  const round = (value: number): number => Math.round(value * 2 ** 30) / 2 ** 30;
  const cos = round(Math.cos((degrees / 180) * Math.PI));
  const sin = round(Math.sin((degrees / 180) * Math.PI));
  const { width, height } = face.image;
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const landmarks = new Float32Array(2 * POINTS);
  for (let i = 0; i < POINTS; i++) {
    const dx = (face.landmarks[2 * i] as number) - cx;
    const dy = (face.landmarks[2 * i + 1] as number) - cy;
    landmarks[2 * i] = cx + cos * dx - sin * dy;
    landmarks[2 * i + 1] = cy + sin * dx + cos * dy;
  }
  return turned(face, rotatedImage(face.image, cos, sin), landmarks);
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

/** The pose is left out: nothing downstream of augmentation reads it. */
const turned = ({ key, identity }: Face, image: Rgb, landmarks: Float32Array): Face => ({
  key,
  identity,
  image,
  landmarks,
});
