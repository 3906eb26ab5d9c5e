/** The three networks by name: what each keeps and costs at a given size. */
import type { NamedTensors } from '@fsg/engine';
import { discriminate } from './discriminator.ts';
import { generate } from './generator.ts';
import type { ModelOptions } from './options.ts';
import { type Entry, sizeOf } from './parameters.ts';
import { decodeStructure, encodeStructure } from './structure-vae.ts';
import { TensorNet } from './tensor-net.ts';
import { image, type LayerRow, TraceNet } from './trace-net.ts';

export type NetworkName = 'vae' | 'generator' | 'discriminator';

/** What `fsg models` tells of a network; `gflop` is one image's forward pass, two floating point operations a multiply-add. */
export interface NetworkDescription {
  readonly name: string;
  readonly parameters: number;
  readonly gflop: number;
  readonly receptiveField: number;
  readonly layers: readonly LayerRow[];
}

/** True where every convolution carries spectral normalisation. */
const isSpectral = (name: NetworkName, { generator }: ModelOptions): boolean =>
  name === 'discriminator' || (name === 'generator' && generator !== 'unet');

const traces: Readonly<Record<NetworkName, (net: TraceNet, size: ModelOptions) => void>> = {
  vae: (net, size) => {
    const { height, width, field, jump } = encodeStructure(net, image(), size);
    decodeStructure(net, { height, width, channels: size.zDim, field, jump }, size);
  },
  generator: (net, size) => void generate(net, image(), image(), size),
  discriminator: (net, size) => void discriminate(net, image(), size),
};

/** The network over its tensors. */
export const openNet = (
  name: NetworkName,
  size: ModelOptions,
  tensors: NamedTensors,
  training = false,
): TensorNet => new TensorNet(tensors, { training, spectral: isSpectral(name, size) });

function trace(name: NetworkName, size: ModelOptions): TraceNet {
  const net = new TraceNet(isSpectral(name, size));
  traces[name](net, size);
  return net;
}

/** Every tensor of the network, in the order of the network's description. */
export function entriesOf(name: NetworkName, size: ModelOptions): readonly Entry[] {
  return trace(name, size).entries;
}

export function describeNetwork(name: NetworkName, size: ModelOptions): NetworkDescription {
  return describeTrace(name, trace(name, size));
}

/** Adds up what a trace has listed. */
export function describeTrace(name: string, { entries, layers }: TraceNet): NetworkDescription {
  const learnt = entries.filter((entry) => entry.kind === 'parameter');
  return {
    name,
    parameters: learnt.reduce((sum, entry) => sum + sizeOf(entry.shape), 0),
    gflop: layers.reduce((sum, layer) => sum + layer.flop, 0) / 1e9,
    receptiveField: Math.max(...layers.map((layer) => layer.receptiveField)),
    layers,
  };
}
