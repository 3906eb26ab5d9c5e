/** What is asked of tfjs-node's backend and of its binding beyond tfjs's own interface. */
import type { Tensor, TypedArray } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

type AttributeKind = 'TYPE' | 'INT' | 'FLOAT' | 'BOOL' | 'STRING';

export interface OpAttribute {
  readonly name: string;
  /** A TF_AttrType. */
  readonly type: number;
  readonly value: unknown;
}

export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  /** A TF_DataType. */
  readonly dtype: number;
}

export interface Binding
  extends Readonly<Record<`TF_ATTR_${AttributeKind}` | 'TF_FLOAT' | 'TF_INT32' | 'TF_BOOL', number>> {
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  createTensor(shape: number[], dtype: number, values: TypedArray | Uint8Array[]): number;
  tensorDataSync(id: number): TypedArray;
  deleteTensor(id: number): void;
  readonly TF_Version: string;
}

interface TensorInfo {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
  /** Values not yet handed to TensorFlow. */
  readonly values: unknown;
}

export interface NodeBackend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: object): TensorInfo };
  getInputTensorIds(tensors: Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
  move(dataId: object, ...rest: unknown[]): void;
  executeMultipleOutputs(
    name: string,
    attributes: OpAttribute[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}

export const nodeBackend = (): NodeBackend => tf.backend() as unknown as NodeBackend;
