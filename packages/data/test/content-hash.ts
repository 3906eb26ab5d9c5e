/** Prints the content hash of a small set with every kind of occluder. CI runs it on several versions of Node: all must agree. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataConfig, FILELESS_KINDS, synthesise } from '../src/index.ts';

const config = DataConfig.parse({
  source: { kind: 'synthetic', seed: 3, identities: 20, imagesPerIdentity: 2 },
  occluders: FILELESS_KINDS,
  degrade: { motionBlur: { length: [1, 4], share: 0.3 }, noise: { sigma: [1, 5], share: 0.3 } },
});
const folder = await mkdtemp(join(tmpdir(), 'fsg-hash-'));
try {
  const { contentHash } = await synthesise(config, { count: 60, out: join(folder, 'set'), workers: 2 });
  console.log(contentHash);
} finally {
  await rm(folder, { recursive: true });
}
