/** People on face-api's sample photographs, framed as the project frames faces: about twice the face's box in 128 pixels. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import sharp from 'sharp';

export const FACE_API = join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api')), '..');
const SIDE = 128;

interface Photograph {
  readonly photo: string;
  readonly landmarks: readonly number[];
}

/** A picture [128, 128, 3] of 8-bit RGB and its 68 landmarks. */
export interface Framed {
  readonly pixels: Uint8Array;
  readonly landmarks: Float32Array;
}

/** The first `count` people of photographs.json. */
export async function framedFaces(count: number): Promise<Framed[]> {
  const { faces } = JSON.parse(readFileSync(new URL('./photographs.json', import.meta.url), 'utf8')) as {
    faces: Photograph[];
  };
  return Promise.all(faces.slice(0, count).map(frame));
}

async function frame({ photo, landmarks }: Photograph): Promise<Framed> {
  const xs = landmarks.filter((_, i) => i % 2 === 0);
  const ys = landmarks.filter((_, i) => i % 2 === 1);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const side = Math.round(2.2 * Math.max(right - left, bottom - top));
  const corner = [Math.round((left + right - side) / 2), Math.round((top + bottom - side) / 2)] as const;
  const margin = 400;
  const wide = await sharp(join(FACE_API, 'demo', photo))
    .extend({ top: margin, bottom: margin, left: margin, right: margin, extendWith: 'copy' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = await sharp(wide.data, { raw: wide.info })
    .extract({ left: corner[0] + margin, top: corner[1] + margin, width: side, height: side })
    .resize(SIDE, SIDE)
    .raw()
    .toBuffer();
  const scale = SIDE / side;
  return {
    pixels: new Uint8Array(pixels),
    landmarks: Float32Array.from(landmarks, (v, i) => (v - (corner[i % 2] as number) + 0.5) * scale - 0.5),
  };
}

/** Images [B, 128, 128, 3] in [-1, 1] and landmarks [B, 136]. */
export function tensorsOf(faces: readonly Framed[]): { images: Tensor4D; landmarks: Tensor2D } {
  const images = tf.tidy(
    () =>
      tf.stack(
        faces.map(({ pixels }) => tf.sub(tf.div(tf.tensor3d(pixels, [SIDE, SIDE, 3], 'float32'), 127.5), 1)),
      ) as Tensor4D,
  );
  return {
    images,
    landmarks: tf.tensor2d(
      faces.flatMap(({ landmarks }) => [...landmarks]),
      [faces.length, 136],
    ),
  };
}
