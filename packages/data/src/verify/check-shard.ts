/** A shard by itself: size, hash, and what a reader of tar files finds in it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { createTarDecoder } from 'modern-tar';

export interface CheckedShard {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Names of its members in order. */
  readonly members: readonly string[];
  /** Why it cannot be read, or to its end. */
  readonly problem: string | undefined;
}

export async function checkShard(root: string, file: string): Promise<CheckedShard> {
  const hash = createHash('sha256');
  let bytes = 0;
  const hashed = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const members: string[] = [];
  let problem: string | undefined;
  const stream = createReadStream(join(root, file), { highWaterMark: 1 << 20 });
  try {
    const tar = Readable.toWeb(stream.on('error', (error) => hashed.destroy(error)).pipe(hashed));
    for await (const { header, body } of tar.pipeThrough(createTarDecoder({ strict: true }))) {
      members.push(header.name);
      await body.cancel();
    }
  } catch (error) {
    problem = (error as Error).message;
  }
  return { file, bytes, sha256: hash.digest('hex'), members, problem };
}
