/** A run at a glance, without reading its whole journal. */
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode, fileProblem } from './errors.ts';
import { isEvent, type JournalEntry, parseJournal } from './journal.ts';
import { journalPath, type Run } from './run.ts';

/** Enough of a journal's end for the last lines of any run. */
const TAIL_BYTES = 32 * 1024;

export interface RunSummary {
  readonly id: string;
  readonly recipe: string;
  readonly created: string;
  /** `new`: nothing logged yet; `open`: under way, or dead without a word; else how it ended. */
  readonly status: 'new' | 'open' | 'finished' | 'early' | 'stopped' | 'failed';
  /** Of the last journal line; null where there is none. */
  readonly step: number | null;
  /** Time of the last journal line, ISO 8601. */
  readonly updated: string | null;
}

/** An `end` event's `ending` says how a run ended; a later `resume` or measurement opens it again. */
export async function summarise(run: Run): Promise<RunSummary> {
  const entries = await lastEntries(journalPath(run));
  const last = entries.at(-1);
  const { id, recipe, created } = run.record;
  return {
    id,
    recipe,
    created,
    status: statusOf(entries),
    step: last?.step ?? null,
    updated: last ? new Date(last.time).toISOString() : null,
  };
}

function statusOf(entries: readonly JournalEntry[]): RunSummary['status'] {
  if (entries.length === 0) return 'new';
  const last = entries.findLast(
    (entry) => isEvent(entry) && ['start', 'resume', 'end'].includes(entry.event),
  );
  if (!last || !isEvent(last) || last.event !== 'end') return 'open';
  const ending = last.ending;
  return ending === 'finished' || ending === 'early' || ending === 'stopped' ? ending : 'failed';
}

async function lastEntries(path: string): Promise<JournalEntry[]> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - start), position: start });
    const text = buffer.toString('utf8', 0, bytesRead);
    return parseJournal(start > 0 ? text.slice(text.indexOf('\n') + 1) : text).entries;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, `cannot read ${path}`);
  } finally {
    await file?.close();
  }
}
