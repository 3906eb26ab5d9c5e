/** Stage I: predicts the facial structure behind an occlusion. Source: FSG-GAN, stage I. */
import { residual, trunk, up } from './blocks.ts';
import type { Net } from './net.ts';
import type { ModelOptions } from './options.ts';

/** Occluded image [B, 128, 128, 3] in [-1, 1] → mean and log variance side by side, [B, 1, 1, 2Z]. */
export function encodeStructure<T>(
  net: Net<T>,
  occluded: T,
  { dim, zDim }: Pick<ModelOptions, 'dim' | 'zDim'>,
): T {
  const encoder = net.in('encoder');
  const large = trunk(encoder, occluded, dim).at(-1) as T; // [B, 2, 2, C]
  const head = encoder.in('condition_x');
  const hidden = head.convNormSwish(0, large, zDim, { kernel: 2 }); // [B, 1, 1, Z]
  return head.conv(3, hidden, 2 * zDim, { kernel: 1 });
}

/** Latent vector [B, 1, 1, Z] → structure image [B, 128, 128, 3] in [-1, 1]. */
export function decodeStructure<T>(net: Net<T>, z: T, { dim }: Pick<ModelOptions, 'dim'>): T {
  const decoder = net.in('decoder');
  const block = (index: number) => decoder.in('decoder_blocks', index);
  const start = decoder.in('sample_from_z').convTransposeNormSwish(0, z, dim, { kernel: 2 }); // [B, 2, 2, C]
  const d0 = upTwice(block(0), start, dim / 2); // [B, 8, 8, C/2]
  const d1 = upTwice(block(1), d0, dim / 4); // [B, 32, 32, C/4]
  const d2 = residual(block(2).in(1), up(block(2).in(0), d1, dim / 4)); // [B, 64, 64, C/4]
  return net.tanh(block(2).upsampleConv(3, d2, 3));
}

/** [B, H, W, i] → [B, 4H, 4W, o]. */
function upTwice<T>(net: Net<T>, x: T, out: number): T {
  return up(net.in(2), residual(net.in(1), up(net.in(0), x, out)), out);
}
