/** One shard: a tar file written member by member, so that each member's place is known. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { packTar } from 'modern-tar';

/** What ends a tar file: two blocks of zeros. */
const END_BYTES = 1024;
const HEADER_BYTES = 512;

export class TarWriter {
  bytes = 0;
  private readonly file: FileHandle;
  private readonly hash = createHash('sha256');

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** Creates the file; fails where it exists. */
  static async create(path: string): Promise<TarWriter> {
    return new TarWriter(await open(path, 'wx'));
  }

  /** Appends a file and gives [offset, length] of its content. The same content gives the same bytes at any time. */
  async add(name: string, body: Uint8Array): Promise<[offset: number, length: number]> {
    const header = { name, size: body.length, mode: 0o644, mtime: new Date(0), type: 'file' as const };
    const entry = await packTar([{ header, body }]);
    const padded = Math.ceil(body.length / HEADER_BYTES) * HEADER_BYTES;
    // A name too long for a plain header has further blocks before its content.
    const start = this.bytes + entry.length - END_BYTES - padded;
    await this.write(entry.subarray(0, entry.length - END_BYTES));
    return [start, body.length];
  }

  /** Ends the archive; gives its SHA-256. */
  async close(): Promise<string> {
    await this.write(new Uint8Array(END_BYTES));
    await this.file.sync();
    await this.file.close();
    return this.hash.digest('hex');
  }

  /** Leaves the file as it is. */
  async abandon(): Promise<void> {
    await this.file.close();
  }

  private async write(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    this.bytes += bytes.length;
    await this.file.writeFile(bytes);
  }
}
