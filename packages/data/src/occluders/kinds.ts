/** All kinds of occluder. A new kind adds its schema and itself here. */
import { z } from 'zod';
import type { Occluder } from '../face.ts';
import { BlocksConfig, blocks } from './blocks.ts';
import { CapConfig, cap } from './cap.ts';
import { ClothMaskConfig, clothMask } from './cloth-mask.ts';
import { type Card, type OccluderKind, occluderOf } from './kind.ts';
import { RespiratorConfig, respirator } from './respirator.ts';
import { ScarfConfig, scarf } from './scarf.ts';
import { SunglassesConfig, sunglasses } from './sunglasses.ts';
import { SurgicalMaskConfig, surgicalMask } from './surgical-mask.ts';

const Kinds = z.discriminatedUnion('kind', [
  BlocksConfig,
  SurgicalMaskConfig,
  ClothMaskConfig,
  RespiratorConfig,
  SunglassesConfig,
  ScarfConfig,
  CapConfig,
]);

/** A kind by its name alone, or with parameters: `blocks`, or `{kind: blocks, count: [1, 1]}`. */
export const OccluderConfig = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  Kinds,
);
export type OccluderConfig = z.infer<typeof OccluderConfig>;
export type OccluderName = OccluderConfig['kind'];

const KINDS: { readonly [K in OccluderName]: OccluderKind<Extract<OccluderConfig, { kind: K }>> } = {
  blocks,
  mask: surgicalMask,
  cloth: clothMask,
  respirator,
  sunglasses,
  scarf,
  cap,
};

export const OCCLUDER_KINDS = Object.keys(KINDS) as OccluderName[];

export const cardOf = (name: OccluderName): Card => KINDS[name].card;

export const openOccluder = (config: OccluderConfig): Promise<Occluder> =>
  occluderOf(KINDS[config.kind] as OccluderKind<OccluderConfig>, config);
