/** A run's folder: what was run, and where its journal, checkpoints and artifacts lie. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { flushFolder, makeFolder, replaceFile, UNFINISHED, writeFlushed } from './atomic.ts';
import type { Clock, Random } from './clock.ts';
import { errorCode, fileProblem, UserError } from './errors.ts';
import { encodeJson, parseJson, type Store } from './store/store.ts';

const Input = z.object({ from: z.string(), sha256: z.string() });

const RunRecord = z.object({
  format: z.literal(1),
  id: z.string(),
  recipe: z.string(),
  /** Id of the run whose weights this one began with. */
  parent: z.string().optional(),
  /** ISO 8601, UTC. */
  created: z.string(),
  /** Program and arguments. */
  command: z.array(z.string()),
  commit: z.string().nullable(),
  /** True where the checkout held changes that no commit has; null where unknown. */
  uncommitted: z.boolean().nullable(),
  versions: z.record(z.string(), z.string()),
  machine: z.record(z.string(), z.unknown()),
  /** The recipe as resolved: parents, overrides and defaults applied. */
  config: z.record(z.string(), z.unknown()),
  /** What the run builds on, by name: where it came from and the SHA-256 of its content. */
  inputs: z.record(z.string(), Input),
});

export type Input = z.infer<typeof Input>;
/** run.json: written once when the run is made, never changed. */
export type RunRecord = z.infer<typeof RunRecord>;
export type NewRun = Omit<RunRecord, 'format' | 'id' | 'created'>;

export interface Run {
  readonly id: string;
  readonly folder: string;
  readonly record: RunRecord;
}

const ATTEMPTS = 20;
export const RECORD = 'run.json';
export const JOURNAL = 'journal.jsonl';
const ARTIFACTS = 'artifacts';

export const journalPath = (run: Pick<Run, 'folder'>): string => join(run.folder, JOURNAL);
export const artifactsPath = (run: Pick<Run, 'folder'>): string => join(run.folder, ARTIFACTS);

/** Writes a file of the run's artifacts, such as "samples/step-00000100.png": there whole or not at all. */
export async function writeArtifact(run: Pick<Run, 'folder'>, name: string, content: string | Uint8Array) {
  await replaceFile(join(artifactsPath(run), name), content);
}

/** The files of the run's artifacts, as paths from its folder, in order; without those that are still being made. */
export async function artifactFiles(run: Pick<Run, 'folder'>): Promise<string[]> {
  const folder = artifactsPath(run);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, `cannot read ${folder}`);
  });
  return entries
    .filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name))
    .map(({ parentPath, name }) => relative(run.folder, join(parentPath, name)))
    .filter((path) => !path.split(sep).some((name) => name.startsWith('.')))
    .sort();
}

/** Makes runs/<id>/ with its record. The folder appears whole, under a name that nothing has yet. */
export async function createRun(root: string, fields: NewRun, clock: Clock, random: Random): Promise<Run> {
  const now = clock();
  try {
    await makeFolder(root);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const id = runId(fields.recipe, now, random);
      const record: RunRecord = { format: 1, id, created: new Date(now).toISOString(), ...fields };
      const folder = join(root, id);
      const content = encodeJson(record);
      if (await place(root, folder, { [RECORD]: content })) return { id, folder, record };
    }
    throw new UserError(`cannot make a run in ${root}: ${ATTEMPTS} names were all taken`);
  } catch (error) {
    throw fileProblem(error, `cannot make a run in ${root}`);
  }
}

/** Prepares the folder under a hidden name, then gives it its own; false where that is taken. */
async function place(
  root: string,
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<boolean> {
  const prepared = join(root, `.new-${basename(folder)}`);
  await mkdir(prepared);
  try {
    await mkdir(join(prepared, ARTIFACTS));
    for (const [name, content] of Object.entries(files)) await writeFlushed(join(prepared, name), content);
    await flushFolder(prepared);
    await rename(prepared, folder);
    await flushFolder(root);
    return true;
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** What a second store has of a run beside its checkpoints: enough to go on with it on another machine. */
export async function storeRun(run: Run, store: Store): Promise<void> {
  await store.put(RECORD, await readFile(join(run.folder, RECORD)));
}

/** A run as a second store has it. */
export interface StoredRun {
  readonly record: RunRecord;
  /** The files of its folder, without checkpoints and artifacts. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** What `storeRun` has kept, and the journal as of the last checkpoint. Throws a UserError where there is none. */
export async function readStoredRun(store: Store): Promise<StoredRun> {
  const stored = await store.get(RECORD);
  if (!stored) throw new UserError(`${store.where} holds no run: it has no ${RECORD}`);
  const journal = await store.get(JOURNAL);
  return {
    record: parseRecord(stored.value, `${store.where}/${RECORD}`),
    files: { [RECORD]: stored.value, ...(journal && { [JOURNAL]: journal.value }) },
  };
}

/** Makes the folder of a run that was stored; its checkpoints stay where they are. Throws a UserError where there is one. */
export async function placeStoredRun({ record, files }: StoredRun, root: string): Promise<Run> {
  const folder = join(root, record.id);
  try {
    await makeFolder(root);
    if (!(await place(root, folder, files))) throw new UserError(`${folder} exists already`);
  } catch (error) {
    throw fileProblem(error, `cannot make ${folder}`);
  }
  return openRun(folder);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Time (UTC) + recipe + 4 random letters, such as 20261124-101530-stage2-demo-kqzt; ids sort by time. */
export function runId(recipe: string, now: number, random: Random): string {
  const time = new Date(now).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name = recipe
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const letters = Array.from({ length: 4 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
  return [time, name, letters].filter(Boolean).join('-');
}

/** Reads a run's record. Throws UserError where the folder is no run or its record is damaged. */
export async function openRun(folder: string): Promise<Run> {
  const path = join(folder, RECORD);
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new UserError(`${folder} is no run: it has no ${RECORD}`);
    throw fileProblem(error, `cannot read ${path}`);
  }
  const record = parseRecord(content, path);
  return { id: record.id, folder: resolve(folder), record };
}

function parseRecord(content: Uint8Array, where: string): RunRecord {
  const { success, data, error } = RunRecord.safeParse(parseJson(content, where));
  if (success) return data;
  const [issue] = error.issues;
  throw new UserError(`${where} is damaged: ${issue?.path.join('.') || 'the record'}: ${issue?.message}`);
}

/**
 * Refuses inputs other than those that the run was started with: it could not go on as the same run.
 * Throws UserError naming the input, what was found and what the run has recorded.
 */
export function checkInputs({ id, record }: Run, found: Readonly<Record<string, Input>>): void {
  for (const [name, expected] of Object.entries(record.inputs)) {
    const other = found[name];
    if (other?.sha256 === expected.sha256) continue;
    const seen = other ? `${other.from} has SHA-256 ${other.sha256}` : 'it is missing';
    throw new UserError(
      `${id} was started with the ${name} of SHA-256 ${expected.sha256} (${expected.from}), but ${seen}; ` +
        'put it back or start a new run',
    );
  }
}
