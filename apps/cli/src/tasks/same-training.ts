/** Whether a run trains what a recipe says. */
import { isEvent, type JournalEntry, journalPath, type Run, readJournal } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';

/** `recipe` with its references pinned. How fast it is computed, and who looks on, makes no other training. */
export function trainsThe(recipe: TrainRecipe, { record }: Pick<Run, 'record'>): boolean {
  const config = TrainRecipe.safeParse(record.config);
  return config.success && essence(config.data) === essence(recipe);
}

const essence = ({ precision: _, store: __, tracker: ___, ...recipe }: TrainRecipe): string =>
  JSON.stringify(recipe);

export const hasFinished = (run: Run): boolean => endsFinished(readJournal(journalPath(run)).entries);

export function endsFinished(entries: readonly JournalEntry[]): boolean {
  const last = entries.filter(isEvent).at(-1);
  return last?.event === 'end' && ['finished', 'early'].includes(String(last.ending));
}
