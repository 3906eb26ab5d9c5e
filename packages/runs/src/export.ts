/** A run to hand on: one folder with what others want to read, and enough of the run to be used as one. */
import { createHash } from 'node:crypto';
import { lstat, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { flushFolder, makeFolder, writeFlushed } from './atomic.ts';
import { bestCheckpoint, latestCheckpoint, readCheckpoint } from './checkpoint/checkpoints.ts';
import { BEST, fileKey, LATEST, MANIFEST } from './checkpoint/manifest.ts';
import { historyCsv } from './csv.ts';
import { errorCode, fileProblem, UserError } from './errors.ts';
import { metricHistory, parseJournal } from './journal.ts';
import { artifactFiles, JOURNAL, journalPath, RECORD, type Run } from './run.ts';
import type { Store } from './store/store.ts';

const SUMS = 'SHA256SUMS';

export interface Exported {
  readonly folder: string;
  /** Of the exported checkpoint: the best, else the newest; null where the run has none. */
  readonly step: number | null;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * Writes the new folder `target`: run.json, journal.jsonl, journal.csv, artifacts, `extra`, the best checkpoint (else the
 * newest), verified, and SHA256SUMS, which `sha256sum -c` takes. The folder appears whole or not at all. Throws a
 * UserError where it exists already, an AbortError where the signal asks to stop.
 */
export async function exportRun(
  run: Run,
  store: Store,
  target: string,
  extra: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Exported> {
  const prepared = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
  const files: Exported['files'][number][] = [];
  const write = async (name: string, content: Uint8Array): Promise<void> => {
    signal.throwIfAborted();
    const path = join(prepared, name);
    await makeFolder(dirname(path));
    await writeFlushed(path, content);
    await flushFolder(dirname(path));
    const sha256 = createHash('sha256').update(content).digest('hex');
    files.push({ name, bytes: content.length, sha256 });
  };
  try {
    await refuseExisting(target);
    await makeFolder(prepared);
    await write(RECORD, await readFile(join(run.folder, RECORD)));
    await writeJournal(run, write);
    for (const [name, text] of Object.entries(extra)) await write(name, Buffer.from(text));
    for (const name of await artifactFiles(run)) await write(name, await readFile(join(run.folder, name)));
    const step = await writeCheckpoint(store, write);
    await write(SUMS, Buffer.from(files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')));
    await refuseExisting(target);
    await rename(prepared, target);
    await flushFolder(dirname(target));
    return { folder: target, step, files };
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    throw fileProblem(error, `cannot export ${run.id} to ${target}`);
  }
}

type Write = (name: string, content: Uint8Array) => Promise<void>;

/** Whole lines only: the run may be writing another one. */
async function writeJournal(run: Run, write: Write): Promise<void> {
  const content = await readFile(journalPath(run)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const lines = content.subarray(0, content.lastIndexOf('\n') + 1);
  await write(JOURNAL, lines);
  await write(
    'journal.csv',
    Buffer.from(historyCsv(metricHistory(parseJournal(lines.toString('utf8')).entries))),
  );
}

async function writeCheckpoint(store: Store, write: Write): Promise<number | null> {
  const best = await bestCheckpoint(store);
  const step = best?.step ?? (await latestCheckpoint(store, () => {}))?.step;
  if (step === undefined) return null;
  const { manifest, files } = await readCheckpoint(store, step);
  for (const [name, content] of Object.entries(files)) await write(fileKey(manifest, name), content);
  for (const key of [fileKey(manifest, MANIFEST), LATEST, ...(best ? [BEST] : [])]) {
    const stored = await store.get(key);
    if (!stored) throw new UserError(`${store.where}/${key} was removed meanwhile; try again`);
    await write(key, stored.value);
  }
  return step;
}

async function refuseExisting(target: string): Promise<void> {
  const found = await lstat(target).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  if (found) throw new UserError(`${target} exists already; choose another name or remove it`);
}
