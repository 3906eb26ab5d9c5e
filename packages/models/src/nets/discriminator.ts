/** Stage II: tells real faces from restored ones at three receptive fields. Source: FSG-GAN, discriminator. */
import { trunk } from './blocks.ts';
import type { Net } from './net.ts';

/** Logits (the release's probabilities before the sigmoid) of each level. */
export interface Levels<T> {
  /** [B, 16, 16, 1], each value seeing 15 pixels. */
  readonly small: T;
  /** [B, 4, 4, 1], each value seeing 67 pixels. */
  readonly medium: T;
  /** [B, 1, 1, 1], seeing the whole picture. */
  readonly large: T;
}

export type Level = keyof Levels<unknown>;
export const LEVELS: readonly Level[] = ['small', 'medium', 'large'];

/** Image [B, 128, 128, 3] in [-1, 1] → logits by level. */
export function discriminate<T>(net: Net<T>, image: T, { dim }: { readonly dim: number }): Levels<T> {
  const { small, medium, large } = trunk(net, image, dim);
  const pooled = (index: number, x: T): T => {
    const head = net.in('discriminator_blocks', index);
    return head.conv(4, head.convNormSwish(1, net.averagePool(x, 2), dim, { kernel: 1 }), 1, { kernel: 1 });
  };
  const last = net.in('discriminator_blocks', 2);
  return {
    small: pooled(0, small),
    medium: pooled(1, medium),
    large: last.conv(3, last.convNormSwish(0, large, dim, { kernel: 2 }), 1, { kernel: 1 }),
  };
}
