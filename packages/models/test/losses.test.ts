import { startEngine, type Tensor4D, tf } from '@fsg/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { holeLoss, l1Loss, marginSoftmax } from '../src/index.ts';

/** Origin of the expected values: the definitions, by hand. */
describe('L1 and its part under the mask', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'wasm' });
  });

  it('adds up to L1 with the part outside', () => {
    tf.tidy(() => {
      const clean = tf.zeros([1, 2, 2, 3]) as Tensor4D;
      // Pixel by pixel a difference of 1, 2, 3 and 4 in every channel; the last two are occluded.
      const restored = tf.tile(tf.tensor4d([1, -2, 3, -4], [1, 2, 2, 1]), [1, 1, 1, 3]) as Tensor4D;
      const mask = tf.tensor4d([0, 0, 1, 1], [1, 2, 2, 1]);
      expect(l1Loss(restored, clean).dataSync()[0]).toBeCloseTo(10 / 4);
      expect(holeLoss(restored, clean, mask).dataSync()[0]).toBeCloseTo(7 / 4);
      expect(holeLoss(restored, clean, tf.sub(1, mask)).dataSync()[0]).toBeCloseTo(3 / 4);
    });
  });
});

describe('softmax with a margin', () => {
  it('is the cross-entropy of the scaled cosines, the right one less the margin', async () => {
    await startEngine({ backend: 'cpu' });
    tf.tidy(() => {
      const cosines = tf.tensor2d([
        [0.5, -0.2, 0.1],
        [0, 0.3, 0.9],
      ]);
      const found = marginSoftmax(cosines, tf.tensor1d([0, 1], 'int32'), { margin: 0.2, scale: 10 });
      const loss = (logits: number[], right: number): number =>
        Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0)) - (logits[right] as number);
      const expected = (loss([3, -2, 1], 0) + loss([0, 1, 9], 1)) / 2;
      expect(found.dataSync()[0]).toBeCloseTo(expected, 5);
    });
  });
});
