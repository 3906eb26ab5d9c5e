/** Cuts faces out of pictures as tensors, where a template has them. */
import { cut, gridOf, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { type Anchor, similarityMatrix } from './align.ts';

export interface FaceCrop {
  /** Images [B, H, W, 3] in [-1, 1], landmarks [B, 136] → aligned faces; what a picture does not show is its border. */
  of(images: Tensor4D, landmarks: Tensor2D): Tensor4D;
  /** The tensors it reads; the caller's to free. */
  readonly frozen: NamedTensors;
}

/** Aligned faces [B, size, size, 3] in [-1, 1]. */
export function faceCrop(template: readonly Anchor[], size: number): FaceCrop {
  const grid = gridOf(size);
  const similarity = tf.tensor2d(similarityMatrix(template), [136, 4]);
  return {
    frozen: { 'face/u': grid.u, 'face/v': grid.v, 'face/similarity': similarity },
    of: (images, landmarks) =>
      tf.reshape(cut(images, tf.matMul(landmarks, similarity), grid), [-1, size, size, 3]),
  };
}
