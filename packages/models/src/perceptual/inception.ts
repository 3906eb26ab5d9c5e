/**
 * Inception v3 as the Fréchet Inception Distance takes it: TensorFlow's network of 2015-12-05. Source: Szegedy et al. 2015,
 * "Rethinking the Inception Architecture"; the port and its tensor names: pytorch-fid. Against torchvision's Inception the mean
 * poolings leave the border out, and the last block has a maximum where the others have a mean.
 */
import type { Entry } from '../nets/parameters.ts';
import { type After, LayerEntries, type Layers, type Window } from './layers.ts';

export const INCEPTION_AFTER: After = 'norm';
export const INCEPTION_SIZE = 299;
export const INCEPTION_FEATURES = 2048;

const POINT: Window = { kernel: 1 };
const SMALL: Window = { kernel: 3, pad: 'same' };
const HALVING: Window = { kernel: 3, stride: 2 };
const row = (width: number): Window => ({ kernel: [1, width], pad: 'same' });
const column = (height: number): Window => ({ kernel: [height, 1], pad: 'same' });

/** One of a branch's convolutions: name, channels, window. */
type Step = readonly [string, number, Window];

/** A block: its input through several branches, side by side. */
class Block<T> {
  readonly #layers: Layers<T>;
  readonly #name: string;
  readonly input: T;

  constructor(layers: Layers<T>, name: string, input: T) {
    this.#layers = layers;
    this.#name = name;
    this.input = input;
  }

  /** Convolutions one after the other. */
  branch(x: T, ...steps: readonly Step[]): T {
    return steps.reduce(
      (y, [name, out, window]) => this.#layers.convRelu(`${this.#name}.${name}`, y, out, window),
      x,
    );
  }

  pooled(kind: 'mean' | 'max', out: number): T {
    const { input } = this;
    const pool = kind === 'mean' ? this.#layers.meanOfNeighbours(input) : this.#layers.maxOfNeighbours(input);
    return this.branch(pool, ['branch_pool', out, POINT]);
  }

  /** 3 x 3 as a row and a column beside each other. */
  cross(x: T, a: string, b: string): T {
    return this.#layers.concat([this.branch(x, [a, 384, row(3)]), this.branch(x, [b, 384, column(3)])]);
  }

  join(...branches: readonly T[]): T {
    return this.#layers.concat(branches);
  }
}

/** Picture [B, 299, 299, 3] in [-1, 1] → [B, 8, 8, 2048], whose mean over the pixels are the features. */
export function inception<T>(layers: Layers<T>, picture: T): T {
  const a1 = layers.convRelu('Conv2d_1a_3x3', picture, 32, HALVING); // 149 x 149
  const a2 = layers.convRelu('Conv2d_2a_3x3', a1, 32, { kernel: 3 });
  const a3 = layers.convRelu('Conv2d_2b_3x3', a2, 64, SMALL);
  const b1 = layers.convRelu('Conv2d_3b_1x1', layers.maxPool(a3, 3, 2), 80, POINT); // 73 x 73
  const b2 = layers.convRelu('Conv2d_4a_3x3', b1, 192, { kernel: 3 });
  const block = (name: string, x: T): Block<T> => new Block(layers, name, x);
  const c1 = fine(block('Mixed_5b', layers.maxPool(b2, 3, 2)), 32); // 35 x 35 x 256
  const c2 = fine(block('Mixed_5c', c1), 64); // 288
  const c3 = fine(block('Mixed_5d', c2), 64);
  const d1 = toMiddle(block('Mixed_6a', c3), layers.maxPool(c3, 3, 2)); // 17 x 17 x 768
  const d2 = middle(block('Mixed_6b', d1), 128);
  const d3 = middle(block('Mixed_6c', d2), 160);
  const d4 = middle(block('Mixed_6d', d3), 160);
  const d5 = middle(block('Mixed_6e', d4), 192);
  const e1 = toCoarse(block('Mixed_7a', d5), layers.maxPool(d5, 3, 2)); // 8 x 8 x 1280
  return coarse(block('Mixed_7c', coarse(block('Mixed_7b', e1), 'mean')), 'max');
}

function fine<T>(block: Block<T>, pooled: number): T {
  const x = block.input;
  return block.join(
    block.branch(x, ['branch1x1', 64, POINT]),
    block.branch(x, ['branch5x5_1', 48, POINT], ['branch5x5_2', 64, { kernel: 5, pad: 'same' }]),
    block.branch(
      x,
      ['branch3x3dbl_1', 64, POINT],
      ['branch3x3dbl_2', 96, SMALL],
      ['branch3x3dbl_3', 96, SMALL],
    ),
    block.pooled('mean', pooled),
  );
}

function toMiddle<T>(block: Block<T>, pooled: T): T {
  const x = block.input;
  return block.join(
    block.branch(x, ['branch3x3', 384, HALVING]),
    block.branch(
      x,
      ['branch3x3dbl_1', 64, POINT],
      ['branch3x3dbl_2', 96, SMALL],
      ['branch3x3dbl_3', 96, HALVING],
    ),
    pooled,
  );
}

/** 7 x 7 convolutions as a row and a column each, `c` channels within. */
function middle<T>(block: Block<T>, c: number): T {
  const x = block.input;
  return block.join(
    block.branch(x, ['branch1x1', 192, POINT]),
    block.branch(x, ['branch7x7_1', c, POINT], ['branch7x7_2', c, row(7)], ['branch7x7_3', 192, column(7)]),
    block.branch(
      x,
      ['branch7x7dbl_1', c, POINT],
      ['branch7x7dbl_2', c, column(7)],
      ['branch7x7dbl_3', c, row(7)],
      ['branch7x7dbl_4', c, column(7)],
      ['branch7x7dbl_5', 192, row(7)],
    ),
    block.pooled('mean', 192),
  );
}

function toCoarse<T>(block: Block<T>, pooled: T): T {
  const x = block.input;
  return block.join(
    block.branch(x, ['branch3x3_1', 192, POINT], ['branch3x3_2', 320, HALVING]),
    block.branch(
      x,
      ['branch7x7x3_1', 192, POINT],
      ['branch7x7x3_2', 192, row(7)],
      ['branch7x7x3_3', 192, column(7)],
      ['branch7x7x3_4', 192, HALVING],
    ),
    pooled,
  );
}

function coarse<T>(block: Block<T>, pool: 'mean' | 'max'): T {
  const x = block.input;
  const narrow = block.branch(x, ['branch3x3_1', 384, POINT]);
  const wide = block.branch(x, ['branch3x3dbl_1', 448, POINT], ['branch3x3dbl_2', 384, SMALL]);
  return block.join(
    block.branch(x, ['branch1x1', 320, POINT]),
    block.cross(narrow, 'branch3x3_2a', 'branch3x3_2b'),
    block.cross(wide, 'branch3x3dbl_3a', 'branch3x3dbl_3b'),
    block.pooled(pool, 192),
  );
}

/** The tensors of pytorch-fid's file, its classifier left out. */
export function inceptionEntries(): readonly Entry[] {
  const layers = new LayerEntries(INCEPTION_AFTER);
  inception(layers, 3);
  return layers.entries;
}

/** The classifier, which the features do not need, but whose 1,008 classes tell the file from torchvision's with 1,000. */
export const INCEPTION_HEAD: readonly Entry[] = [
  {
    name: 'fc.weight',
    layout: 'linear',
    shape: [1, 1, INCEPTION_FEATURES, 1008],
    kind: 'parameter',
    init: 'xavier',
  },
  { name: 'fc.bias', layout: 'vector', shape: [1008], kind: 'parameter', init: 'zeros' },
];
