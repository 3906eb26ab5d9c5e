/** The training state as files and back: weights under PyTorch's names, moments and averages by parameter name. */
import { flatten, mapTensors, type NamedTensors, type Tensor1D, tf, unflatten } from '@fsg/engine';
import {
  entriesOf,
  fromStateDict,
  type NetworkName,
  type NetworkOptions,
  readSafetensors,
  type StoredTensors,
  toStateDict,
  UserError,
  writeSafetensors,
} from '@fsg/models';
import type { Stage } from './stage.ts';
import { type NetworkState, parameterNames, parameters, type TrainState } from './state.ts';

/** File name → content, as a checkpoint holds it. */
export type Files = Record<string, Uint8Array>;

const OPTIMISER = 'optimizer.safetensors';
const EMA = 'ema.safetensors';
const MOMENTS = { first: 'exp_avg', second: 'exp_avg_sq' } as const;

const weightsFile = (name: NetworkName): string => `${name}.safetensors`;

/** Prefixes a network's name before each tensor's, so that several share a file. */
const qualified = (network: NetworkName, stored: StoredTensors, suffix = ''): StoredTensors =>
  Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [`${network}.${name}${suffix}`, tensor]));

/** Every tensor of the state. `passes`: training passes a step makes through each network's batch norms. */
export function stateToFiles(state: TrainState, options: NetworkOptions, passes: Stage['passes']): Files {
  const files: Files = {};
  const moments: StoredTensors = {};
  const averages: StoredTensors = {};
  for (const [name, network] of networksOf(state)) {
    const entries = entriesOf(name, options);
    const names = parameterNames(entries);
    const learnt = parameters(entries);
    const batches = state.step * (passes[name] ?? 0);
    files[weightsFile(name)] = writeSafetensors(toStateDict(entries, network.tensors, batches));
    const store = (vector: Tensor1D): StoredTensors => {
      const tensors = tf.tidy(() => unflatten(vector, names, network.tensors));
      const stored = toStateDict(learnt, tensors, 0);
      tf.dispose(tensors);
      return stored;
    };
    for (const [field, suffix] of Object.entries(MOMENTS)) {
      Object.assign(moments, qualified(name, store(network.adam[field as 'first' | 'second']), `.${suffix}`));
    }
    if (network.ema) Object.assign(averages, qualified(name, store(network.ema)));
  }
  files[OPTIMISER] = writeSafetensors(moments);
  if (Object.keys(averages).length > 0) files[EMA] = writeSafetensors(averages);
  return files;
}

/** The state saved by `stateToFiles`, equal to the bit. `where` names the checkpoint in errors. */
export function stateFromFiles(
  files: Files,
  step: number,
  networks: readonly NetworkName[],
  options: NetworkOptions,
  where: string,
): TrainState {
  const moments = readSafetensors(required(files, OPTIMISER, where), `${where}/${OPTIMISER}`);
  const averages = files[EMA] && readSafetensors(files[EMA], `${where}/${EMA}`);
  const restored = networks.map((name): [NetworkName, NetworkState] => {
    const entries = entriesOf(name, options);
    const learnt = parameters(entries);
    const vector = (stored: StoredTensors, file: string, suffix = ''): Tensor1D => {
      const mine = unqualified(name, stored, suffix);
      const { tensors } = fromStateDict(learnt, mine, `${where}/${file}`);
      const flat = flatten(tensors, parameterNames(learnt));
      tf.dispose(tensors);
      return flat;
    };
    const adam = {
      first: vector(moments, OPTIMISER, `.${MOMENTS.first}`),
      second: vector(moments, OPTIMISER, `.${MOMENTS.second}`),
    };
    // Only what is used after the training is averaged: stage II's generator, not its discriminator.
    const averaged = averages && Object.keys(averages).some((key) => key.startsWith(`${name}.`));
    const ema = averaged ? vector(averages, EMA) : undefined;
    return [name, { tensors: readNetwork(files, name, options, where), adam, ...(ema && { ema }) }];
  });
  return { step, networks: Object.fromEntries(restored) };
}

/** One network's weights from a checkpoint's files. */
export function readNetwork(
  files: Files,
  name: NetworkName,
  options: NetworkOptions,
  where: string,
): NamedTensors {
  const file = weightsFile(name);
  const stored = readSafetensors(required(files, file, where), `${where}/${file}`);
  return fromStateDict(entriesOf(name, options), stored, `${where}/${file}`).tensors;
}

/** The weights to predict with: the moving average where the checkpoint has one. */
export function readSmoothed(
  files: Files,
  name: NetworkName,
  options: NetworkOptions,
  where: string,
): NamedTensors {
  const tensors = readNetwork(files, name, options, where);
  const averages = files[EMA] && unqualified(name, readSafetensors(files[EMA], `${where}/${EMA}`));
  if (!averages || Object.keys(averages).length === 0) return tensors;
  const learnt = parameters(entriesOf(name, options));
  const averaged = fromStateDict(learnt, averages, `${where}/${EMA}`).tensors;
  return mapTensors(tensors, (tensor, key) => {
    const average = averaged[key];
    if (average) tensor.dispose();
    return average ?? tensor;
  });
}

function unqualified(network: NetworkName, stored: StoredTensors, suffix = ''): StoredTensors {
  const prefix = `${network}.`;
  const mine = Object.entries(stored).filter(([name]) => name.startsWith(prefix) && name.endsWith(suffix));
  return Object.fromEntries(
    mine.map(([name, t]) => [name.slice(prefix.length, name.length - suffix.length), t]),
  );
}

function required(files: Files, file: string, where: string): Uint8Array {
  const content = files[file];
  if (!content)
    throw new UserError(`${where}: ${file} is missing; found ${Object.keys(files).join(', ') || 'nothing'}`);
  return content;
}

const networksOf = (state: TrainState): [NetworkName, NetworkState][] =>
  Object.entries(state.networks) as [NetworkName, NetworkState][];
