/** Everything that training changes, as one value: weights, buffers, Adam's moments, averages and the step. */
import {
  type AdamOptions,
  type AdamState,
  adamUpdate,
  flatten,
  movingAverage,
  type NamedTensors,
  startAdam,
  type Tensor1D,
  tf,
  unflatten,
} from '@fsg/engine';
import {
  type Entry,
  entriesOf,
  initialise,
  type NetworkName,
  type StructureVaeSize,
  sizeOf,
} from '@fsg/models';

export interface NetworkState {
  /** Parameters and buffers under PyTorch's names. */
  readonly tensors: NamedTensors;
  /** Training passes so far; PyTorch's num_batches_tracked. */
  readonly batches: number;
  readonly adam: AdamState;
  /** Exponential moving average of the flattened parameters, where the recipe asks for one. */
  readonly ema?: Tensor1D;
}

export interface TrainState {
  readonly step: number;
  readonly networks: Readonly<Partial<Record<NetworkName, NetworkState>>>;
}

export interface OptimiserOptions extends AdamOptions {
  /** Decay of the moving average; 0 keeps none. */
  readonly ema: number;
}

export const parameterNames = (entries: readonly Entry[]): string[] =>
  entries.filter((entry) => entry.kind === 'parameter').map((entry) => entry.name);

/** A fresh network: Xavier weights from the seed, moments of zero. `tensors` takes the place of fresh weights. */
export function startNetwork(
  name: NetworkName,
  size: StructureVaeSize,
  options: OptimiserOptions,
  seed: number,
  given?: { readonly tensors: NamedTensors; readonly batches: number },
): NetworkState {
  const entries = entriesOf(name, size);
  const { tensors, batches } = given ?? { tensors: initialise(entries, seed), batches: 0 };
  const names = parameterNames(entries);
  const length = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'parameter' ? sizeOf(entry.shape) : 0),
    0,
  );
  const adam = startAdam(length);
  return { tensors, batches, adam, ...(options.ema > 0 && { ema: flatten(tensors, names) }) };
}

/** The parameters alone, by name. */
export function pick(tensors: NamedTensors, names: readonly string[]): NamedTensors {
  return Object.fromEntries(names.map((name) => [name, tensors[name] as tf.Tensor]));
}

/** The network after one Adam update, with the buffers that `passes` training passes moved. Nothing given is disposed. */
export function learn(
  network: NetworkState,
  names: readonly string[],
  gradients: NamedTensors,
  buffers: NamedTensors,
  passes: number,
  rate: number,
  options: OptimiserOptions,
): { network: NetworkState; gradientNorm: tf.Scalar } {
  const gradient = flatten(gradients, names);
  const moved = adamUpdate(flatten(network.tensors, names), gradient, network.adam, rate, options);
  const tensors = { ...network.tensors, ...buffers, ...unflatten(moved.parameters, names, network.tensors) };
  const ema = network.ema && movingAverage(network.ema, moved.parameters, options.ema);
  return {
    network: { tensors, batches: network.batches + passes, adam: moved.state, ...(ema && { ema }) },
    gradientNorm: tf.sqrt(tf.sum(tf.square(gradient))),
  };
}

/** Weights for looking and measuring: the moving average where there is one, else the weights themselves. */
export function smoothed(network: NetworkState, names: readonly string[]): NamedTensors {
  if (!network.ema) return network.tensors;
  return { ...network.tensors, ...unflatten(network.ema, names, network.tensors) };
}

/** Frees the tensors of `old` that `next` does not hold. */
export function release(old: TrainState, next?: TrainState): void {
  const kept = new Set(next ? tensorsOf(next) : []);
  for (const tensor of tensorsOf(old)) if (!kept.has(tensor)) tensor.dispose();
}

function tensorsOf(state: TrainState): tf.Tensor[] {
  return Object.values(state.networks).flatMap(({ tensors, adam, ema }) => [
    ...Object.values(tensors),
    adam.first,
    adam.second,
    ...(ema ? [ema] : []),
  ]);
}
