import { type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';

/** A network that tells people apart by their faces. */
export interface Recogniser {
  /** The name by which it is opened and under which its figures stand. */
  readonly name: string;
  /** Length D of a feature vector. */
  readonly dimensions: number;
  /** SHA-256 of the weight file, of a graph model with its graph and description: 64 hexadecimal digits. */
  readonly hash: string;
  /** Every tensor that `embed` reads besides its inputs: what a captured step must know of. They never change. */
  readonly frozen: NamedTensors;
  /**
   * images [B, H, W, 3], RGB in [-1, 1] · landmarks [B, 136], the 68 points of iBUG 300-W as x0, y0, x1, y1 … in pixels,
   * the first pixel's centre at (0, 0) → features [B, D] of length 1; their dot product is the similarity, 1 for equal.
   * Aligns by the landmarks itself. Differentiable in the images, not in the landmarks. The caller frees the result.
   */
  embed(images: Tensor4D, landmarks: Tensor2D): Tensor2D;
  dispose(): void;
}

/** Rows of length 1. */
export function unitRows(features: Tensor2D): Tensor2D {
  return tf.mul(features, tf.rsqrt(tf.sum(tf.square(features), 1, true)));
}
