import { type Rgb, toSigned } from '@fsg/data';
import { tf } from '@fsg/engine';
import type { Recogniser } from '@fsg/models';

/** Names whose images are alike. It should be another recogniser than the one in training's loss. */
export interface Judge {
  readonly name: string;
  /** Values of a feature vector. */
  readonly dimensions: number;
  /** Images of one size and the 68 landmarks of each, x0, y0, x1, y1 … → a feature vector each. */
  embed(images: readonly Rgb[], landmarks: readonly Float32Array[]): Promise<readonly Float32Array[]>;
}

/** A recogniser as the judge of identity. It stays the caller's to dispose. */
export function judgeBy(recogniser: Pick<Recogniser, 'name' | 'dimensions' | 'embed'>): Judge {
  const { name, dimensions } = recogniser;
  return {
    name,
    dimensions,
    async embed(images, landmarks) {
      const { data, shape } = toSigned(images);
      const features = tf.tidy(() =>
        recogniser.embed(
          tf.tensor4d(data, [...shape]),
          tf.stack(landmarks.map((points) => tf.tensor1d(points))) as tf.Tensor2D,
        ),
      );
      const values = (await features.data()) as Float32Array;
      features.dispose();
      return images.map((_, n) => values.slice(n * dimensions, (n + 1) * dimensions));
    },
  };
}
