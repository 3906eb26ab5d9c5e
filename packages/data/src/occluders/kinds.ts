/** All kinds of occluder. A new kind adds its schema and its maker here. */
import { z } from 'zod';
import type { Occluder } from '../face.ts';
import { BlocksConfig, blocks } from './blocks.ts';
import { ScarfConfig, scarf } from './scarf.ts';
import { SunglassesConfig, sunglasses } from './sunglasses.ts';
import { SurgicalMaskConfig, surgicalMask } from './surgical-mask.ts';

const Kinds = z.discriminatedUnion('kind', [BlocksConfig, SurgicalMaskConfig, SunglassesConfig, ScarfConfig]);

/** A kind by its name alone, or with parameters: `blocks`, or `{kind: blocks, count: [1, 1]}`. */
export const OccluderConfig = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  Kinds,
);
export type OccluderConfig = z.infer<typeof OccluderConfig>;

export const OCCLUDER_KINDS = Kinds.options.map((schema) => schema.shape.kind.value);

export function openOccluder(config: OccluderConfig): Occluder {
  switch (config.kind) {
    case 'blocks':
      return blocks(config);
    case 'mask':
      return surgicalMask(config);
    case 'sunglasses':
      return sunglasses(config);
    case 'scarf':
      return scarf(config);
  }
}
