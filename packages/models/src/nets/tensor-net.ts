/** Runs a network's description over tensors. */
import {
  addPrelu,
  averagePool,
  batchNormEvaluation,
  biasLeakyRelu,
  broadcastTo,
  conv2d,
  convTranspose2d,
  type Geometry,
  globalAveragePool,
  maxOfHalves,
  maxPool,
  type NamedTensors,
  normSwish,
  pixelShuffle,
  spectralNorm,
  swish,
  type Tensor1D,
  type Tensor4D,
  tf,
  upsampleBilinear,
  upsampleConv,
} from '@fsg/engine';
import type { ConvOptions, Net } from './net.ts';

/** PyTorch's momentum: how much of a running statistic the newest batch makes up. */
const MOMENTUM = 0.1;

export interface TensorNetOptions {
  /** Training: batch statistics, one power iteration, and the new buffers in `updates`. */
  readonly training: boolean;
  readonly spectral: boolean;
  /**
   * Instead of learning, sets every convolution to its input, so that each output channel has mean 0 and variance 1 there; the
   * new weights and biases go to `updates`. Source: Krähenbühl et al. 2016, "Data-dependent Initializations".
   */
  readonly calibrating?: boolean;
}

export class TensorNet implements Net<Tensor4D> {
  /** New values of the buffers that this pass moved; none in evaluation mode. */
  readonly updates: NamedTensors;
  readonly #tensors: NamedTensors;
  readonly #options: TensorNetOptions;
  readonly #prefix: string;

  constructor(tensors: NamedTensors, options: TensorNetOptions, updates: NamedTensors = {}, prefix = '') {
    this.#tensors = tensors;
    this.#options = options;
    this.updates = updates;
    this.#prefix = prefix;
  }

  in(...path: (string | number)[]): TensorNet {
    return new TensorNet(this.#tensors, this.#options, this.updates, `${this.#prefix}${path.join('.')}.`);
  }

  channels(x: Tensor4D): number {
    return x.shape[3];
  }

  conv(name: string | number, x: Tensor4D, _out: number, { kernel: _, ...geometry }: ConvOptions): Tensor4D {
    return this.#convBias(`${name}`, x, geometry);
  }

  convLeakyRelu(
    name: string | number,
    x: Tensor4D,
    _out: number,
    { kernel: _, ...geometry }: ConvOptions,
  ): Tensor4D {
    return biasLeakyRelu(conv2d(x, this.#filter(`${name}`), geometry), this.#get(`${name}.bias`));
  }

  upsampleConv(name: string | number, x: Tensor4D): Tensor4D {
    return upsampleConv(x, this.#filter(`${name}`), this.#get(`${name}.bias`));
  }

  convNormSwish(index: number, x: Tensor4D, _out: number, { kernel: _, ...geometry }: ConvOptions): Tensor4D {
    return this.#normSwish(index, conv2d(x, this.#filter(`${index}`), geometry));
  }

  convTransposeNormSwish(index: number, x: Tensor4D): Tensor4D {
    return this.#normSwish(index, convTranspose2d(x, this.#filter(`${index}`)));
  }

  /**
   * Swish of the batch norm of y + bias. A bias in front of batch statistics cancels out: it only shifts the running
   * mean, and its gradient is exactly zero, so it is never added to the picture in training.
   */
  #normSwish(index: number, y: Tensor4D): Tensor4D {
    const norm = `${index + 1}`;
    const bias = this.#get<Tensor1D>(`${index}.bias`);
    const [scale, offset] = [this.#get<Tensor1D>(`${norm}.weight`), this.#get<Tensor1D>(`${norm}.bias`)];
    const mean = this.#get<Tensor1D>(`${norm}.running_mean`);
    const variance = this.#get<Tensor1D>(`${norm}.running_var`);
    if (!this.#options.training) {
      return swish(batchNormEvaluation(y, scale, offset, tf.sub(mean, bias), variance));
    }
    const batch = normSwish(y, scale, offset);
    this.#follow(`${norm}.running_mean`, mean, tf.add(batch.mean, bias));
    this.#follow(`${norm}.running_var`, variance, batch.variance);
    return batch.y;
  }

  linear(name: string, x: Tensor4D): Tensor4D {
    return this.#convBias(name, x, {});
  }

  cosines(name: string, x: Tensor4D): Tensor4D {
    return conv2d(unit(x, 3), unit(this.#get<Tensor4D>(`${name}.weight`), 2), {});
  }

  add(x: Tensor4D, y: Tensor4D): Tensor4D {
    return tf.add(x, y);
  }

  maxOfHalves(x: Tensor4D): Tensor4D {
    return maxOfHalves(x);
  }

  addPrelu(name: string, x: Tensor4D, y: Tensor4D): Tensor4D {
    return addPrelu(x, y, this.#get(`${name}.weight`));
  }

  tanh(x: Tensor4D): Tensor4D {
    return tf.tanh(x);
  }

  concat(maps: readonly Tensor4D[]): Tensor4D {
    return tf.concat([...maps], 3);
  }

  pixelShuffle(x: Tensor4D): Tensor4D {
    return pixelShuffle(x);
  }

  upsampleBilinear(x: Tensor4D): Tensor4D {
    return upsampleBilinear(x);
  }

  averagePool(x: Tensor4D, size: number): Tensor4D {
    return averagePool(x, size);
  }

  maxPool(x: Tensor4D, size: number): Tensor4D {
    return maxPool(x, size, size);
  }

  globalAveragePool(x: Tensor4D): Tensor4D {
    return globalAveragePool(x);
  }

  broadcast(x: Tensor4D, like: Tensor4D): Tensor4D {
    return broadcastTo(x, like.shape[1], like.shape[2]);
  }

  #convBias(name: string, x: Tensor4D, geometry: Partial<Geometry>): Tensor4D {
    const filter = this.#filter(name);
    if (!this.#options.calibrating) return conv2d(x, filter, geometry, this.#get(`${name}.bias`));
    const y = conv2d(x, filter, geometry);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const scale = tf.rsqrt(tf.add(variance, 1e-8));
    const bias: Tensor1D = tf.neg(tf.mul(mean, scale));
    this.updates[`${this.#prefix}${name}.weight`] = tf.mul(filter, scale);
    this.updates[`${this.#prefix}${name}.bias`] = bias;
    return tf.add(tf.mul(y, scale), bias);
  }

  #get<T = Tensor1D>(name: string): T {
    const tensor = this.#tensors[this.#prefix + name];
    if (!tensor) throw new Error(`network has no tensor ${this.#prefix}${name}`);
    return tensor as T;
  }

  #filter(name: string): Tensor4D {
    if (!this.#options.spectral) return this.#get(`${name}.weight`);
    const [orig, u, v] = [`${name}.weight_orig`, `${name}.weight_u`, `${name}.weight_v`];
    const normalised = spectralNorm(
      this.#get<Tensor4D>(orig),
      this.#get(u),
      this.#get(v),
      this.#options.training,
    );
    if (this.#options.training) {
      this.updates[this.#prefix + u] = normalised.u;
      this.updates[this.#prefix + v] = normalised.v;
    }
    return normalised.filter;
  }

  #follow(name: string, running: Tensor1D, batch: Tensor1D): void {
    this.updates[this.#prefix + name] = tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(batch, MOMENTUM));
  }
}

/** Vectors along an axis, of length 1. */
const unit = (x: Tensor4D, axis: number): Tensor4D =>
  tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), axis, true), 1e-12)));
