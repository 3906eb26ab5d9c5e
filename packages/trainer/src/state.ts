/** Everything that training changes, as one value: weights, buffers, Adam's moments, averages and the step. */
import {
  type AdamMoments,
  type AdamOptions,
  type AdamPace,
  adamMove,
  adamPace,
  flatten,
  movingAverage,
  type NamedTensors,
  type Scalar,
  startMoments,
  type Tensor,
  type Tensor1D,
  tf,
  unflatten,
} from '@fsg/engine';
import {
  type Entry,
  entriesOf,
  initialise,
  type NetworkName,
  type NetworkOptions,
  sizeOf,
} from '@fsg/models';

/** A network in training. Holds tensors alone, so that a whole step can be captured. */
export interface NetworkState {
  /** Parameters and buffers under PyTorch's names. */
  readonly tensors: NamedTensors;
  readonly adam: AdamMoments;
  /** Exponential moving average of the flattened parameters, where the recipe asks for one. */
  readonly ema?: Tensor1D;
}

export type Networks = Readonly<Partial<Record<NetworkName, NetworkState>>>;

/** `step`: updates made so far, Adam's count as well. */
export interface TrainState {
  readonly step: number;
  readonly networks: Networks;
}

export interface OptimiserOptions extends AdamOptions {
  /** Decay of the moving average; 0 keeps none. */
  readonly ema: number;
}

/** What changes from step to step, as tensors. */
export interface Pace extends AdamPace {
  /** Decay of the moving average in this step. */
  readonly decay: Scalar;
}

/** The pace of the step after `step` steps. The average forgets faster at first, or it would hold on to the fresh weights. */
export function paceOf(step: number, rate: number, options: OptimiserOptions): Pace {
  const decay = Math.min(options.ema, (1 + step) / (10 + step));
  return { ...adamPace(step, rate, options), decay: tf.scalar(decay) };
}

export const parameters = (entries: readonly Entry[]): Entry[] =>
  entries.filter(({ kind }) => kind === 'parameter');
export const parameterNames = (entries: readonly Entry[]): string[] =>
  parameters(entries).map(({ name }) => name);

/** A network before its first step: the tensors given or Xavier weights from the seed, moments of zero. */
export function startNetwork(
  name: NetworkName,
  options: NetworkOptions,
  ema: number,
  seed: number,
  given?: NamedTensors,
): NetworkState {
  const entries = entriesOf(name, options);
  const tensors = given ?? initialise(entries, seed);
  const length = parameters(entries).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return {
    tensors,
    adam: startMoments(length),
    ...(ema > 0 && { ema: flatten(tensors, parameterNames(entries)) }),
  };
}

/** The tensors of these names. */
export function pick(tensors: NamedTensors, names: readonly string[]): NamedTensors {
  return Object.fromEntries(names.map((name) => [name, tensors[name] as Tensor]));
}

/** A named network of a state that must hold it. */
export function networkOf(networks: Networks, name: NetworkName): NetworkState {
  const network = networks[name];
  if (!network) throw new Error(`the state holds no ${name}`);
  return network;
}

/** How a gradient fares: its norm, and the share of its values that are exactly zero. */
export interface GradientHealth {
  readonly norm: Scalar;
  readonly zero: Scalar;
}

/** The network after one Adam update, and how its gradient fares. Nothing given is changed or disposed. */
export function learn(
  network: NetworkState,
  gradients: NamedTensors,
  buffers: NamedTensors,
  pace: Pace,
  options: OptimiserOptions,
): { network: NetworkState; health: GradientHealth } {
  const names = Object.keys(gradients);
  const gradient = flatten(gradients, names);
  const moved = adamMove(flatten(network.tensors, names), gradient, network.adam, pace, options);
  const tensors = { ...network.tensors, ...buffers, ...unflatten(moved.parameters, names, network.tensors) };
  const ema = network.ema && movingAverage(network.ema, moved.parameters, pace.decay);
  return {
    network: { tensors, adam: moved.moments, ...(ema && { ema }) },
    health: { norm: normOf(gradient), zero: tf.mean(tf.cast(tf.equal(gradient, 0), 'float32')) },
  };
}

export const normOf = (gradient: Tensor1D): Scalar => tf.sqrt(tf.sum(tf.square(gradient)));

/** Weights for looking and measuring: the moving average where there is one, else the weights themselves. */
export function smoothed({ tensors, ema }: NetworkState, names: readonly string[]): NamedTensors {
  return ema ? { ...tensors, ...unflatten(ema, names, tensors) } : tensors;
}

/** Frees the tensors of `old` that `next` does not hold. */
export function release(old: TrainState, next?: TrainState): void {
  const kept = new Set(next ? tensorsOf(next) : []);
  for (const tensor of tensorsOf(old)) if (!kept.has(tensor)) tensor.dispose();
}

function tensorsOf(state: TrainState): Tensor[] {
  return Object.values(state.networks).flatMap(({ tensors, adam, ema }) => [
    ...Object.values(tensors),
    adam.first,
    adam.second,
    ...(ema ? [ema] : []),
  ]);
}
