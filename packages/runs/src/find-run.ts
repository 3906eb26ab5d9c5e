import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, fileProblem, UserError } from './errors.ts';
import { mapSome } from './map-some.ts';
import { byDistance, editDistance } from './nearest.ts';
import { openRun, type Run } from './run.ts';

const SHOWN = 3;

/** All runs below `root`, oldest first. Folders that hold no readable run are passed over and told to `damaged`. */
export async function listRuns(root: string, damaged: (problem: UserError) => void): Promise<Run[]> {
  const opened = await mapSome(await runIds(root), async (id) => {
    try {
      return await openRun(join(root, id));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damaged(error);
      return undefined;
    }
  });
  return opened
    .filter((run) => run !== undefined)
    .sort((a, b) => compare(a.record.created, b.record.created) || compare(a.id, b.id));
}

/** The run of this id, of the one id that begins or ends so, or `latest`. Throws UserError naming the nearest ids. */
export async function findRun(root: string, wanted: string): Promise<Run> {
  if (wanted === 'latest') {
    const newest = (await listRuns(root, () => {})).at(-1);
    if (!newest) throw new UserError(`${root} holds no run yet; fsg train RECIPE makes one`);
    return newest;
  }
  const ids = await runIds(root);
  const matches = ids.includes(wanted)
    ? [wanted]
    : ids.filter((id) => id.startsWith(wanted) || id.endsWith(`-${wanted}`));
  const [match] = matches;
  if (match && matches.length === 1) return openRun(join(root, match));
  if (match) throw new UserError(`${wanted} means ${matches.length} runs in ${root}: ${shown(matches)}`, 2);
  if (ids.length === 0) throw new UserError(`no run ${wanted}: ${root} holds no run`);
  const near = byDistance(ids, (id) => distanceToParts(wanted, id));
  throw new UserError(`no run ${wanted} in ${root}; nearest: ${shown(near)}; or latest`);
}

/** The names of the folders below `root`, sorted: time comes first in them. */
export async function runIds(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileProblem(error, `cannot read ${root}`);
  }
}

/** How far a mistyped name is from an id, its recipe or its letters, whichever is nearest. */
function distanceToParts(wanted: string, id: string): number {
  const recipe = id.replace(/^\d+-\d+-/, '').replace(/-[a-z]{4}$/, '');
  return Math.min(
    ...[id, id.slice(0, wanted.length), id.slice(-4), recipe].map((part) => editDistance(wanted, part)),
  );
}

function shown(ids: readonly string[]): string {
  const more = ids.length - SHOWN;
  return ids.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
