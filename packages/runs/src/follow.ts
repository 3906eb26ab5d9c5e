/** A journal's entries as they come, for those who watch a run of another process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEvent, type JournalEntry } from './journal.ts';
import { journalLines } from './journal-lines.ts';
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
    const before = read;
    for await (const { entry, end } of journalLines(path, read)) {
      read = end;
      if (!entry) continue;
      if (isTurn(entry)) ended = isEvent(entry) && entry.event === 'end';
      yield entry;
    }
    quiet = read > before ? 0 : quiet + 1;
    if (last && read === before) return;
    if (!ended) await sleep(POLL_MS, undefined, { signal });
  }
}
