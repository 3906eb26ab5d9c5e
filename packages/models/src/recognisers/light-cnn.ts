/** LightCNN as a recogniser: its author's weights, or those that `fsg train` makes. Source: Wu et al. 2018. */
import { type NamedTensors, type Tensor4D, tf } from '@fsg/engine';
import { UserError } from '@fsg/engine/error';
import { LIGHT_CNN_FEATURES, lightCnn, lightCnnEntries } from '../nets/light-cnn.ts';
import type { LightCnnName } from '../nets/options.ts';
import { TensorNet } from '../nets/tensor-net.ts';
import { identifyWeights, withoutClassifier } from '../weights/identify.ts';
import { fromStateDict } from '../weights/pytorch-layout.ts';
import { readWeightFile } from '../weights/weight-file.ts';
import { type Anchor, LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE } from './align.ts';
import { type FaceCrop, faceCrop } from './crop.ts';
import { type Recogniser, unitRows } from './recogniser.ts';

const SIZE = 128;

/** The author's crop: the eyes' middle 40 pixels from the top, the mouth's 48 below; across, in dlib's mean proportions. */
const TEMPLATE: readonly Anchor[] = [
  { landmarks: LEFT_EYE, x: 41.4, y: 40 },
  { landmarks: RIGHT_EYE, x: 86.6, y: 40 },
  { landmarks: MOUTH_LEFT, x: 43.9, y: 88 },
  { landmarks: MOUTH_RIGHT, x: 84.1, y: 88 },
];

/** The author's crop made grey: luma [B, 128, 128, 1] in [0, 1], or as `signed` (the release's defect C) in [-1, 1]. */
export function lumaCrop({ signed = false }: { readonly signed?: boolean } = {}): FaceCrop {
  const faces = faceCrop(TEMPLATE, SIZE);
  return {
    frozen: faces.frozen,
    of: (images, landmarks) => {
      const grey = luma(faces.of(images, landmarks));
      return signed ? grey : tf.mul(tf.add(grey, 1), 0.5);
    },
  };
}

/** Rec. 601 as in the release, 0.3 R + 0.59 G + 0.11 B: [B, H, W, 3] → [B, H, W, 1]. */
export const luma = (images: Tensor4D): Tensor4D => tf.sum(tf.mul(images, [0.3, 0.59, 0.11]), 3, true);

/**
 * A recogniser over LightCNN's tensors, which it takes over. Alignment: a similarity (shift, scale, roll) carries eyes and
 * mouth onto the author's crop; what the picture does not show is filled with its border. Preprocessing: luma in [0, 1].
 */
export function lightCnnRecogniser(
  name: LightCnnName,
  tensors: NamedTensors,
  hash: string,
  options: { readonly signed?: boolean } = {},
): Recogniser {
  const crop = lumaCrop(options);
  const net = new TensorNet(tensors, { training: false, spectral: false });
  const frozen = { ...tensors, ...crop.frozen };
  return {
    name,
    dimensions: LIGHT_CNN_FEATURES,
    hash,
    frozen,
    embed: (images, landmarks) =>
      tf.tidy(() => {
        const features = lightCnn(net, crop.of(images, landmarks), name);
        return unitRows(tf.reshape(features, [-1, LIGHT_CNN_FEATURES]));
      }),
    dispose: () => tf.dispose(frozen),
  };
}

/**
 * Opens LightCNN-29 v2 or -9 from a weight file: the author's (.pth, .pth.tar), whose classifier of any size is left out, or
 * one of ours. Throws a UserError where the file is of another network.
 */
export async function openLightCnn(
  path: string,
  options: { readonly signed?: boolean } = {},
): Promise<Recogniser> {
  const { tensors, sha256 } = await readWeightFile(path);
  const found = identifyWeights(tensors)?.network;
  if (found !== 'lightcnn29v2' && found !== 'lightcnn9') {
    throw new UserError(
      `${path} holds ${found ?? 'no network known here'}; expected lightcnn29v2 or lightcnn9`,
    );
  }
  const own = fromStateDict(lightCnnEntries(found), withoutClassifier(tensors), path).tensors;
  return lightCnnRecogniser(found, own, sha256, options);
}
