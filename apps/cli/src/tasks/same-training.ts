/** Whether a run trains what a recipe says. */
import { isDeepStrictEqual } from 'node:util';
import { isEvent, type JournalEntry, journalPath, listRuns, type Run, readJournal } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { withPinned } from './pin-references.ts';

/** `recipe` with its references pinned. How fast it is computed, and who looks on, makes no other training. */
export function trainsThe(recipe: TrainRecipe, { record }: Pick<Run, 'record'>): boolean {
  const config = TrainRecipe.safeParse(record.config);
  return config.success && isDeepStrictEqual(essence(config.data), essence(recipe));
}

/** As it reads back from a file: without what is undefined. */
const essence = ({ precision: _, store: __, tracker: ___, ...recipe }: TrainRecipe): unknown =>
  JSON.parse(JSON.stringify(recipe));

export const hasFinished = (run: Run): boolean => endsFinished(readJournal(journalPath(run)).entries);

export function endsFinished(entries: readonly JournalEntry[]): boolean {
  const last = entries.filter(isEvent).at(-1);
  return last?.event === 'end' && ['finished', 'early'].includes(String(last.ending));
}

/** The newest run called `name` that trains the recipe, finished or not. */
export async function newestLike(recipe: TrainRecipe, name: string, runs: string): Promise<Run | undefined> {
  const wanted = await withPinned(recipe, runs);
  const all = await listRuns(runs, () => {});
  return all.filter((run) => run.record.recipe === name && trainsThe(wanted, run)).at(-1);
}
