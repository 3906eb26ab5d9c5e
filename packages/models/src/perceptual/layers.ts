/**
 * The vocabulary in which the frozen networks of perceptual metrics are written. One description serves twice: over channel
 * counts it lists the tensors of the weight file, over tensors it runs. T is a feature map [B, H, W, C] or its number of channels.
 */
import {
  biasLeakyRelu,
  conv2d,
  maxPool,
  type NamedTensors,
  type Tensor1D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import type { Entry } from '../nets/parameters.ts';

export interface Window {
  /** Height and width, or both. */
  readonly kernel: number | readonly [number, number];
  readonly stride?: number;
  /** Zeros on all four sides, or as many as keep height and width. */
  readonly pad?: number | 'same';
}

export interface Layers<T> {
  /** Convolution, bias or batch norm, relu: [B, H, W, I] → [B, H', W', out]. */
  convRelu(name: string, x: T, out: number, window: Window): T;
  /** Maximum of size x size windows that lie wholly in the map. */
  maxPool(x: T, size: number, stride: number): T;
  /** Maximum of each pixel's 3 x 3 neighbours, as far as there are any. */
  maxOfNeighbours(x: T): T;
  /** Their mean, as far as there are any: the border does not count. */
  meanOfNeighbours(x: T): T;
  concat(maps: readonly T[]): T;
}

/** What follows each convolution in the weight file: a bias of its own, or a batch norm in its place. */
export type After = 'bias' | 'norm';

/** Lists the tensors. */
export class LayerEntries implements Layers<number> {
  readonly entries: Entry[] = [];
  readonly #after: After;

  constructor(after: After) {
    this.#after = after;
  }

  convRelu(name: string, x: number, out: number, { kernel }: Window): number {
    const [h, w] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    const filter = { layout: 'conv', shape: [h, w, x, out], kind: 'parameter', init: 'xavier' } as const;
    const vector = { layout: 'vector', shape: [out], kind: 'parameter', init: 'zeros' } as const;
    if (this.#after === 'bias') {
      this.entries.push({ name: `${name}.weight`, ...filter }, { name: `${name}.bias`, ...vector });
    } else {
      this.entries.push(
        { name: `${name}.conv.weight`, ...filter },
        { name: `${name}.bn.weight`, ...vector, init: 'ones' },
        { name: `${name}.bn.bias`, ...vector },
        { name: `${name}.bn.running_mean`, ...vector, kind: 'buffer' },
        { name: `${name}.bn.running_var`, ...vector, kind: 'buffer', init: 'ones' },
      );
    }
    return out;
  }

  maxPool = (x: number): number => x;
  maxOfNeighbours = (x: number): number => x;
  meanOfNeighbours = (x: number): number => x;
  concat = (maps: readonly number[]): number => maps.reduce((sum, channels) => sum + channels, 0);
}

/** Runs, on a filter and a bias a layer: `name/filter`, `name/bias`. */
export class FrozenLayers implements Layers<Tensor4D> {
  readonly #tensors: NamedTensors;

  constructor(tensors: NamedTensors) {
    this.#tensors = tensors;
  }

  convRelu(name: string, x: Tensor4D, _out: number, { stride = 1, pad = 0 }: Window): Tensor4D {
    const filter = this.#tensors[`${name}/filter`] as Tensor4D;
    const bias = this.#tensors[`${name}/bias`] as Tensor1D;
    const y = pad === 'same' ? tf.conv2d(x, filter, stride, pad) : conv2d(x, filter, { stride, pad });
    return biasLeakyRelu(y, bias, 0);
  }

  maxPool = (x: Tensor4D, size: number, stride: number): Tensor4D => maxPool(x, size, stride);
  maxOfNeighbours = (x: Tensor4D): Tensor4D => tf.maxPool(x, 3, 1, 'same');
  meanOfNeighbours = (x: Tensor4D): Tensor4D => tf.avgPool(x, 3, 1, 'same');
  concat = (maps: readonly Tensor4D[]): Tensor4D => tf.concat([...maps], 3);
}

/** TensorFlow's default at the time of Inception, which its port to PyTorch keeps. */
const EPSILON = 1e-3;

/** A layer's filter and bias from the tensors of the file, the batch norm put into them; frees what it was given. */
export function foldLayers(after: After, tensors: NamedTensors): NamedTensors {
  const folded = tf.tidy(() => {
    const layers: NamedTensors = {};
    const suffix = after === 'norm' ? '.conv.weight' : '.weight';
    for (const key of Object.keys(tensors).filter((name) => name.endsWith(suffix))) {
      const name = key.slice(0, -suffix.length);
      const part = (end: string): tf.Tensor => tensors[`${name}.${end}`] as tf.Tensor;
      if (after === 'bias') {
        layers[`${name}/filter`] = tf.clone(part('weight'));
        layers[`${name}/bias`] = tf.clone(part('bias'));
      } else {
        const gain = tf.mul(part('bn.weight'), tf.rsqrt(tf.add(part('bn.running_var'), EPSILON)));
        layers[`${name}/filter`] = tf.mul(part('conv.weight'), gain);
        layers[`${name}/bias`] = tf.sub(part('bn.bias'), tf.mul(part('bn.running_mean'), gain));
      }
    }
    return layers;
  });
  tf.dispose(tensors);
  return folded;
}
