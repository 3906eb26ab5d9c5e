/** How this engine adds operations to TensorFlow.js: a kernel a backend and one gradient, evaluated input by input. */

import type { Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

type Attributes = object;
/** An op's inputs or outputs. Longer than any op's list: each op knows how many it has. */
export type Tensors = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
type Kernel<A> = (inputs: Tensors, attributes: A) => Tensor | Tensor[];

export interface OpDefinition<A extends Attributes> {
  readonly name: string;
  /** Raw TensorFlow; where absent, `portable` serves TensorFlow too. */
  readonly tensorflow?: Kernel<A>;
  /** Written in tfjs operations that the wasm and cpu backends have. Intermediates are freed by the caller. */
  readonly portable: Kernel<A>;
  /** Positions of the inputs and outputs that the gradient reads. */
  readonly saves?: { readonly inputs?: readonly number[]; readonly outputs?: readonly number[] };
  /**
   * One function an input, called only where that input's gradient is needed.
   * `dy`: gradient of each output. `saved`: inputs, then outputs, in the order of `saves`.
   */
  readonly gradient?: (dy: Tensors, saved: Tensors, attributes: A) => (() => Tensor)[];
}

/** Runs an op and gives all of its outputs. */
export type Op<A extends Attributes = Record<string, never>> = (inputs: Tensor[], attributes: A) => Tensors;

/** Registers the op on every backend. */
export function defineOp<A extends Attributes = Record<string, never>>(op: OpDefinition<A>): Op<A> {
  const kernelName = `Fsg${op.name}`;
  const named = (position: number): string => `input${position}`;
  for (const backendName of ['tensorflow', 'wasm', 'cpu'] as const) {
    const kernel = (backendName === 'tensorflow' && op.tensorflow) || op.portable;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const list = Object.keys(inputs).map((_, i) => inputs[named(i)]) as Tensors;
        return tf.tidy(() => kernel(list, attrs as unknown as A) as Tensor[]);
      },
    });
  }
  const { gradient, saves } = op;
  if (gradient) {
    tf.registerGradient({
      kernelName,
      inputsToSave: saves?.inputs?.map(named) ?? [],
      outputsToSave: flags(saves?.outputs ?? []),
      gradFunc: (dy, saved, attrs) => {
        const thunks = gradient(
          (Array.isArray(dy) ? dy : [dy]) as Tensors,
          saved as Tensors,
          attrs as unknown as A,
        );
        return Object.fromEntries(thunks.map((thunk, i) => [named(i), thunk]));
      },
    });
  }
  return (inputs, attributes) => {
    const map = Object.fromEntries(inputs.map((tensor, i) => [named(i), tensor]));
    const out = tf.engine().runKernel(kernelName, map, attributes as tf.NamedAttrMap);
    return (Array.isArray(out) ? out : [out]) as Tensors;
  };
}

/** [0, 2] → [true, false, true]. */
function flags(positions: readonly number[]): boolean[] {
  return Array.from({ length: Math.max(-1, ...positions) + 1 }, (_, i) => positions.includes(i));
}
