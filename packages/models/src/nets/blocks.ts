/** The building blocks of both stages. Source: FSG-GAN's release, as definitions; shapes are [B, H, W, C]. */
import type { Net } from './net.ts';

/** [B, H, W, i] → [B, H/2, W/2, o]: conv 3x3 stride 2, batch norm, swish. */
export function down<T>(net: Net<T>, x: T, out: number): T {
  return net.in('layers').convNormSwish(0, x, out, { kernel: 3, stride: 2, pad: 1 });
}

/** [B, H, W, i] → [B, 2H, 2W, o]: conv 3x3 to 4·o, leaky relu, pixel shuffle. */
export function up<T>(net: Net<T>, x: T, out: number): T {
  return net.pixelShuffle(net.convLeakyRelu('layers.0', x, 4 * out, { kernel: 3, pad: 1 }));
}

/** [B, H, W, i] → [B, 2H, 2W, o]: bilinear with aligned corners, conv 3x3, leaky relu. */
export function upBilinear<T>(net: Net<T>, x: T, out: number): T {
  return net.convLeakyRelu('layers.1', net.upsampleBilinear(x), out, { kernel: 3, pad: 1 });
}

/** [B, H, W, c] → the same: prelu(x + f(x)), f = conv 3x3, batch norm, swish, conv 1x1, batch norm, swish. */
export function residual<T>(net: Net<T>, x: T): T {
  const c = net.channels(x);
  const block = net.in('block');
  const hidden = block.convNormSwish(0, x, c, { kernel: 3, pad: 1 });
  return net.addPrelu('prelu', x, block.convNormSwish(3, hidden, c, { kernel: 1 }));
}

/** The four local branches of a hybrid dilated convolution and the global one, under the names of the release. */
const BRANCHES = [
  ['conv1', { kernel: 1 }],
  ['conv2', { kernel: 3, pad: 1 }],
  ['conv3', { kernel: 3, pad: 2, dilation: 2 }],
  ['conv4', { kernel: 3, pad: 5, dilation: 5 }],
] as const;

/** [B, H, W, c] → [B, H, W, o]: hybrid dilated convolution (rates 1, 2, 5; Wang et al. 2018) with a global branch. */
export function hybridDilated<T>(net: Net<T>, x: T, out: number): T {
  const branches = BRANCHES.map(([name, options]) => net.in(name).convNormSwish(0, x, out / 4, options));
  const whole = net.in('conv1x1').convNormSwish(0, net.globalAveragePool(x), out / 4, { kernel: 1 });
  const all = net.concat([...branches, net.broadcast(whole, x)]);
  return net.in('conv_out').convNormSwish(0, all, out, { kernel: 1 });
}

/** [B, H, W, c] → [B, H, W, o]: one 3x3 convolution, what the ablation has in the place of a hybrid dilated one. */
export function plainContext<T>(net: Net<T>, x: T, out: number): T {
  return net.convNormSwish(0, x, out, { kernel: 3, pad: 1 });
}

/**
 * The trunk shared in form by the structure encoder and the discriminator, its first `depth` blocks of three: image
 * [B, 128, 128, 3] → [B, 32, 32, C/4], [B, 8, 8, C/2], [B, 2, 2, C].
 */
export function trunk<T>(net: Net<T>, image: T, dim: number, depth = 3): T[] {
  const maps: T[] = [];
  let x = image;
  for (let index = 0; index < depth; index++) {
    const at = net.in('encoder_blocks', index);
    const width = (dim / 4) * 2 ** index;
    x = down(at.in(2), residual(at.in(1), down(at.in(0), x, width / 2)), width);
    maps.push(x);
  }
  return maps;
}
