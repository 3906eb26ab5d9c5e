/** Calls TensorFlow's own operations by name; only valid while the backend `tensorflow` is active. */

import type { DataType, Tensor } from '@tensorflow/tfjs';
import { kernelsDefined } from '../native.ts';
import { type Binding, nodeBackend, type OpAttribute, type TensorMetadata } from '../node-backend.ts';

export type Attribute =
  | { readonly kind: 'TYPE'; readonly value: DataType }
  | { readonly kind: 'INT'; readonly value: number | readonly number[] }
  | { readonly kind: 'FLOAT'; readonly value: number }
  | { readonly kind: 'BOOL'; readonly value: boolean }
  | { readonly kind: 'STRING'; readonly value: string };

export const float32: Attribute = { kind: 'TYPE', value: 'float32' };
export const int32: Attribute = { kind: 'TYPE', value: 'int32' };
export const ints = (value: number | readonly number[]): Attribute => ({ kind: 'INT', value });
export const float = (value: number): Attribute => ({ kind: 'FLOAT', value });
export const bool = (value: boolean): Attribute => ({ kind: 'BOOL', value });
export const text = (value: string): Attribute => ({ kind: 'STRING', value });

/** Whether TensorFlow computes on a GPU. */
export const onGpu = (): boolean => nodeBackend().isUsingGpuDevice;

/** Whether the operations of native/kernels serve here; they are for processors. */
export const haveKernels = (): boolean => kernelsDefined() && !onGpu();

/** Runs one TensorFlow operation and gives all of its outputs. */
export function raw(
  name: string,
  attributes: Record<string, Attribute>,
  inputs: Tensor[],
  outputs = 1,
): Tensor[] {
  const backend = nodeBackend();
  return backend.executeMultipleOutputs(name, encode(attributes, backend.binding), inputs, outputs);
}

function encode(attributes: Record<string, Attribute>, codes: Binding): OpAttribute[] {
  const dtypes: Partial<Record<DataType, number>> = {
    float32: codes.TF_FLOAT,
    int32: codes.TF_INT32,
    bool: codes.TF_BOOL,
  };
  return Object.entries(attributes).map(([key, { kind, value }]) => ({
    name: key,
    type: codes[`TF_ATTR_${kind}`],
    value: kind === 'TYPE' ? dtypes[value as DataType] : value,
  }));
}

/** The first output of a TensorFlow operation. */
export function raw1(name: string, attributes: Record<string, Attribute>, inputs: Tensor[]): Tensor {
  return raw(name, attributes, inputs)[0] as Tensor;
}

/** TF_BFLOAT16, which tfjs has no name for. */
const BFLOAT16 = 14;

/**
 * The output of an operation of one type T, computed in bf16: float32 inputs are rounded for it, its output is widened to
 * float32 again. tfjs has no such tensors, so that they live and die here.
 */
export function rawInBf16(name: string, attributes: Record<string, Attribute>, inputs: Tensor[]): Tensor {
  const backend = nodeBackend();
  const { binding } = backend;
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_BOOL } = binding;
  const cast = (id: number, from: number, to: number): TensorMetadata => {
    const types = [
      { name: 'SrcT', type: TF_ATTR_TYPE, value: from },
      { name: 'DstT', type: TF_ATTR_TYPE, value: to },
      { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
    ];
    return binding.executeOp('Cast', types, [id], 1)[0] as TensorMetadata;
  };
  const rounded: number[] = [];
  try {
    const ids = backend.getInputTensorIds(inputs).map((id, i) => {
      if (inputs[i]?.dtype !== 'float32') return id;
      const { id: short } = cast(id, TF_FLOAT, BFLOAT16);
      rounded.push(short);
      return short;
    });
    const types = encode(attributes, binding).map((attribute) =>
      attribute.name === 'T' ? { ...attribute, value: BFLOAT16 } : attribute,
    );
    const { id } = binding.executeOp(name, types, ids, 1)[0] as TensorMetadata;
    rounded.push(id);
    return backend.createOutputTensor(cast(id, BFLOAT16, TF_FLOAT));
  } finally {
    for (const id of rounded) binding.deleteTensor(id);
  }
}
