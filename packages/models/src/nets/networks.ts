/** The networks that are trained, by name: what each keeps and costs. */
import type { NamedTensors } from '@fsg/engine';
import { discriminate } from './discriminator.ts';
import { generate } from './generator.ts';
import { lightCnnClassifier, traceLightCnn } from './light-cnn.ts';
import type { LightCnnName, ModelOptions, RecogniserOptions } from './options.ts';
import { type Entry, sizeOf } from './parameters.ts';
import { decodeStructure, encodeStructure } from './structure-vae.ts';
import { TensorNet } from './tensor-net.ts';
import { image, type LayerRow, TraceNet } from './trace-net.ts';

/** What has to be known of each network to make it. */
export interface OptionsByNetwork {
  readonly vae: ModelOptions;
  readonly generator: ModelOptions;
  readonly discriminator: ModelOptions;
  readonly recogniser: RecogniserOptions;
}
export type NetworkName = keyof OptionsByNetwork;
export type NetworkOptions = OptionsByNetwork[NetworkName];

/** What `fsg models` tells of a network; `gflop` is one image's forward pass, two floating point operations a multiply-add. */
export interface NetworkDescription {
  readonly name: string;
  readonly parameters: number;
  readonly gflop: number;
  readonly receptiveField: number;
  readonly layers: readonly LayerRow[];
}

/** True where every convolution carries spectral normalisation. */
const isSpectral = (name: NetworkName, options: NetworkOptions): boolean =>
  name === 'discriminator' || (name === 'generator' && (options as ModelOptions).generator !== 'unet');

/** The network over its tensors. */
export const openNet = <N extends NetworkName>(
  name: N,
  options: OptionsByNetwork[N],
  tensors: NamedTensors,
  training = false,
): TensorNet => new TensorNet(tensors, { training, spectral: isSpectral(name, options) });

const traces: { readonly [N in NetworkName]: (net: TraceNet, options: OptionsByNetwork[N]) => void } = {
  vae: (net, size) => {
    const { height, width, field, jump } = encodeStructure(net, image(), size);
    decodeStructure(net, { height, width, channels: size.zDim, field, jump }, size);
  },
  generator: (net, size) => void generate(net, image(), image(), size),
  discriminator: (net, size) => void discriminate(net, image(), size),
  recogniser: (net, options) => void lightCnnClassifier(net, image(1), options),
};

function trace<N extends NetworkName>(name: N, options: OptionsByNetwork[N]): TraceNet {
  const net = new TraceNet(isSpectral(name, options));
  traces[name](net, options);
  return net;
}

/** Every tensor of the network, in the order of the network's description. */
export function entriesOf<N extends NetworkName>(name: N, options: OptionsByNetwork[N]): readonly Entry[] {
  return trace(name, options).entries;
}

export function describeNetwork<N extends NetworkName>(
  name: N,
  options: OptionsByNetwork[N],
): NetworkDescription {
  return describeTrace(name, trace(name, options));
}

/** A recogniser as it runs in a loss, without the layer that it is trained with. */
export const describeLightCnn = (name: LightCnnName): NetworkDescription =>
  describeTrace('recogniser', traceLightCnn(name));

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
