/** The losses of both stages. Images [B, H, W, 3] in [-1, 1]; every loss is a scalar. Source: FSG-GAN, stages I and II. */
import {
  binaryCrossEntropy,
  detach,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import type { Levels } from './nets/discriminator.ts';
import type { Level } from './nets/options.ts';

/** Sum of squared errors over the batch size. */
export function reconstructionLoss(predicted: Tensor4D, clean: Tensor4D): Scalar {
  return tf.div(tf.sum(tf.squaredDifference(predicted, clean)), clean.shape[0]);
}

/** Mean over the batch of −½ Σ (1 + logvar − mu² − exp(logvar)), the divergence from the standard normal. */
export function klDivergence(mu: Tensor, logvar: Tensor): Scalar {
  const terms = tf.sub(tf.add(tf.square(mu), tf.exp(logvar)), tf.add(logvar, 1));
  return tf.mul(tf.sum(terms), 0.5 / (mu.shape[0] as number));
}

/** Mean absolute error. */
export function l1Loss(restored: Tensor4D, clean: Tensor4D): Scalar {
  return tf.mean(tf.abs(tf.sub(restored, clean)));
}

/** The part of `l1Loss` that lies under the mask [B, H, W, 1], 1 = occluded. Source: L_hole of partial convolutions (Liu et al. 2018). */
export function holeLoss(restored: Tensor4D, clean: Tensor4D, mask: Tensor4D): Scalar {
  return tf.mean(tf.mul(tf.abs(tf.sub(restored, clean)), mask));
}

/** 1 − cosine similarity, meaned over the batch. Features [B, D] of unit length, as recognisers give them. */
export function identityLoss(restored: Tensor2D, clean: Tensor2D): Scalar {
  return tf.sub(1, tf.mean(tf.sum(tf.mul(restored, clean), 1)));
}

/** 2 · (Σ dh² / (C (H − 1) W) + Σ dw² / (C H (W − 1))) / B, dh and dw the differences of neighbouring pixels. */
export function totalVariation(image: Tensor4D): Scalar {
  const [b, h, w, c] = image.shape;
  const down = tf.squaredDifference(
    tf.slice4d(image, [0, 1, 0, 0], [b, h - 1, w, c]),
    tf.slice4d(image, [0, 0, 0, 0], [b, h - 1, w, c]),
  );
  const across = tf.squaredDifference(
    tf.slice4d(image, [0, 0, 1, 0], [b, h, w - 1, c]),
    tf.slice4d(image, [0, 0, 0, 0], [b, h, w - 1, c]),
  );
  const perColumn = tf.div(tf.sum(down), c * (h - 1) * w);
  const perRow = tf.div(tf.sum(across), c * h * (w - 1));
  return tf.mul(tf.add(perColumn, perRow), 2 / b);
}

/**
 * Binary cross-entropy by level, and their sum weighted by the softmax of the losses (as constants): the level that does
 * worst weighs most. `selfTargets`: the release's defect B, in which all levels but the small one compare the target with
 * itself, so that their losses are 0 and have no gradient.
 */
export function adversarialLoss(
  logits: Levels<Tensor4D>,
  real: boolean,
  { selfTargets = false }: { readonly selfTargets?: boolean } = {},
): { total: Scalar; levels: Partial<Record<Level, Scalar>> } {
  const terms = Object.entries(logits).map(([level, map]): [string, Scalar] => [
    level,
    selfTargets && level !== 'small' ? tf.scalar(0) : binaryCrossEntropy(map, real),
  ]);
  const losses = tf.stack(terms.map(([, term]) => term));
  const total: Scalar = tf.sum(tf.mul(tf.softmax(detach(losses)), losses));
  return { total, levels: Object.fromEntries(terms) };
}

/**
 * Cross-entropy of scaled cosines [B, people] in [-1, 1], the right one of which is made harder by a margin; labels [B],
 * int32. Source: CosFace (Wang et al. 2018).
 */
export function marginSoftmax(
  cosines: Tensor2D,
  labels: Tensor1D,
  { margin, scale }: { readonly margin: number; readonly scale: number },
): Scalar {
  const right = tf.cast(tf.oneHot(labels, cosines.shape[1]), 'float32');
  const logits: Tensor2D = tf.mul(tf.sub(cosines, tf.mul(right, margin)), scale);
  const chosen = tf.sum(tf.mul(logits, right), 1);
  return tf.mean(tf.sub(tf.logSumExp(logits, 1), chosen));
}
