/** What the loop knows of a stage. Images are [B, 128, 128, 3] in [-1, 1]. */
import type { NamedTensors, Tensor1D, Tensor2D, Tensor4D } from '@fsg/engine';
import type { NetworkName } from '@fsg/models';
import type { Networks, OptimiserOptions, Pace, TrainState } from './state.ts';

/** Height and width of every picture. */
export const IMAGE_SIZE = 128;

/** A batch as tensors. `landmarks`: the 68 points of each face, [B, 136] in pixels, for whoever aligns faces. */
export interface Batch {
  readonly occluded: Tensor4D;
  readonly clean: Tensor4D;
  /** [B, 128, 128, 1], 1 = occluded. */
  readonly mask: Tensor4D;
  readonly landmarks: Tensor2D;
  /** [B], int32: the number of each face's identity among those of the training side. */
  readonly labels: Tensor1D;
}

/** All that a step reads, as tensors: what changes from step to step is here and nowhere else. */
export interface StepInputs {
  readonly networks: Networks;
  readonly batch: Batch;
  /** Random numbers of this step, as `Stage.noise` draws them. */
  readonly noise: NamedTensors;
  readonly pace: Pace;
}

export interface StepOutputs {
  readonly networks: Networks;
  /** Scalars by name: losses and gradient norms. */
  readonly metrics: NamedTensors;
}

/** What a stage makes of an occluded image: stage I no `restored`, a generator without guidance no `structure`. */
export interface Restoration {
  readonly structure?: Tensor4D;
  readonly restored?: Tensor4D;
}

/** Weights to start from, by network, in place of fresh ones. */
export type GivenWeights = Partial<Record<NetworkName, NamedTensors>>;

export interface Stage {
  readonly name: 'stage1' | 'stage2' | 'recogniser';
  readonly networks: readonly NetworkName[];
  /** Training passes a step makes through a network's batch norms. */
  readonly passes: Readonly<Partial<Record<NetworkName, number>>>;
  readonly optimiser: OptimiserOptions;
  /** Tensors of frozen networks that a step reads. */
  readonly frozen: unknown;
  /** A state at step 0, from weights given or fresh ones. */
  start(given?: GivenWeights): TrainState;
  /** Fits fresh weights to a first batch before any step, where the network's start depends on data. */
  calibrate?(state: TrainState, batch: Batch): TrainState;
  /** The random numbers of a step, from the recipe's seed. */
  noise(step: number, batch: number): NamedTensors;
  /** One training step. Pure: nothing given is changed or disposed; call it in a tidy. */
  step(inputs: StepInputs): StepOutputs;
  /** The gradients of the same step by network, for naming one that is not finite. */
  gradients(inputs: StepInputs): Partial<Record<NetworkName, NamedTensors>>;
}

/** A stage whose networks restore faces. */
export interface RestoringStage extends Stage {
  /** Restores in evaluation mode, with averaged weights where there are such; call it in a tidy. */
  restore(networks: Networks, occluded: Tensor4D): Restoration;
}
