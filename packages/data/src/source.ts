/** The face sources that a recipe can name. */
import { z } from 'zod';
import type { FaceSource } from './face.ts';
import { FILE_SOURCES } from './sources/config.ts';

const SyntheticSource = z.strictObject({
  kind: z.literal('synthetic'),
  seed: z.number().int().min(0).default(0),
  identities: z.number().int().min(1).default(1000),
  imagesPerIdentity: z.number().int().min(1).default(4),
  /** `b` has other cameras, light and hair than `a`: for tests across data sets. */
  population: z.enum(['a', 'b']).default('a'),
});

/** A data set that `fsg synth` wrote. */
const StoredSource = z.strictObject({
  kind: z.literal('stored'),
  /** Its folder; in a recipe also its address, s3://bucket/prefix, in whose place stands the fetched copy when it is opened. */
  root: z.string().min(1),
  /** Its pairs as they are, or its clean faces, over which occluders are drawn anew. */
  occlusions: z.enum(['stored', 'new']).default('stored'),
});

export const SourceConfig = z.discriminatedUnion('kind', [SyntheticSource, StoredSource, ...FILE_SOURCES]);
export type SourceConfig = z.infer<typeof SourceConfig>;

/** Opens a source by its recipe section. Each kind's code is loaded only where it is used. */
export async function openSource(config: SourceConfig): Promise<FaceSource> {
  if (config.kind === 'stored') {
    const { storedFaces } = await import('./store/stored-faces.ts');
    return storedFaces(config);
  }
  if (config.kind === 'synthetic') {
    const { kind: _, ...options } = config;
    const { syntheticFaces } = await import('./synthetic/index.ts');
    return syntheticFaces(options);
  }
  const { fileFaces } = await import('./sources/file-faces.ts');
  return fileFaces(config);
}
