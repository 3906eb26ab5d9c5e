import type { Scalar, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './op.ts';

const crossEntropy = defineOp<{ real: boolean }>({
  name: 'BinaryCrossEntropy',
  portable: ([logits], { real }) => tf.mean(tf.softplus(real ? tf.neg(logits) : logits)),
  saves: { inputs: [0] },
  gradient: ([dy], [logits], { real }) => [
    () => tf.mul(real ? tf.sub(tf.sigmoid(logits), 1) : tf.sigmoid(logits), tf.div(dy, logits.size)),
  ],
});

/** Mean of −log p where `real`, −log(1 − p) else, p = sigmoid(logits); stable for logits of any size. */
export function binaryCrossEntropy(logits: Tensor, real: boolean): Scalar {
  return crossEntropy([logits], { real })[0] as Scalar;
}
