/** The recipe's data section: which faces, what is drawn over them, who trains and who is tested on. */
import { z } from 'zod';
import { AugmentConfig } from './augment.ts';
import { DegradeConfig } from './degrade/degrade.ts';
import type { FaceRef, FaceSource, Occluder } from './face.ts';
import { nameOf } from './occluders/kind.ts';
import { OccluderConfig, openOccluder } from './occluders/kinds.ts';
import { openSource, SourceConfig } from './source.ts';
import { type Split, SplitConfig, splitOf } from './split.ts';

export const DataConfig = z.strictObject({
  source: SourceConfig.prefault({ kind: 'synthetic' }),
  occluders: z
    .array(OccluderConfig)
    .min(1)
    .prefault(['blocks', 'mask', 'cloth', 'sunglasses'])
    .refine((all) => new Set(all.map(nameOf)).size === all.length, {
      message: 'an occluder stands in the list twice: keep one, or give cutouts names',
    }),
  split: SplitConfig.prefault({}),
  /** Of training faces only; a stored data set and evaluation have none. */
  augment: AugmentConfig.prefault({}),
  /** Of the composed pairs, for training and evaluation alike; nothing where it is left out. */
  degrade: DegradeConfig.prefault({}),
  /** Of what is drawn over the faces. */
  seed: z.number().int().min(0).default(0),
  /** The share of a source's inputs that may be unusable: set aside, named and counted. More of them stop the work. */
  mostUnusable: z.number().min(0).max(1).default(0.05),
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
  /** SHA-256 of each file of the user's that occluders draw with, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  split(face: FaceRef): Split;
}

/** Opens what the section names; loads no face yet. Throws a `UserError` where a stored source or a file is unusable. */
export async function openData(config: DataConfig): Promise<OpenData> {
  const source = await openSource(config.source);
  const occluders = await openOccluders(config);
  const inputs = Object.assign({}, source.inputs, ...occluders.map(({ occluder }) => occluder.inputs));
  return { config, source, occluders, inputs, split: sideOf(source, config.split) };
}

/** The makers' side where there is one, validation carved out of their training side where they have none. */
function sideOf({ faces }: FaceSource, config: SplitConfig): (face: FaceRef) => Split {
  const official = new Set(faces.map(({ split }) => split));
  return ({ split, identity }) => {
    if (!split || !config.official) return splitOf(identity, config);
    if (split !== 'train' || official.has('validation')) return split;
    return splitOf(identity, { ...config, test: 0 });
  };
}

export const openOccluders = ({ occluders }: Pick<DataConfig, 'occluders'>): Promise<WeightedOccluder[]> =>
  Promise.all(
    occluders.map(async (config) => ({ occluder: await openOccluder(config), weight: config.weight })),
  );
