/** What the loop knows of a stage. Images are [B, 128, 128, 3] in [-1, 1]. */
import type { NamedTensors, Tensor4D } from '@fsg/engine';
import type { NetworkName } from '@fsg/models';
import type { TrainState } from './state.ts';

/** A batch as tensors. */
export interface Batch {
  readonly occluded: Tensor4D;
  readonly clean: Tensor4D;
}

/** Weights to start from, by network, in place of fresh ones. */
export type GivenWeights = Partial<
  Record<NetworkName, { readonly tensors: NamedTensors; readonly batches: number }>
>;

export interface StepResult {
  readonly state: TrainState;
  /** Scalars by name: losses and gradient norms. */
  readonly metrics: NamedTensors;
  /** Gradients by network and parameter, for naming a tensor that is not finite. */
  readonly gradients: Partial<Record<NetworkName, NamedTensors>>;
}

/** What a stage makes of an occluded image; stage I gives no `restored`. */
export interface Restoration {
  readonly structure: Tensor4D;
  readonly restored?: Tensor4D;
}

export interface Stage {
  readonly name: 'stage1' | 'stage2';
  start(given?: GivenWeights): TrainState;
  /** One training step. Pure: nothing given is changed or disposed; call it in a tidy. */
  step(state: TrainState, batch: Batch, rate: number): StepResult;
  /** Restores in evaluation mode, with averaged weights where there are such; call it in a tidy. */
  restore(state: TrainState, occluded: Tensor4D): Restoration;
}
