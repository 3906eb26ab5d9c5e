/** All kinds of occluder. A new kind adds its schema and itself here. */
import { z } from 'zod';
import type { Occluder } from '../face.ts';
import { BlocksConfig, blocks } from './blocks.ts';
import { CapConfig, cap } from './cap.ts';
import { ClothMaskConfig, clothMask } from './cloth-mask.ts';
import { CutoutConfig, cutout } from './cutout.ts';
import { HandConfig, hand } from './hand.ts';
import { type Card, type OccluderKind, occluderOf } from './kind.ts';
import { RespiratorConfig, respirator } from './respirator.ts';
import { ScarfConfig, scarf } from './scarf.ts';
import { StrokesConfig, strokes } from './strokes.ts';
import { SunglassesConfig, sunglasses } from './sunglasses.ts';
import { SurgicalMaskConfig, surgicalMask } from './surgical-mask.ts';

const Kinds = z.discriminatedUnion('kind', [
  BlocksConfig,
  StrokesConfig,
  SurgicalMaskConfig,
  ClothMaskConfig,
  RespiratorConfig,
  SunglassesConfig,
  ScarfConfig,
  CapConfig,
  HandConfig,
  CutoutConfig,
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
  strokes,
  mask: surgicalMask,
  cloth: clothMask,
  respirator,
  sunglasses,
  scarf,
  cap,
  hand,
  cutout,
};

export const OCCLUDER_KINDS = Object.keys(KINDS) as OccluderName[];

/** Those that can be named alone: they need nothing of the user's. */
export const FILELESS_KINDS = OCCLUDER_KINDS.filter((kind) => OccluderConfig.safeParse(kind).success);

export const cardOf = (name: OccluderName): Card => KINDS[name].card;

/** Reads what the parameters name. Throws a `UserError` where that is of no use. */
export const openOccluder = (config: OccluderConfig): Promise<Occluder> =>
  occluderOf(KINDS[config.kind] as OccluderKind<OccluderConfig>, config);
