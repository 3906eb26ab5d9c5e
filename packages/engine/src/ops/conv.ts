/**
 * Convolutions with stride, explicit padding and dilation.
 * x: [B, H, W, I] · filter: [h, w, I, O] · y: [B, Ho, Wo, O], Ho = floor((H + 2 pad − dilation (h − 1) − 1) / stride) + 1.
 */

import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { precisionNow } from '../precision.ts';
import { defineOp, type Op } from './op.ts';
import { type Attribute, bool, float32, ints, onGpu, raw1, rawInBf16, text } from './raw.ts';

/** Padding is the same on all four sides, as in PyTorch. */
export interface Geometry {
  readonly stride: number;
  readonly pad: number;
  readonly dilation: number;
}

type Shape4D = [number, number, number, number];

/** oneDNN's kernels take SAME and VALID alone, and only they dilate in the gradients. */
function rawPadding({ stride, pad, dilation }: Geometry, [h, w]: Shape4D): Record<string, Attribute> {
  const same = (k: number): boolean => 2 * pad === dilation * (k - 1);
  if (pad === 0) return { padding: text('VALID') };
  if (stride === 1 && same(h) && same(w)) return { padding: text('SAME') };
  return { padding: text('EXPLICIT'), explicit_paddings: ints([0, 0, pad, pad, pad, pad, 0, 0]) };
}

function rawAttributes(geometry: Geometry, filter: Shape4D) {
  const { stride, dilation } = geometry;
  return {
    T: float32,
    strides: ints([1, stride, stride, 1]),
    ...rawPadding(geometry, filter),
    dilations: ints([1, dilation, dilation, 1]),
    data_format: text('NHWC'),
    use_cudnn_on_gpu: bool(true),
  };
}

/** Below so many channels rounding costs more than it gains. */
const BF16_CHANNELS = 16;

const inBf16 = (filter: Shape4D): boolean =>
  precisionNow() === 'bf16' && Math.min(filter[2], filter[3]) >= BF16_CHANNELS;

/** Convolves, or makes a gradient, in the precision of now. */
function convolve(name: string, geometry: Geometry, filter: Shape4D, inputs: Tensor[]): Tensor {
  return (inBf16(filter) ? rawInBf16 : raw1)(name, rawAttributes(geometry, filter), inputs);
}

