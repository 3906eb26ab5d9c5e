/** A run at a glance, without reading its whole journal. */
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode, fileProblem } from './errors.ts';
import { isEvent, type JournalEntry, parseLine } from './journal.ts';
import { writerOf } from './lease.ts';
import { journalPath, type Run } from './run.ts';
import { FileStore } from './store/file-store.ts';

/** Enough of a journal's end for the last lines of any run. */
const TAIL_BYTES = 32 * 1024;

export interface RunSummary {
  readonly id: string;
  readonly recipe: string;
  readonly created: string;
  /** `new`: nothing logged yet; `open`: under way, as far as is known; `dead`: without an end or anybody who writes it; else how it ended. */
  readonly status: 'new' | 'open' | 'dead' | 'finished' | 'early' | 'stopped' | 'failed';
  /** Of the last journal line; null where there is none. */
  readonly step: number | null;
  /** Time of the last journal line, ISO 8601. */
  readonly updated: string | null;
}

/** An `end` event's `ending` says how a run ended; a later `resume` opens it again. */
export async function summarise(run: Run): Promise<RunSummary> {
  const lines = await lastLines(journalPath(run));
  const last = lastEntry(lines);
  const { id, recipe, created } = run.record;
  const status = last ? statusOf(lines) : 'new';
  const abandoned = status === 'open' && (await writerOf(new FileStore(run.folder))) === 'nobody';
  return {
    id,
    recipe,
    created,
    status: abandoned ? 'dead' : status,
    step: last?.step ?? null,
    updated: last ? new Date(last.time).toISOString() : null,
  };
}

/** True for the events by which a run begins, goes on or ends. */
export const isTurn = (entry: JournalEntry): boolean =>
  isEvent(entry) && ['start', 'resume', 'end'].includes(entry.event);

function statusOf(lines: readonly string[]): RunSummary['status'] {
  // Measurements are most of the lines: only what may be an event is parsed.
  const turn = lastEntry(
    lines.filter((line) => line.includes('"event"')),
    isTurn,
  );
  if (!turn || !isEvent(turn) || turn.event !== 'end') return 'open';
  const { ending } = turn;
  return ending === 'finished' || ending === 'early' || ending === 'stopped' ? ending : 'failed';
}

function lastEntry(
  lines: readonly string[],
  wanted: (entry: JournalEntry) => boolean = () => true,
): JournalEntry | undefined {
  for (let i = lines.length - 1; i >= 0; i--) {
    const entry = parseLine(lines[i] as string);
    if (entry && wanted(entry)) return entry;
  }
  return undefined;
}

async function lastLines(path: string): Promise<string[]> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.allocUnsafe(size - start),
      position: start,
    });
    const text = buffer.toString('utf8', 0, bytesRead);
    return text.split('\n').slice(start > 0 ? 1 : 0);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, `cannot read ${path}`);
  } finally {
    await file?.close();
  }
}
