/** One shard: a tar file that grows sample by sample and can be gone on with after an interruption. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** What ends a tar file: two blocks of zeros. */
const END = new Uint8Array(1024);
/** Written out when so much has gathered. */
const BUFFER_BYTES = 2 ** 20;

export class TarWriter {
  /** Of the file, with what is still to be written out. */
  bytes: number;
  private readonly file: number;
  private readonly hash: Hash;
  private readonly waiting = Buffer.alloc(BUFFER_BYTES);
  private waitingBytes = 0;

  /** A new file, or the first `keep` bytes of one that exists. */
  constructor(path: string, keep = 0) {
    this.file = openSync(path, keep === 0 ? 'w' : 'r+');
    this.hash = createHash('sha256');
    this.bytes = keep;
    ftruncateSync(this.file, keep);
    const piece = new Uint8Array(Math.min(keep, BUFFER_BYTES));
    for (let at = 0; at < keep; ) {
      const read = readSync(this.file, piece, 0, Math.min(piece.length, keep - at), at);
      this.hash.update(piece.subarray(0, read));
      at += read;
    }
  }

  /** Appends a piece that holds whole members, of which it takes a copy; gives the offset at which it stands. */
  add(piece: Uint8Array): number {
    const at = this.bytes;
    this.hash.update(piece);
    for (let done = 0; done < piece.length; ) {
      if (this.waitingBytes === BUFFER_BYTES) this.writeOut();
      const part = piece.subarray(done, done + BUFFER_BYTES - this.waitingBytes);
      this.waiting.set(part, this.waitingBytes);
      this.waitingBytes += part.length;
      this.bytes += part.length;
      done += part.length;
    }
    return at;
  }

  writeOut(): void {
    const from = this.bytes - this.waitingBytes;
    for (let done = 0; done < this.waitingBytes; ) {
      done += writeSync(this.file, this.waiting, done, this.waitingBytes - done, from + done);
    }
    this.waitingBytes = 0;
  }

  /** Ends the archive; gives its SHA-256. */
  close(): string {
    this.add(END);
    this.writeOut();
    fsyncSync(this.file);
    closeSync(this.file);
    return this.hash.digest('hex');
  }

  /** Leaves the file as it is. */
  abandon(): void {
    closeSync(this.file);
  }
}
