/** The server that shows a run while it trains, where its recipe names one. */
import {
  type Journal,
  MlflowClient,
  MlflowMirror,
  mlflowAccess,
  type Run,
  type Store,
  UserError,
  watchSystem,
} from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';
import { syncTask } from './sync.ts';

/** Throws a UserError where the recipe wants a server and the environment names none: before anything is trained. */
export function checkTracker({ tracker }: TrainRecipe, { env }: Context): void {
  if (tracker === 'none' || mlflowAccess(env)) return;
  throw new UserError(
    'tracker: mlflow wants a server: set MLFLOW_TRACKING_URI, as in http://127.0.0.1:5000',
    2,
  );
}

/**
 * Follows the run's folder from now on; measures of the machine stand in the journal, at the step that `step` gives. The function
 * that it answers with ends that: it sends what is left, and waits for a bounded time.
 */
export function openTracker(
  { tracker }: TrainRecipe,
  run: Run,
  { journal, store, step }: { journal: Journal; store: Store; step: () => number },
  { env, random, warn }: Context,
): () => Promise<void> {
  const access = mlflowAccess(env);
  if (tracker === 'none' || !access) return async () => {};
  const { experiment } = access;
  const mirror = new MlflowMirror(run, new MlflowClient(access), {
    experiment,
    store,
    user: env.USER,
    random,
    warn,
  });
  const unwatch = watchSystem(run.folder, (metrics) => journal.metrics(step(), metrics));
  return async () => {
    unwatch();
    await mirror.stop();
  };
}

/** Gives what was made of a trained run to the server that its recipe names; one that fails is said, no more. */
export async function trackAgain(run: Run, { env, warn }: Context): Promise<void> {
  if (run.record.config.tracker !== 'mlflow' || !mlflowAccess(env)) return;
  try {
    await syncTask([run], env, { warn });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(`MLflow lacks the results of ${run.id}; later: fsg runs sync ${run.id}: ${error.message}`);
  }
}
