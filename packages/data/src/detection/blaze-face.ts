/**
 * BlazeFace for the rear camera: boxes and eyes of faces from a tenth of its input's side on.
 * Source: Bazarevsky et al. 2019; anchors and decoding as in MediaPipe's face_detection_back. Packaged by human.
 */
import { type Tensor, tf } from '@fsg/engine';
import { openPackagedGraph } from '@fsg/engine/packaged';
import type { Rgb } from '../face.ts';
import { type Scored, strongest } from './boxes.ts';
import type { Pyramid } from './pyramid.ts';

/** Where a face may be. `score`: a logit. Its eyes, as the picture has them: left and right, x and y in pixels. */
export interface Candidate extends Scored {
  readonly eyes: readonly [leftX: number, leftY: number, rightX: number, rightY: number];
}

const SIZE = 256;
/** The two maps of predictions: cells across, anchors in each cell, names of the outputs [1, N, 1] and [1, N, 16]. */
const MAPS = [
  { cells: 16, anchors: 2, scores: 'Identity', boxes: 'Identity_2' },
  { cells: 8, anchors: 6, scores: 'Identity_1', boxes: 'Identity_3' },
] as const;
const OUTPUTS = MAPS.flatMap(({ scores, boxes }) => [scores, boxes]);

/** The logit of one half. Every face of six photographs scores above it; most of what is none lies below. */
const SURE = 0;

/**
 * Longer sides to which a picture is brought, each only where the picture shows more than the one before. A level is covered
 * by squares that overlap by a quarter, as wide as the largest face that the level before may miss.
 */
const LEVELS = [256, 448, 784] as const;
const OVERLAP = 64;

export interface BlazeFace {
  /** Places that look like faces, the surest first. */
  find(picture: Pyramid): Candidate[];
  dispose(): void;
}

export async function openBlazeFace(): Promise<BlazeFace> {
  const { network } = await openPackagedGraph({
    packageName: '@vladmandic/human',
    path: 'models/blazeface',
    from: import.meta.url,
  });
  const look = (pixels: Float32Array): Float32Array[] =>
    tf.tidy(() => {
      const image = tf.tensor4d(pixels, [1, SIZE, SIZE, 3]);
      const outputs = network.execute(tf.sub(tf.div(image, 127.5), 1), OUTPUTS) as Tensor[];
      return outputs.map((output) => output.dataSync() as Float32Array);
    });
  return {
    find: (picture) =>
      strongest(
        squaresOf(picture.image).flatMap((square) => {
          const { e, f, scale } = square;
          return decoded(look(picture.cut({ a: scale, b: 0, e, f }, SIZE)), square);
        }),
      ),
    dispose: () => network.dispose(),
  };
}

/** A square of SIZE pixels: pixel (u, v) lies in the picture at (scale u + e, scale v + f). */
interface Square {
  readonly scale: number;
  readonly e: number;
  readonly f: number;
}

function squaresOf({ width, height }: Rgb): Square[] {
  const longer = Math.max(width, height);
  return LEVELS.filter((_, k) => k === 0 || longer > (LEVELS[k - 1] as number)).flatMap((side) => {
    const scale = longer / side;
    const place = (start: number): number => (start + 0.5) * scale - 0.5;
    const rows = startsOf(height / scale).map(place);
    return rows.flatMap((f) => startsOf(width / scale).map((start) => ({ scale, e: place(start), f })));
  });
}

/** Where squares start that cover a length evenly; a shorter length lies in the middle of one. */
function startsOf(length: number): number[] {
  if (length <= SIZE) return [(length - SIZE) / 2];
  const last = Math.ceil((length - OVERLAP) / (SIZE - OVERLAP)) - 1;
  return Array.from({ length: last + 1 }, (_, i) => (i * (length - SIZE)) / last);
}

/**
 * The predictions that are sure enough. A prediction is, relative to its cell's middle and in pixels: the box's middle, its
 * width and height, then x, y of the eyes (the picture's left one first), nose, mouth and ears.
 */
function decoded(outputs: readonly Float32Array[], { scale, e, f }: Square): Candidate[] {
  return MAPS.flatMap(({ cells, anchors }, map) => {
    const [scores, boxes] = outputs.slice(2 * map) as [Float32Array, Float32Array];
    const found: Candidate[] = [];
    scores.forEach((score, i) => {
      if (score < SURE) return;
      const cell = Math.floor(i / anchors);
      const middle = (index: number): number => ((index + 0.5) * SIZE) / cells - 0.5;
      const [left, top] = [middle(cell % cells), middle(Math.floor(cell / cells))];
      const at = (k: number): number => boxes[16 * i + k] as number;
      const x = (k: number): number => scale * (at(k) + left) + e;
      const y = (k: number): number => scale * (at(k) + top) + f;
      const [width, height] = [scale * at(2), scale * at(3)];
      const box = { x: x(0) - width / 2, y: y(1) - height / 2, width, height };
      found.push({ score, box, eyes: [x(4), y(5), x(6), y(7)] });
    });
    return found;
  });
}
