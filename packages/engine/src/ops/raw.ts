/** Calls TensorFlow's own operations by name; only valid while the backend `tensorflow` is active. */

import type { DataType, Tensor } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { kernelsDefined } from '../native.ts';

export type Attribute =
  | { readonly kind: 'TYPE'; readonly value: DataType }
  | { readonly kind: 'INT'; readonly value: number | readonly number[] }
  | { readonly kind: 'FLOAT'; readonly value: number }
  | { readonly kind: 'BOOL'; readonly value: boolean }
  | { readonly kind: 'STRING'; readonly value: string };

interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Record<`TF_ATTR_${Attribute['kind']}` | 'TF_FLOAT' | 'TF_INT32' | 'TF_BOOL', number>;
  executeMultipleOutputs(name: string, attributes: object[], inputs: Tensor[], outputs: number): Tensor[];
}

export const float32: Attribute = { kind: 'TYPE', value: 'float32' };
export const int32: Attribute = { kind: 'TYPE', value: 'int32' };
export const ints = (value: number | readonly number[]): Attribute => ({ kind: 'INT', value });
export const float = (value: number): Attribute => ({ kind: 'FLOAT', value });
export const bool = (value: boolean): Attribute => ({ kind: 'BOOL', value });
export const text = (value: string): Attribute => ({ kind: 'STRING', value });

/** Whether TensorFlow computes on a GPU. */
export const onGpu = (): boolean => (tf.backend() as unknown as NodeBackend).isUsingGpuDevice;

/** Whether the operations of native/kernels serve here; they are for processors. */
export const haveKernels = (): boolean => kernelsDefined() && !onGpu();

/** Runs one TensorFlow operation and gives all of its outputs. */
export function raw(
  name: string,
  attributes: Record<string, Attribute>,
  inputs: Tensor[],
  outputs = 1,
): Tensor[] {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const dtypes: Partial<Record<DataType, number>> = {
    float32: binding.TF_FLOAT,
    int32: binding.TF_INT32,
    bool: binding.TF_BOOL,
  };
  const list = Object.entries(attributes).map(([key, { kind, value }]) => ({
    name: key,
    type: binding[`TF_ATTR_${kind}`],
    value: kind === 'TYPE' ? dtypes[value as DataType] : value,
  }));
  return backend.executeMultipleOutputs(name, list, inputs, outputs);
}

/** The first output of a TensorFlow operation. */
export function raw1(name: string, attributes: Record<string, Attribute>, inputs: Tensor[]): Tensor {
  return raw(name, attributes, inputs)[0] as Tensor;
}
