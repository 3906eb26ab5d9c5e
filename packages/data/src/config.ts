/** The recipe's data section: which faces, what is drawn over them, who trains and who is tested on. */
import { z } from 'zod';
import { AugmentConfig } from './augment.ts';
import type { FaceSource, Occluder } from './face.ts';
import { OCCLUDER_KINDS, OccluderConfig, openOccluder } from './occluders/kinds.ts';
import { openSource, SourceConfig } from './source.ts';
import { type Split, SplitConfig, splitOf } from './split.ts';

export const DataConfig = z.strictObject({
  source: SourceConfig.prefault({ kind: 'synthetic' }),
  occluders: z
    .array(OccluderConfig)
    .min(1)
    .prefault([...OCCLUDER_KINDS])
    .refine((all) => new Set(all.map(({ kind }) => kind)).size === all.length, {
      message: 'a kind of occluder stands in the list twice: keep one',
    }),
  split: SplitConfig.prefault({}),
  /** Of training faces only; a stored data set and evaluation have none. */
  augment: AugmentConfig.prefault({}),
  /** Of what is drawn over the faces. */
  seed: z.number().int().min(0).default(0),
});
export type DataConfig = z.infer<typeof DataConfig>;

/** A kind of occlusion and how often it is drawn, in proportion to the others' weights. */
export interface WeightedOccluder {
  readonly occluder: Occluder;
  readonly weight: number;
}

export interface OpenData {
  readonly config: DataConfig;
  readonly source: FaceSource;
  readonly occluders: readonly WeightedOccluder[];
  split(identity: string): Split;
}

/** Opens what the section names; loads no face yet. Throws a `UserError` where a stored source is unusable. */
export async function openData(config: DataConfig): Promise<OpenData> {
  return {
    config,
    source: await openSource(config.source),
    occluders: openOccluders(config),
    split: (identity) => splitOf(identity, config.split),
  };
}

export const openOccluders = ({ occluders }: Pick<DataConfig, 'occluders'>): WeightedOccluder[] =>
  occluders.map((config) => ({ occluder: openOccluder(config), weight: config.weight }));
