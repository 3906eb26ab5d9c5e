/** Stage II: restores the face from its predicted structure and the occluded image. Source: FSG-GAN, generator. */
import { down, hybridDilated, plainContext, residual, upBilinear } from './blocks.ts';
import type { Net } from './net.ts';
import { isGuided, type ModelOptions } from './options.ts';
import { unet } from './unet.ts';

const CONV3 = { kernel: 3, pad: 1 } as const;

/**
 * Structure and occluded image, each [B, 128, 128, 3] in [-1, 1] → restored face of the same shape and range. Variants that
 * are not guided (`isGuided`) take no structure.
 */
export function generate<T>(net: Net<T>, structure: T | undefined, occluded: T, options: ModelOptions): T {
  const { dim, generator = 'fsg', dilated = true } = options;
  if (generator === 'unet') return unet(net, occluded, options);
  const inputs = isGuided(options) && structure !== undefined ? [structure, occluded] : [occluded];
  const context = dilated ? hybridDilated : plainContext;
  const encoder = (index: number) => net.in('encoder_blocks', index);
  const decoder = (index: number) => net.in('decoder_blocks', index);
  const fused = net.conv('fuser.0', net.concat(inputs), dim / 4, CONV3); // [B, 128, 128, C/4]

  const half = encoder(0).convNormSwish(0, fused, dim / 4, { ...CONV3, stride: 2 }); // [B, 64, 64, C/4]
  const e1 = context(encoder(0).in(4), residual(encoder(0).in(3), half), dim / 4);
  const quarter = residual(encoder(1).in(1), down(encoder(1).in(0), e1, dim / 2)); // [B, 32, 32, C/2]
  const e2 = context(encoder(1).in(2), quarter, dim / 2);
  const eighth = residual(encoder(2).in(1), down(encoder(2).in(0), e2, dim / 2)); // [B, 16, 16, C/2]
  const e3 = encoder(2).convLeakyRelu(3, down(encoder(2).in(2), eighth, dim), dim, CONV3); // [B, 8, 8, C]

  const d1a = residual(decoder(0).in(1), upBilinear(decoder(0).in(0), e3, dim / 2)); // [B, 16, 16, C/2]
  const d1b = upBilinear(decoder(0).in(2), d1a, dim / 2); // [B, 32, 32, C/2]
  const d1 = decoder(0).convLeakyRelu(3, d1b, dim / 2, CONV3);
  const d2a = upBilinear(decoder(1).in(0), net.concat([d1, e2]), dim / 2); // [B, 64, 64, C/2]
  const d2 = decoder(1).convLeakyRelu(2, residual(decoder(1).in(1), d2a), dim / 2, CONV3);
  const d3a = residual(decoder(2).in(1), upBilinear(decoder(2).in(0), d2, dim / 4)); // [B, 128, 128, C/4]
  const d3b = decoder(2).convLeakyRelu(2, d3a, dim / 4, CONV3);
  const d3 = decoder(2).convLeakyRelu(4, d3b, dim / 4, CONV3);
  return net.tanh(decoder(2).conv(6, d3, 3, { kernel: 1 }));
}
