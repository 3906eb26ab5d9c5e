/** How well a recogniser tells the people of a source apart. */
import { type Face, type FaceSource, toSigned } from '@fsg/data';
import { type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { auc } from '@fsg/eval';
import type { Recogniser } from '@fsg/models';

export interface Embedded {
  readonly identity: string;
  readonly features: Float32Array;
}

/** Features of the faces, a batch at a time. */
export async function embedFaces(
  faces: readonly Face[],
  recogniser: Recogniser,
  batch = 16,
): Promise<Embedded[]> {
  const embedded: Embedded[] = [];
  for (let i = 0; i < faces.length; i += batch) {
    const some = faces.slice(i, i + batch);
    const features = tf.tidy(() => recogniser.embed(imagesOf(some), landmarksOf(some)));
    const values = (await features.data()) as Float32Array;
    features.dispose();
    const { dimensions } = recogniser;
    some.forEach(({ identity }, j) => {
      embedded.push({ identity, features: values.slice(j * dimensions, (j + 1) * dimensions) });
    });
  }
  return embedded;
}

/** Loads every face of a source. */
export async function loadFaces(source: FaceSource): Promise<Face[]> {
  const faces: Face[] = [];
  for (let i = 0; i < source.faces.length; i++) faces.push(await source.load(i));
  return faces;
}

const imagesOf = (faces: readonly Face[]): Tensor4D => {
  const { data, shape } = toSigned(faces.map(({ image }) => image));
  return tf.tensor4d(data, [...shape]);
};

const landmarksOf = (faces: readonly Face[]): Tensor2D =>
  tf.stack(faces.map(({ landmarks }) => tf.tensor1d(landmarks))) as Tensor2D;

export interface Verification {
  readonly auc: number;
  readonly genuine: number;
  readonly impostor: number;
  readonly meanGenuine: number;
  readonly meanImpostor: number;
}

/** All pairs of one person against all pairs of two people for which `comparable` holds. */
export function verify(
  faces: readonly Embedded[],
  comparable: (a: string, b: string) => boolean = () => true,
): Verification {
  const genuine: number[] = [];
  const impostor: number[] = [];
  faces.forEach((a, i) => {
    for (const b of faces.slice(0, i)) {
      if (a.identity === b.identity) genuine.push(dot(a.features, b.features));
      else if (comparable(a.identity, b.identity)) impostor.push(dot(a.features, b.features));
    }
  });
  return {
    auc: auc(genuine, impostor),
    genuine: genuine.length,
    impostor: impostor.length,
    meanGenuine: mean(genuine),
    meanImpostor: mean(impostor),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
