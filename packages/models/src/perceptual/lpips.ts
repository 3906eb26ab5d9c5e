/**
 * Learned perceptual image patch similarity. Source: Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a
 * Perceptual Metric"; numerics of version 0.1, as the lpips package on PyPI.
 */
import { type NamedTensors, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { UserError } from '@fsg/engine/error';
import { fromStateDict } from '../weights/pytorch-layout.ts';
import {
  BACKBONE_AFTER,
  type Backbone,
  backboneEntries,
  backboneFeatures,
  CHANNELS,
  LEAST_SIZE,
  linearEntries,
  linearName,
} from './backbones.ts';
import { FrozenLayers, foldLayers } from './layers.ts';
import { readPerceptual } from './open.ts';

/** The scaling layer: mean and deviation of R, G, B in [-1, 1]. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
/** Added to a feature vector's length. */
const EPSILON = 1e-10;

export interface Lpips {
  readonly name: `lpips-${Backbone}`;
  /** SHA-256 of the weight files, 64 hexadecimal digits each. */
  readonly hashes: { readonly backbone: string; readonly linear: string };
  /**
   * Two batches [B, H, W, 3], RGB in [-1, 1] → distances [B], 0 for equal pictures. The caller frees the result. Throws a UserError
   * for pictures that the network leaves no pixel of.
   */
  distance(a: Tensor4D, b: Tensor4D): Tensor1D;
  dispose(): void;
}

/** Where the two weight files lie. */
export interface LpipsFiles {
  /** torchvision's AlexNet or VGG16. */
  readonly backbone: string;
  /** The lpips package's weights of the feature maps' channels, v0.1, for the same network. */
  readonly linear: string;
}

/** Opens LPIPS by AlexNet or VGG16, as the files have it. Throws a UserError where a file is of another network. */
export async function openLpips(files: LpipsFiles): Promise<Lpips> {
  const network = await readPerceptual(files.backbone, ['alexnet', 'vgg16']);
  const backbone: Backbone = network.network === 'alexnet' ? 'alex' : 'vgg';
  const linear = await readPerceptual(files.linear, [`lpips-${backbone}`]);
  const layers = fromStateDict(backboneEntries(backbone), network.tensors, files.backbone).tensors;
  const weights = fromStateDict(linearEntries(backbone), linear.tensors, files.linear).tensors;
  return lpipsOver(backbone, foldLayers(BACKBONE_AFTER, layers), weights, {
    backbone: network.sha256,
    linear: linear.sha256,
  });
}

/** LPIPS over tensors, which it takes over. */
function lpipsOver(
  backbone: Backbone,
  layers: NamedTensors,
  linear: NamedTensors,
  hashes: Lpips['hashes'],
): Lpips {
  const net = new FrozenLayers(layers);
  return {
    name: `lpips-${backbone}`,
    hashes,
    distance: (a, b) => {
      refuseSmall(a, backbone);
      return tf.tidy(() => {
        const maps = backboneFeatures(net, scaled(tf.concat([a, b])), backbone);
        const parts = maps.map((map, k) =>
          mapDistance(
            map,
            tf.reshape(linear[linearName(k)] as Tensor4D, [CHANNELS[backbone][k] as number, 1]),
          ),
        );
        return tf.addN(parts);
      });
    },
    dispose: () => tf.dispose([layers, linear]),
  };
}

function refuseSmall({ shape: [, height, width] }: Tensor4D, backbone: Backbone): void {
  const least = LEAST_SIZE[backbone];
  if (Math.min(height, width) >= least) return;
  throw new UserError(
    `lpips-${backbone} needs pictures of at least ${least} x ${least} pixels, not ${width} x ${height}`,
  );
}

const scaled = (pictures: Tensor4D): Tensor4D => tf.div(tf.sub(pictures, SHIFT), SCALE);

/** Features of the first pictures, then of the second ones [2B, H, W, C]; weights [C, 1] → their weighted distance [B]. */
function mapDistance(map: Tensor4D, weights: Tensor2D): Tensor1D {
  const length = tf.sqrt(tf.sum(tf.square(map), 3, true));
  const [a, b] = tf.split(tf.div(map, tf.add(length, EPSILON)), 2) as [Tensor4D, Tensor4D];
  const [batch, height, width, channels] = a.shape;
  const difference = tf.reshape(tf.squaredDifference(a, b), [-1, channels]) as Tensor2D;
  return tf.mean(tf.reshape(tf.matMul(difference, weights), [batch, height * width]), 1);
}