const padded = (x: Tensor, top: number, bottom: number, left = top, right = bottom): Tensor4D => {
  if (top < 0 || bottom < 0 || left < 0 || right < 0) {
    const cut = (n: number): number => Math.max(0, -n);
    const [b, h, w, c] = x.shape as Shape4D;
    const inner = tf.slice4d(
      x as Tensor4D,
      [0, cut(top), cut(left), 0],
      [b, h - cut(top) - cut(bottom), w - cut(left) - cut(right), c],
    );
    return padded(inner, Math.max(0, top), Math.max(0, bottom), Math.max(0, left), Math.max(0, right));
  }
  if (!top && !bottom && !left && !right) return x as Tensor4D;
  return tf.pad4d(x as Tensor4D, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
};

/** Zeros between the pixels: [B, H, W, C] → [B, (H−1)·step+1, (W−1)·step+1, C]. */
function spread(x: Tensor4D, step: number): Tensor4D {
  if (step === 1) return x;
  const [b, h, w, c] = x.shape;
  const cells = tf.pad(tf.reshape(x, [b, h, 1, w, 1, c]), [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  return tf.slice4d(
    tf.reshape(cells, [b, h * step, w * step, c]),
    [0, 0, 0, 0],
    [b, (h - 1) * step + 1, (w - 1) * step + 1, c],
  );
}

const forward: Op<Geometry> = defineOp({
  name: 'Conv2D',
  tensorflow: ([x, filter], geometry) => convolve('Conv2D', geometry, filter.shape as Shape4D, [x, filter]),
  portable: ([x, filter], { stride, pad, dilation }) =>
    tf.conv2d(padded(x, pad, pad), filter as Tensor4D, stride, 'valid', 'NHWC', dilation),
  saves: { inputs: [0, 1] },
  gradient: ([dy], [x, filter], geometry) => [
    () => inputGradient([dy, filter], { ...geometry, shape: x.shape as Shape4D })[0],
    () => filterGradient([x, dy], { ...geometry, shape: filter.shape as Shape4D })[0],
  ],
});

/** The zeros that the windows see on each side: top, bottom, left, right; negative where they leave pixels out. */
function seenZeros(x: Shape4D, filter: Shape4D, y: Shape4D, { stride, pad, dilation }: Geometry) {
  const rest = (axis: 1 | 2): number =>
    (y[axis] - 1) * stride + dilation * ((filter[axis - 1] as number) - 1) + 1 - x[axis] - pad;
  return [pad, rest(1), pad, rest(2)] as const;
}

/**
 * On processors EXPLICIT padding in a gradient takes Eigen's kernels in place of oneDNN's. Padding apart and asking for
 * VALID was 1.2 to 2.3 times as fast for the filter's gradient with few channels, 1.1 to 1.7 times for the input's with many;
 * in bf16 Eigen's are 20 times as slow.
 */
function padsApart(geometry: Geometry, filter: Shape4D, wanted: 'filter' | 'input'): boolean {
  if (onGpu() || !('explicit_paddings' in rawPadding(geometry, filter))) return false;
  if (inBf16(filter)) return true;
  return wanted === 'filter' ? filter[2] <= 32 : filter[2] >= 16;
}

function rawInputGradient(dy: Tensor, filter: Tensor, shape: Shape4D, geometry: Geometry): Tensor {
  const window = filter.shape as Shape4D;
  if (!padsApart(geometry, window, 'input')) {
    const size = tf.tensor1d(shape, 'int32');
    return convolve('Conv2DBackpropInput', geometry, window, [size, filter, dy]);
  }
  const [top, bottom, left, right] = seenZeros(shape, window, dy.shape as Shape4D, geometry);
  const [b, h, w, c] = shape;
  const seen: Shape4D = [b, h + top + bottom, w + left + right, c];
  return padded(rawInputGradient(dy, filter, seen, { ...geometry, pad: 0 }), -top, -bottom, -left, -right);
}

function rawFilterGradient(x: Tensor, dy: Tensor, shape: Shape4D, geometry: Geometry): Tensor {
  if (padsApart(geometry, shape, 'filter')) {
    const zeros = seenZeros(x.shape as Shape4D, shape, dy.shape as Shape4D, geometry);
    return rawFilterGradient(padded(x, ...zeros), dy, shape, { ...geometry, pad: 0 });
  }
  const size = tf.tensor1d(shape, 'int32');
  return convolve('Conv2DBackpropFilter', geometry, shape, [x, size, dy]);
}

/** Gradient of a convolution for its input; also the transposed convolution. `shape` is the input's. */
const inputGradient: Op<Geometry & { shape: Shape4D }> = defineOp({
  name: 'Conv2DInputGradient',
  tensorflow: ([dy, filter], { shape, ...geometry }) => rawInputGradient(dy, filter, shape, geometry),
  portable: ([dy, filter], { shape, stride, pad, dilation }) => {
    const [, height, width] = shape;
    const [h, w] = filter.shape as Shape4D;
    const sparse = spread(dy as Tensor4D, stride);
    const reach = (k: number): number => dilation * (k - 1) - pad;
    const rest = (size: number, k: number, spreadSize: number): number =>
      size + dilation * (k - 1) - spreadSize - reach(k);
    const wide = padded(
      sparse,
      reach(h),
      rest(height, h, sparse.shape[1]),
      reach(w),
      rest(width, w, sparse.shape[2]),
    );
    const flipped = tf.transpose(tf.reverse(filter as Tensor4D, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(wide, flipped as Tensor4D, 1, 'valid', 'NHWC', dilation);
  },
  saves: { inputs: [0, 1] },
  gradient: ([dx], [dy, filter], { shape: _, ...geometry }) => [
    () => forward([dx, filter], geometry)[0],
    () => filterGradient([dx, dy], { ...geometry, shape: filter.shape as Shape4D })[0],
  ],
});

/** Gradient of a convolution for its filter. `shape` is the filter's. */
const filterGradient = defineOp<Geometry & { shape: Shape4D }>({
  name: 'Conv2DFilterGradient',
  tensorflow: ([x, dy], { shape, ...geometry }) => rawFilterGradient(x, dy, shape, geometry),
  portable: ([x, dy], { shape: [h, w, i, o], stride, pad, dilation }) => {
    const [b, height, width] = dy.shape as Shape4D;
    const wide = padded(x, pad, pad);
    const rows = tf.reshape(dy, [b * height * width, o]);
    const taps: Tensor[] = [];
    for (let row = 0; row < h; row++) {
      for (let column = 0; column < w; column++) {
        const begin = [0, row * dilation, column * dilation, 0];
        const end = [
          b,
          row * dilation + (height - 1) * stride + 1,
          column * dilation + (width - 1) * stride + 1,
          i,
        ];
        const seen = tf.reshape(tf.stridedSlice(wide, begin, end, [1, stride, stride, 1]), [
          b * height * width,
          i,
        ]);
        taps.push(tf.matMul(seen, rows, true));
      }
    }
    return tf.reshape(tf.stack(taps), [h, w, i, o]);
  },
});

const addBias = defineOp({
  name: 'BiasAdd',
  tensorflow: ([x, bias]) => raw1('BiasAdd', { T: float32, data_format: text('NHWC') }, [x, bias]),
  portable: ([x, bias]) => tf.add(x, bias),
  gradient: ([dy]) => [() => dy.clone(), () => biasGradient([dy], {})[0]],
});

const biasGradient = defineOp({
  name: 'BiasAddGradient',
  tensorflow: ([dy]) => raw1('BiasAddGrad', { T: float32, data_format: text('NHWC') }, [dy]),
  portable: ([dy]) => tf.sum(dy, dy.shape.map((_, axis) => axis).slice(0, -1)),
});

/** Convolution, bias where given. Source of the conventions: torch.nn.functional.conv2d. */
export function conv2d(
  x: Tensor4D,
  filter: Tensor4D,
  geometry: Partial<Geometry> = {},
  bias?: Tensor1D,
): Tensor4D {
  const y = forward([x, filter], { stride: 1, pad: 0, dilation: 1, ...geometry })[0] as Tensor4D;
  return bias ? (addBias([y, bias], {})[0] as Tensor4D) : y;
}

/**
 * Transposed convolution: [B, H, W, I] → [B, (H−1)·stride − 2 pad + h, …, O]; filter [h, w, O, I].
 * Source of the conventions: torch.nn.functional.conv_transpose2d without output padding.
 */
export function convTranspose2d(
  x: Tensor4D,
  filter: Tensor4D,
  { stride = 1, pad = 0 }: { stride?: number; pad?: number } = {},
  bias?: Tensor1D,
): Tensor4D {
  const [batch, height, width] = x.shape;
  const [h, w, out] = filter.shape;
  const shape: Shape4D = [
    batch,
    (height - 1) * stride - 2 * pad + h,
    (width - 1) * stride - 2 * pad + w,
    out,
  ];
  const y = inputGradient([x, filter], { stride, pad, dilation: 1, shape })[0] as Tensor4D;
  return bias ? (addBias([y, bias], {})[0] as Tensor4D) : y;
}
