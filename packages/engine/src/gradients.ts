import type { Scalar, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { defineOp } from './ops/op.ts';
import type { NamedTensors } from './tensors.ts';

const detachOp = defineOp({
  name: 'Detach',
  portable: ([x]) => x.clone(),
  gradient: ([dy]) => [() => tf.zerosLike(dy)],
});

/** The same values, through which no gradient flows. */
export function detach<T extends Tensor>(x: T): T {
  return detachOp([x], {})[0] as T;
}

/** Tensors in named groups: new buffers, metrics, pictures. */
export type TensorGroups<G extends string> = Record<G, NamedTensors>;

/**
 * Gradients of `loss` for each of `parameters`, zero where it does not depend on one.
 * `aside` lets tensors made on the way out of the computation; no gradient flows through those copies.
 */
export function gradientsOf<G extends string>(
  compute: () => { loss: Scalar; aside: TensorGroups<G> },
  parameters: NamedTensors,
): { loss: Scalar; gradients: NamedTensors; aside: TensorGroups<G> } {
  let kept: TensorGroups<string> = {};
  const wanted = Object.entries(parameters);
  const forward = (): Scalar => {
    const { loss, aside } = compute();
    kept = mapGroups(aside, (tensor) => tf.keep(tensor.clone()));
    return loss;
  };
  const tensors = wanted.map(([, tensor]) => tensor);
  const { value, grads } = tf.engine().gradients(forward, tensors, undefined, true);
  const aside = mapGroups(kept, (tensor) => tensor.clone()) as TensorGroups<G>;
  for (const group of Object.values(kept)) tf.dispose(group);
  const gradients = wanted.map(([name, tensor], i) => [name, grads[i] ?? tf.zerosLike(tensor)]);
  return { loss: value as Scalar, gradients: Object.fromEntries(gradients), aside };
}

const mapGroups = (groups: TensorGroups<string>, change: (tensor: Tensor) => Tensor): TensorGroups<string> =>
  Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, mapTensors(group, change)]));

/** The same names, each tensor replaced by `change(tensor, name)`. */
export function mapTensors(
  tensors: NamedTensors,
  change: (tensor: Tensor, name: string) => Tensor,
): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));
}
