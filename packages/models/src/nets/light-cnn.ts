/**
 * LightCNN: recognisers of small cost by max-feature-maps. Source: Wu et al. 2018, "A Light CNN for Deep Face Representation
 * with Noisy Labels"; tensor names as in its author's PyTorch files.
 */
import type { ConvOptions, Net } from './net.ts';
import type { LightCnnName, RecogniserOptions } from './options.ts';
import type { Entry } from './parameters.ts';
import { image, TraceNet } from './trace-net.ts';

export const LIGHT_CNN_FEATURES = 256;

/** Luma [B, 128, 128, 1] in [0, 1] → features [B, 1, 1, 256]. */
export function lightCnn<T>(net: Net<T>, luma: T, name: LightCnnName): T {
  return name === 'lightcnn9' ? lightCnn9(net, luma) : lightCnn29(net, luma);
}

function lightCnn29<T>(net: Net<T>, luma: T): T {
  const pool = (x: T): T => net.add(net.maxPool(x, 2), net.averagePool(x, 2));
  const stage = (index: number, x: T, blocks: number, out: number): T => {
    const deep = Array.from({ length: blocks }, (_, i) => net.in(`block${index}`, i)).reduce(
      (y, block) => residualMfm(block, y),
      x,
    );
    return groupMfm(net.in(`group${index}`), deep, out);
  };
  const x1 = pool(convMfm(net.in('conv1'), luma, 48, { kernel: 5, pad: 2 })); // [B, 64, 64, 48]
  const x2 = pool(stage(1, x1, 1, 96)); // [B, 32, 32, 96]
  const x3 = pool(stage(2, x2, 2, 192)); // [B, 16, 16, 192]
  const x4 = pool(stage(4, stage(3, x3, 3, 128), 4, 128)); // [B, 8, 8, 128]
  return net.linear('fc', x4, LIGHT_CNN_FEATURES);
}

function lightCnn9<T>(net: Net<T>, luma: T): T {
  const pool = (x: T): T => net.maxPool(x, 2);
  const group = (index: number, x: T, out: number): T => groupMfm(net.in('features', index), x, out);
  const x1 = pool(convMfm(net.in('features.0'), luma, 48, { kernel: 5, pad: 2 })); // [B, 64, 64, 48]
  const x2 = pool(group(2, x1, 96)); // [B, 32, 32, 96]
  const x3 = pool(group(4, x2, 192)); // [B, 16, 16, 192]
  const x4 = pool(group(7, group(6, x3, 128), 128)); // [B, 8, 8, 128]
  return net.maxOfHalves(net.linear('fc1.filter', x4, 2 * LIGHT_CNN_FEATURES));
}

/** The larger of two convolutions' outputs, channel by channel: [B, H, W, i] → [B, H, W, o]. */
function convMfm<T>(net: Net<T>, x: T, out: number, options: ConvOptions): T {
  return net.maxOfHalves(net.conv('filter', x, 2 * out, options));
}

/** Conv 1x1 and conv 3x3, each with its max-feature-map. */
function groupMfm<T>(net: Net<T>, x: T, out: number): T {
  const mixed = convMfm(net.in('conv_a'), x, net.channels(x), { kernel: 1 });
  return convMfm(net.in('conv'), mixed, out, { kernel: 3, pad: 1 });
}

function residualMfm<T>(net: Net<T>, x: T): T {
  const c = net.channels(x);
  const options = { kernel: 3, pad: 1 } as const;
  return net.add(x, convMfm(net.in('conv2'), convMfm(net.in('conv1'), x, c, options), c, options));
}

/** The network as it is trained: cosines between the features and a vector for each of the people trained on. */
export function lightCnnClassifier<T>(net: Net<T>, luma: T, { architecture, people }: RecogniserOptions): T {
  return net.cosines('fc2', lightCnn(net, luma, architecture), people);
}

/** Every tensor of the network, its classifier left out. */
export function lightCnnEntries(name: LightCnnName): readonly Entry[] {
  return traceLightCnn(name).entries;
}

export function traceLightCnn(name: LightCnnName): TraceNet {
  const net = new TraceNet(false);
  lightCnn(net, image(1), name);
  return net;
}
