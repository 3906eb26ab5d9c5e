/** A plain U-Net, the baseline in the generator's place. Source: Ronneberger et al. 2015; strided and bilinear in between. */
import type { Net } from './net.ts';
import type { ModelOptions } from './options.ts';

const CONV3 = { kernel: 3, pad: 1 } as const;
/** Resolutions, from 128 down. */
const DEPTH = 4;

/** Channels at full resolution: 52 at C = 256, where the cost is that of FSG-GAN's generator. */
const widthOf = (dim: number): number => Math.round((13 * dim) / 64);

/** Occluded image [B, 128, 128, 3] in [-1, 1] → restored face of the same shape and range. */
export function unet<T>(net: Net<T>, occluded: T, { dim }: Pick<ModelOptions, 'dim'>): T {
  const width = (depth: number): number => widthOf(dim) * 2 ** depth;
  const skips: T[] = [];
  let x = occluded;
  for (let depth = 0; depth < DEPTH; depth++) {
    const block = net.in('encoder', depth);
    x = block.convNormSwish(0, x, width(depth), { ...CONV3, stride: depth === 0 ? 1 : 2 });
    x = block.convNormSwish(3, x, width(depth), CONV3); // [B, 128 / 2^depth, 128 / 2^depth, width · 2^depth]
    skips.push(x);
  }
  for (let depth = DEPTH - 2; depth >= 0; depth--) {
    const block = net.in('decoder', depth);
    const up = block.convNormSwish(0, net.upsampleBilinear(x), width(depth), CONV3);
    x = block.convNormSwish(3, net.concat([up, skips[depth] as T]), width(depth), CONV3);
  }
  return net.tanh(net.conv('last', x, 3, { kernel: 1 }));
}
