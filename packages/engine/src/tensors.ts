import type { Tensor } from '@tensorflow/tfjs';

/** Tensors by name: a network's parameters and buffers, gradients, moments. */
export type NamedTensors = Record<string, Tensor>;
