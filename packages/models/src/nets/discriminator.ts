/** Stage II: tells real faces from restored ones at three receptive fields. Source: FSG-GAN, discriminator. */
import { trunk } from './blocks.ts';
import type { Net } from './net.ts';
import { LEVELS, type Level, type ModelOptions } from './options.ts';

/** Something by level, for the levels that the discriminator has. */
export type Levels<T> = Readonly<Partial<Record<Level, T>>>;

/**
 * Image [B, 128, 128, 3] in [-1, 1] → logits (the release's probabilities before the sigmoid) by level: small [B, 16, 16, 1]
 * sees 15 pixels, medium [B, 4, 4, 1] 67, large [B, 1, 1, 1] all.
 */
export function discriminate<T>(
  net: Net<T>,
  image: T,
  { dim, levels = LEVELS }: Pick<ModelOptions, 'dim' | 'levels'>,
): Levels<T> {
  const depth = Math.max(...levels.map((level) => LEVELS.indexOf(level))) + 1;
  const maps = trunk(net, image, dim, depth);
  const judged = LEVELS.filter((level) => levels.includes(level)).map((level): [Level, T] => {
    const index = LEVELS.indexOf(level);
    const head = net.in('discriminator_blocks', index);
    const map = maps[index] as T;
    return [level, level === 'large' ? wholeHead(head, map, dim) : patchHead(head, map, dim)];
  });
  return Object.fromEntries(judged) as Levels<T>;
}

/** A logit a patch, of the map pooled by 2. */
const patchHead = <T>(head: Net<T>, map: T, dim: number): T =>
  head.conv(4, head.convNormSwish(1, head.averagePool(map, 2), dim, { kernel: 1 }), 1, { kernel: 1 });

/** One logit. */
const wholeHead = <T>(head: Net<T>, map: T, dim: number): T =>
  head.conv(3, head.convNormSwish(0, map, dim, { kernel: 2 }), 1, { kernel: 1 });
