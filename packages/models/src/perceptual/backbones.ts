/** The networks whose features LPIPS compares: torchvision's AlexNet and VGG16 up to their last relu, tensor names as there. */

import type { Entry } from '../nets/parameters.ts';
import { type After, LayerEntries, type Layers, type Window } from './layers.ts';

export const BACKBONES = ['alex', 'vgg'] as const;
/** As the lpips package calls them. */
export type Backbone = (typeof BACKBONES)[number];

/** What follows each of their convolutions. */
export const BACKBONE_AFTER: After = 'bias';

/** Channels of the five feature maps. */
export const CHANNELS: Readonly<Record<Backbone, readonly number[]>> = {
  alex: [64, 192, 384, 256, 256],
  vgg: [64, 128, 256, 512, 512],
};

/** Least height and width of a picture that leaves every feature map a pixel. */
export const LEAST_SIZE: Readonly<Record<Backbone, number>> = { alex: 31, vgg: 16 };

/** Scaled picture [B, H, W, 3] → the five feature maps. */
export function backboneFeatures<T>(layers: Layers<T>, picture: T, backbone: Backbone): T[] {
  return backbone === 'alex' ? alexNet(layers, picture) : vgg16(layers, picture);
}

const SMALL: Window = { kernel: 3, pad: 'same' };

/** Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks". */
function alexNet<T>(layers: Layers<T>, picture: T): T[] {
  const conv = (index: number, x: T, out: number, window: Window): T =>
    layers.convRelu(`features.${index}`, x, out, window);
  const pool = (x: T): T => layers.maxPool(x, 3, 2);
  const relu1 = conv(0, picture, 64, { kernel: 11, stride: 4, pad: 2 });
  const relu2 = conv(3, pool(relu1), 192, { kernel: 5, pad: 'same' });
  const relu3 = conv(6, pool(relu2), 384, SMALL);
  const relu4 = conv(8, relu3, 256, SMALL);
  const relu5 = conv(10, relu4, 256, SMALL);
  return [relu1, relu2, relu3, relu4, relu5];
}

/** Simonyan and Zisserman 2014, configuration D: the last relu in front of each pooling. */
function vgg16<T>(layers: Layers<T>, picture: T): T[] {
  const conv = (x: T, index: number, out: number): T => layers.convRelu(`features.${index}`, x, out, SMALL);
  const pool = (x: T): T => layers.maxPool(x, 2, 2);
  const stage = (x: T, out: number, ...indices: number[]): T =>
    indices.reduce((y, index) => conv(y, index, out), x);
  const relu1 = stage(picture, 64, 0, 2);
  const relu2 = stage(pool(relu1), 128, 5, 7);
  const relu3 = stage(pool(relu2), 256, 10, 12, 14);
  const relu4 = stage(pool(relu3), 512, 17, 19, 21);
  const relu5 = stage(pool(relu4), 512, 24, 26, 28);
  return [relu1, relu2, relu3, relu4, relu5];
}

/** The tensors of torchvision's file, its classifier left out. */
export function backboneEntries(backbone: Backbone): readonly Entry[] {
  const layers = new LayerEntries(BACKBONE_AFTER);
  backboneFeatures(layers, 3, backbone);
  return layers.entries;
}

/** The tensors of the lpips package's file. */
export const linearEntries = (backbone: Backbone): readonly Entry[] =>
  CHANNELS[backbone].map((channels, k) => ({
    name: linearName(k),
    layout: 'conv',
    shape: [1, 1, channels, 1],
    kind: 'parameter',
    init: 'ones',
  }));

/** Weights of the channels of feature map k. */
export const linearName = (k: number): string => `lin${k}.model.1.weight`;
