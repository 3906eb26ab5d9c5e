/** A journal read from where one was, a piece at a time, however long it is. */
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode, fileProblem } from './errors.ts';
import { type JournalEntry, parseLine } from './journal.ts';

const PIECE = 256 * 1024;

export interface JournalLine {
  /** Undefined where the line is damaged. */
  readonly entry: JournalEntry | undefined;
  /** Bytes of the journal up to the line's end. */
  readonly end: number;
}

/** The whole lines after byte `from`; from the beginning where the journal is shorter than that. */
export async function* journalLines(path: string, from: number): AsyncGenerator<JournalLine> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    let at = from > size ? 0 : from;
    let rest = Buffer.alloc(0);
    for (let read = at; read < size; ) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(PIECE), position: read });
      if (bytesRead === 0) return;
      read += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let begin = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, begin)) {
        const entry = parseLine(rest.toString('utf8', begin, end));
        at += end + 1 - begin;
        begin = end + 1;
        yield { entry, end: at };
      }
      rest = rest.subarray(begin);
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(error, `cannot read ${path}`);
  } finally {
    await file?.close();
  }
}
