import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Reads members of a data set's shards by their places; the shard read last stays open. */
export class ShardReader {
  private readonly root: string;
  private current: { readonly shard: string; readonly file: number; readonly bytes: number } | undefined;

  constructor(root: string) {
    this.root = root;
  }

  /** Throws where the shard cannot be opened or ends before the member. */
  read(shard: string, [offset, length]: readonly [offset: number, length: number]): Uint8Array {
    const { file, bytes } = this.open(shard);
    if (offset + length > bytes) throw new RangeError(`the shard ends at byte ${bytes}`);
    const content = new Uint8Array(length);
    readSync(file, content, 0, length, offset);
    return content;
  }

  private open(shard: string) {
    if (this.current?.shard === shard) return this.current;
    this.close();
    const file = openSync(join(this.root, shard), 'r');
    this.current = { shard, file, bytes: fstatSync(file).size };
    return this.current;
  }

  close(): void {
    if (this.current) closeSync(this.current.file);
    this.current = undefined;
  }
}
