/** What stands before a long work: each training, whether it is there, and about how long the missing ones take. */
import { openData } from '@fsg/data';
import { readingOf, stepsOf, type TrainRecipe } from '@fsg/trainer';
import { TrainRecipe as Schema } from '@fsg/trainer/recipe';
import { loadRecipe } from '../recipe/load.ts';
import type { Context } from '../tasks/context.ts';
import { describeModels, trainingGflop } from '../tasks/models.ts';
import type { Training } from './trainings.ts';

/** What a processor's core sustains in training, in GFLOP a second, and what a step takes beside: rough, on the safe side. */
const GFLOP_A_SECOND = 60;
const STEP_SECONDS = 0.1;

export async function planLines(plan: readonly Training[], cwd: string, context: Context): Promise<string[]> {
  const missing = plan.filter(({ finished }) => !finished);
  const lines: string[] = [];
  let total = 0;
  for (const { name, seed, run, finished, plain } of plan) {
    const what = `${name}, seed ${seed}`;
    if (finished) {
      lines.push(`${what}: ${run?.id}`);
      continue;
    }
    const seconds = await secondsOf(plain, cwd, context);
    total += seconds ?? 0;
    const time = seconds === null ? 'its data is not at hand' : `about ${duration(seconds)}`;
    lines.push(`${what}: ${run ? `unfinished, ${run.id}` : 'not trained yet'}, ${time}`);
  }
  const all = `${plan.length} trainings, ${missing.length} of them missing`;
  return [
    ...lines,
    missing.length > 0 ? `${all}: about ${duration(total)} (estimated from their GFLOP)` : all,
  ];
}

/** Null where the data cannot be opened. */
async function secondsOf(recipe: TrainRecipe, cwd: string, context: Context): Promise<number | null> {
  try {
    const data = await openData(recipe.data);
    const faces = data.source.faces.filter((face) => data.split(face) === 'train').length;
    const batchesPerEpoch = Math.floor((readingOf(recipe).share * faces) / recipe.batch);
    const steps = stepsOf(recipe, { batchesPerEpoch });
    const load = (name: string): Promise<TrainRecipe> => loadRecipe(name, [], Schema, cwd);
    const networks = await describeModels(recipe, { load, runs: context.runs });
    const gflop = recipe.batch * trainingGflop(recipe, networks);
    return steps * (STEP_SECONDS + gflop / (GFLOP_A_SECOND * context.workers));
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') return null;
    throw error;
  }
}

export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'a minute';
  if (minutes < 90) return `${minutes} min`;
  const hours = minutes / 60;
  return hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
