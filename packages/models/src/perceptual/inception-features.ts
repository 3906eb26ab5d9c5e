/** The features of pictures by which the Fréchet Inception Distance is taken. Numerics as pytorch-fid. */
import { type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { fromStateDict } from '../weights/pytorch-layout.ts';
import type { StoredTensors } from '../weights/stored-tensor.ts';
import {
  INCEPTION_AFTER,
  INCEPTION_FEATURES,
  INCEPTION_HEAD,
  INCEPTION_SIZE,
  inception,
  inceptionEntries,
} from './inception.ts';
import { FrozenLayers, foldLayers } from './layers.ts';
import { readPerceptual } from './open.ts';

export interface Inception {
  readonly name: 'inception-fid';
  readonly dimensions: typeof INCEPTION_FEATURES;
  /** SHA-256 of the weight file, 64 hexadecimal digits. */
  readonly hash: string;
  /**
   * Pictures [B, H, W, 3], RGB in [-1, 1], of any size → features [B, 2048]. Resizes them to 299 x 299, bilinear between pixels'
   * centres without smoothing. The caller frees the result.
   */
  features(pictures: Tensor4D): Tensor2D;
  dispose(): void;
}

/** Opens pytorch-fid's Inception from its weight file. Throws a UserError where the file is of another network. */
export async function openInception(path: string): Promise<Inception> {
  const { tensors, sha256 } = await readPerceptual(path, ['inception-fid']);
  const layers = foldLayers(
    INCEPTION_AFTER,
    fromStateDict(inceptionEntries(), withoutHead(tensors), path).tensors,
  );
  const net = new FrozenLayers(layers);
  return {
    name: 'inception-fid',
    dimensions: INCEPTION_FEATURES,
    hash: sha256,
    features: (pictures) => tf.tidy(() => tf.mean(inception(net, resized(pictures)), [1, 2]) as Tensor2D),
    dispose: () => tf.dispose(layers),
  };
}

function withoutHead(tensors: StoredTensors): StoredTensors {
  const head = new Set(INCEPTION_HEAD.map(({ name }) => name));
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !head.has(name)));
}

const resized = (pictures: Tensor4D): Tensor4D =>
  tf.image.resizeBilinear(pictures, [INCEPTION_SIZE, INCEPTION_SIZE], false, true);
