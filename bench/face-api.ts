/** face-api's detector and landmarks, run by our TensorFlow: a yardstick for faces, nothing is trained with it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tf } from '@fsg/engine';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Found {
  readonly score: number;
  readonly box: Box;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Landmarks {
  readonly positions: readonly Point[];
}

/** The part of face-api's module that is used here. */
interface FaceApi {
  readonly nets: Record<
    'ssdMobilenetv1' | 'faceLandmark68Net',
    { loadFromDisk(folder: string): Promise<void> }
  >;
  readonly SsdMobilenetv1Options: new (options: { minConfidence: number; maxResults: number }) => object;
  detectAllFaces(
    image: tf.Tensor3D,
    options: object,
  ): Promise<{ score: number; box: Box }[]> & {
    withFaceLandmarks(): Promise<{ detection: { score: number; box: Box }; landmarks: Landmarks }[]>;
  };
}

const require = createRequire(import.meta.url);
const FOLDER = join(dirname(require.resolve('@vladmandic/face-api')), '..');

export const PHOTOGRAPHS = [1, 2, 3, 4, 5, 6].map((n) => join(FOLDER, `demo/sample${n}.jpg`));

/** Loads the networks; the backend must be tensorflow and started. */
export async function openFaceApi() {
  const api = require(join(FOLDER, 'dist/face-api.node-wasm.js')) as FaceApi;
  await api.nets.ssdMobilenetv1.loadFromDisk(join(FOLDER, 'model'));
  await api.nets.faceLandmark68Net.loadFromDisk(join(FOLDER, 'model'));
  const detect = (picture: Picture, minConfidence: number) => {
    const image = tf.tensor3d(picture.data, [picture.height, picture.width, 3], 'int32');
    return {
      image,
      found: api.detectAllFaces(image, new api.SsdMobilenetv1Options({ minConfidence, maxResults: 20 })),
    };
  };
  return {
    /** Faces with their boxes in pixels, the surest first. */
    async detect(picture: Picture, minConfidence: number): Promise<Found[]> {
      const { image, found } = detect(picture, minConfidence);
      const list = await found;
      image.dispose();
      return list.map(({ score, box: { x, y, width, height } }) => ({ score, box: { x, y, width, height } }));
    },
    /** Landmarks (iBUG 68, x0, y0, x1, y1 …) of every face found. */
    async landmarks(picture: Picture, minConfidence: number): Promise<Float32Array[]> {
      const { image, found } = detect(picture, minConfidence);
      const list = await found.withFaceLandmarks();
      image.dispose();
      return list.map(({ landmarks }) =>
        Float32Array.from(landmarks.positions.flatMap(({ x, y }) => [x, y])),
      );
    },
  };
}
