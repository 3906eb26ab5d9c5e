import { tf } from '@fsg/engine';
import { UserError } from '@fsg/models';
import type { Stage, StepInputs } from './stage.ts';

/** Training met NaN or an infinity; the weights are those before the step. */
export class NonFiniteError extends UserError {
  constructor(step: number, metrics: Readonly<Record<string, number>>, tensors: readonly string[]) {
    const bad = Object.entries(metrics).filter(([, value]) => !Number.isFinite(value));
    const losses = bad.map(([name, value]) => `${name} = ${value}`).join(', ');
    const named =
      tensors.slice(0, 3).join(', ') + (tensors.length > 3 ? ` and ${tensors.length - 3} more` : '');
    super(
      `step ${step + 1} was not finite: ${losses}; first seen in ${named || 'no gradient'}; ` +
        'stopped before the update; resume from the last checkpoint with a lower optimiser.rate',
    );
  }
}

/** The batch's images and the gradients, by network and parameter, that hold a NaN or an infinity. */
export function nonFiniteTensors(stage: Stage, inputs: StepInputs): string[] {
  // TensorFlow has no isFinite of whole numbers, such as labels.
  const finite = (tensor: tf.Tensor): boolean =>
    tensor.dtype !== 'float32' || tf.tidy(() => tf.all(tf.isFinite(tensor)).dataSync()[0] === 1);
  const images = Object.entries(inputs.batch).filter(([, tensor]) => !finite(tensor));
  if (images.length > 0) return images.map(([name]) => `the batch's ${name}`);
  const names: string[] = [];
  tf.tidy(() => {
    for (const [network, gradients] of Object.entries(stage.gradients(inputs))) {
      for (const [name, gradient] of Object.entries(gradients)) {
        if (!finite(gradient)) names.push(`the gradient of ${network}.${name}`);
      }
    }
  });
  return names;
}
