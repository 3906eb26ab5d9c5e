/** A journal's entries as they come, for those who watch a run of another process. */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, fileProblem } from './errors.ts';
import { isEvent, type JournalEntry, parseJournal } from './journal.ts';
import { isTurn } from './summary.ts';

const POLL_MS = 300;
/** After so many looks without a new line it is asked whether anybody still writes. */
const QUIET_POLLS = 10;

/**
 * What the journal at `path` holds, then what is added to it, until the run has ended, or died as far as `died` knows; a line
 * counts once it is whole. Throws an AbortError where the signal asks to stop.
 */
export async function* followJournal(
  path: string,
  signal: AbortSignal,
  died: () => Promise<boolean> = async () => false,
): AsyncGenerator<JournalEntry> {
  let ended = false;
  for (let [read, quiet] = [0, 0]; !ended; ) {
    // Asked first, so that nothing is missed that was written before it died.
    const last = quiet > 0 && quiet % QUIET_POLLS === 0 && (await died());
    const added = await wholeLines(path, read);
    quiet = added.length > 0 ? 0 : quiet + 1;
    read += added.length;
    for (const entry of parseJournal(added.toString('utf8')).entries) {
      if (isTurn(entry)) ended = isEvent(entry) && entry.event === 'end';
      yield entry;
    }
    if (last && added.length === 0) return;
    if (!ended) await sleep(POLL_MS, undefined, { signal });
  }
}

/** The lines from the byte `from` on. A repair only ever cuts the half line behind them. */
async function wholeLines(path: string, from: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const length = Math.max(0, size - from);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw fileProblem(error, `cannot read ${path}`);
  } finally {
    await file?.close();
  }
}
