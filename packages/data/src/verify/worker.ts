/** A thread that checks samples and shards. */
import sharp from 'sharp';
import type { ManifestLine } from '../store/format.ts';
import { ShardReader } from '../store/shard-reader.ts';
import { serve } from '../workers/serve.ts';
import { type CheckedSample, checkSample, type SetFacts } from './check-sample.ts';
import { type CheckedShard, checkShard } from './check-shard.ts';

export interface VerifyTask {
  readonly lines: readonly ManifestLine[];
  readonly shards: readonly string[];
}

export interface VerifyAnswer {
  readonly samples: readonly CheckedSample[];
  readonly shards: readonly CheckedShard[];
}

sharp.concurrency(1);

await serve<SetFacts, VerifyTask, VerifyAnswer>(async (set) => {
  const reader = new ShardReader(set.root);
  return async ({ lines, shards }) => {
    const result = { samples: [] as CheckedSample[], shards: [] as CheckedShard[] };
    for (const line of lines) result.samples.push(await checkSample(set, reader, line));
    for (const shard of shards) result.shards.push(await checkShard(set.root, shard));
    return { result, transfer: result.samples.map(({ content }) => content.buffer as ArrayBuffer) };
  };
});
