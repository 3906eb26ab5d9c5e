/** Runs a network's description over shapes: parameters, multiply-adds and receptive field, without a tensor. */
import type { ConvOptions, Net } from './net.ts';
import type { Entry } from './parameters.ts';
import { sizeOf } from './parameters.ts';

/** The shape of one image's feature map, and what one of its values sees of the input. */
export interface Extent {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Receptive field in input pixels, every convolution and pooling on the way counted; global pooling is left out. */
  readonly field: number;
  /** Input pixels between neighbouring values. */
  readonly jump: number;
}

/** One convolution of the listing; `flop` is for one image, two a multiply-add. */
export interface LayerRow {
  readonly name: string;
  readonly output: readonly [number, number, number];
  readonly parameters: number;
  readonly flop: number;
  readonly receptiveField: number;
}

export const image = (channels = 3, size = 128): Extent => ({
  height: size,
  width: size,
  channels,
  field: 1,
  jump: 1,
});

export class TraceNet implements Net<Extent> {
  readonly entries: Entry[] = [];
  readonly layers: LayerRow[] = [];
  readonly #spectral: boolean;
  readonly #prefix: string;

  constructor(spectral: boolean, root?: TraceNet, prefix = '') {
    this.#spectral = spectral;
    this.#prefix = prefix;
    if (root) {
      this.entries = root.entries;
      this.layers = root.layers;
    }
  }

  in(...path: (string | number)[]): TraceNet {
    return new TraceNet(this.#spectral, this, `${this.#prefix}${path.join('.')}.`);
  }

  channels(x: Extent): number {
    return x.channels;
  }

  conv(name: string | number, x: Extent, out: number, options: ConvOptions): Extent {
    const { kernel, stride = 1, pad = 0, dilation = 1 } = options;
    const reach = dilation * (kernel - 1);
    const size = (n: number): number => Math.floor((n + 2 * pad - reach - 1) / stride) + 1;
    const y = {
      height: size(x.height),
      width: size(x.width),
      channels: out,
      field: x.field + reach * x.jump,
      jump: x.jump * stride,
    };
    const filter = [kernel, kernel, x.channels, out];
    this.#filter(`${name}`, 'conv', filter, out);
    this.#row(`${name}`, y, sizeOf(filter) + out, 2 * sizeOf(filter) * y.height * y.width);
    return y;
  }

  convLeakyRelu(name: string | number, x: Extent, out: number, options: ConvOptions): Extent {
    return this.conv(name, x, out, options);
  }

  upsampleConv(name: string | number, x: Extent, out: number): Extent {
    return this.conv(name, this.#doubled(x), out, { kernel: 3, pad: 1 });
  }

  convNormSwish(index: number, x: Extent, out: number, options: ConvOptions): Extent {
    const y = this.conv(index, x, out, options);
    this.#norm(`${index + 1}`, out);
    return y;
  }

  convTransposeNormSwish(index: number, x: Extent, out: number, { kernel }: { kernel: number }): Extent {
    const y = {
      ...x,
      height: x.height + kernel - 1,
      width: x.width + kernel - 1,
      channels: out,
      field: x.field + (kernel - 1) * x.jump,
    };
    const filter = [kernel, kernel, out, x.channels];
    this.#filter(`${index}`, 'convTranspose', filter, out);
    this.#row(`${index}`, y, sizeOf(filter) + out, 2 * sizeOf(filter) * x.height * x.width);
    this.#norm(`${index + 1}`, out);
    return y;
  }

  linear(name: string, x: Extent, out: number): Extent {
    const filter = [x.height, x.width, x.channels, out];
    const y = { ...x, height: 1, width: 1, channels: out, field: x.field + (x.height - 1) * x.jump };
    this.#filter(name, 'linear', filter, out);
    this.#row(name, y, sizeOf(filter) + out, 2 * sizeOf(filter));
    return y;
  }

  cosines(name: string, x: Extent, classes: number): Extent {
    const shape = [1, 1, x.channels, classes];
    this.#entry(`${name}.weight`, shape, 'xavier', 'parameter', 'linear');
    const y = { ...x, channels: classes };
    this.#row(name, y, sizeOf(shape), 2 * sizeOf(shape));
    return y;
  }

  add(x: Extent, y: Extent): Extent {
    return { ...x, field: Math.max(x.field, y.field) };
  }

  maxOfHalves(x: Extent): Extent {
    return { ...x, channels: x.channels / 2 };
  }

  addPrelu(name: string, x: Extent, y: Extent): Extent {
    this.#entry(`${name}.weight`, [1], 'quarter');
    return this.add(x, y);
  }

  tanh(x: Extent): Extent {
    return x;
  }

  concat(maps: readonly Extent[]): Extent {
    const channels = maps.reduce((sum, map) => sum + map.channels, 0);
    return { ...(maps[0] as Extent), channels, field: Math.max(...maps.map((map) => map.field)) };
  }

  pixelShuffle(x: Extent): Extent {
    return { ...this.#doubled(x), channels: x.channels / 4 };
  }

  upsampleBilinear(x: Extent): Extent {
    return { ...this.#doubled(x), field: x.field + x.jump };
  }

  #doubled(x: Extent): Extent {
    return { ...x, height: 2 * x.height, width: 2 * x.width, jump: x.jump / 2 };
  }

  averagePool(x: Extent, size: number): Extent {
    return this.#pooled(x, size);
  }

  maxPool(x: Extent, size: number): Extent {
    return this.#pooled(x, size);
  }

  #pooled(x: Extent, size: number): Extent {
    return {
      ...x,
      height: x.height / size,
      width: x.width / size,
      field: x.field + (size - 1) * x.jump,
      jump: x.jump * size,
    };
  }

  globalAveragePool(x: Extent): Extent {
    return { ...x, height: 1, width: 1 };
  }

  broadcast(x: Extent, like: Extent): Extent {
    return { ...like, channels: x.channels };
  }

  #filter(
    name: string,
    layout: 'conv' | 'convTranspose' | 'linear',
    shape: readonly number[],
    out: number,
  ): void {
    const [h, w, i] = shape as [number, number, number];
    this.#entry(
      this.#spectral ? `${name}.weight_orig` : `${name}.weight`,
      shape,
      'xavier',
      'parameter',
      layout,
    );
    this.#entry(`${name}.bias`, [out], 'zeros');
    if (!this.#spectral) return;
    this.#entry(`${name}.weight_u`, [out], 'unit', 'buffer');
    this.#entry(`${name}.weight_v`, [h * w * i], 'unit', 'buffer', 'spectralV', [h, w, i]);
  }

  #norm(name: string, channels: number): void {
    this.#entry(`${name}.weight`, [channels], 'ones');
    this.#entry(`${name}.bias`, [channels], 'zeros');
    this.#entry(`${name}.running_mean`, [channels], 'zeros', 'buffer');
    this.#entry(`${name}.running_var`, [channels], 'ones', 'buffer');
  }

  #entry(
    name: string,
    shape: readonly number[],
    init: Entry['init'],
    kind: Entry['kind'] = 'parameter',
    layout: Entry['layout'] = 'vector',
    filter?: Entry['filter'],
  ): void {
    this.entries.push({ name: this.#prefix + name, shape, init, kind, layout, ...(filter && { filter }) });
  }

  #row(name: string, y: Extent, parameters: number, flop: number): void {
    const output = [y.height, y.width, y.channels] as const;
    this.layers.push({ name: this.#prefix + name, output, parameters, flop, receptiveField: y.field });
  }
}
