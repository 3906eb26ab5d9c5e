/** Networks that measure pictures, as the evaluation sees them. */
import { type Rgb, toSigned } from '@fsg/data';
import { type Tensor1D, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';

/** How different two pictures look. */
export interface PerceptualDistance {
  readonly name: string;
  /** Pictures of one size, as many in `b` as in `a` → a distance a pair, 0 for equal ones. */
  distance(a: readonly Rgb[], b: readonly Rgb[]): Promise<Float32Array>;
}

/** What a set of pictures is described by, for the distance between sets. */
export interface FeatureExtractor {
  readonly name: string;
  readonly dimensions: number;
  /** Pictures of one size → a feature vector each. */
  features(pictures: readonly Rgb[]): Promise<readonly Float32Array[]>;
}

/** LPIPS as a distance between pictures. The network stays the caller's to dispose. */
export function perceptualDistanceBy(network: {
  readonly name: string;
  distance(a: Tensor4D, b: Tensor4D): Tensor1D;
}): PerceptualDistance {
  return {
    name: network.name,
    distance: (a, b) => {
      if (a.length !== b.length) throw new RangeError(`${a.length} pictures beside ${b.length}`);
      return valuesOf(() => network.distance(batchOf(a), batchOf(b)));
    },
  };
}

/** Inception as what describes pictures. The network stays the caller's to dispose. */
export function featuresBy(network: {
  readonly name: string;
  readonly dimensions: number;
  features(pictures: Tensor4D): Tensor2D;
}): FeatureExtractor {
  const { name, dimensions } = network;
  return {
    name,
    dimensions,
    features: async (pictures) => {
      const values = await valuesOf(() => network.features(batchOf(pictures)));
      return pictures.map((_, n) => values.slice(n * dimensions, (n + 1) * dimensions));
    },
  };
}

function batchOf(pictures: readonly Rgb[]): Tensor4D {
  const { data, shape } = toSigned(pictures);
  return tf.tensor4d(data, [...shape]);
}

async function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}
