/** Trains a recipe: opens data, networks and the run's folder, and hands them to the trainer. */

import { join } from 'node:path';
import { openLoader } from '@fsg/data';
import { type EngineInfo, startEngine, tensorMemory } from '@fsg/engine';
import { type Precision, setPrecision } from '@fsg/engine/precision';
import {
  acquireLease,
  checkInputs,
  createRun,
  FileStore,
  type Input,
  Journal,
  journalPath,
  LeaseLostError,
  type Run,
  referencedSteps,
  replaceFile,
  takeOver,
} from '@fsg/runs';
import {
  readingOf,
  refuseLargeBatch,
  type SessionResult,
  stepsOf,
  type TrainRecipe,
  type TrainState,
  trainSession,
} from '@fsg/trainer';
import { openBackup } from './backup.ts';
import type { Context } from './context.ts';
import { facesOf } from './faces.ts';
import { openNoted } from './open-data.ts';
import { type OpenStage, openStage } from './open-stage.ts';
import { parentOf, withPinned } from './pin-references.ts';
import { withPrecision } from './precision.ts';
import { provenance, uncommittedChanges } from './provenance.ts';
import { stageLabel } from './stage-label.ts';
import { checkTracker, openTracker } from './tracker.ts';
import { Watch } from './watch.ts';

/** TensorFlow takes the cores; one thread in so many makes batches. */
const CORES_A_LOADER = 4;

/** Trains `recipe` as a new run, or goes on with `run`, whose inputs must be what they were. */
export async function trainTask(
  wanted: TrainRecipe,
  name: string,
  context: Context,
  run?: Run,
): Promise<{ run: Run; result: SessionResult }> {
  checkTracker(wanted, context);
  const engine = await startEngine();
  if (engine.note) context.warn(engine.note);
  const recipe = await withPrecision(wanted, engine, context);
  if (recipe.precision === 'bf16' && engine.backend !== 'tensorflow') {
    context.warn(`precision: bf16 has no effect on ${engine.backend}`);
  }
  const data = await openNoted(recipe.data, context);
  const opened = await openStage(recipe, data, context);
  const fresh = await startFitting(opened, recipe, engine);
  const made = run
    ? resumable(run, opened.inputs)
    : await newRun(recipe, name, opened.inputs, engine, context);
  context.info(`${made.id}: ${made.folder}`);
  const store = new FileStore(made.folder);
  const lease = await acquireLease(store, { waiting: context.warn, signal: context.signal });
  await takeOver(store, lease.token, ({ message }) => context.warn(message));
  const { backup, ...second } = await openBackup(recipe, made, store, lease.token, context);

  const train = await facesOf(data, 'train', context);
  const loader = openLoader(recipe.data, train, {
    batch: recipe.batch,
    seed: recipe.seed,
    workers: Math.ceil(context.workers / CORES_A_LOADER),
    ...readingOf(recipe),
  });
  const chosenOn = recipe.stage === 'stage2' && recipe.defects.testSelection ? 'test' : 'validation';
  const faces = await facesOf(data, chosenOn, context, recipe.validation.count);
  const journal = new Journal(journalPath(made), context.clock);
  const bar = context.progress(stageLabel(recipe), stepsOf(recipe, loader), 'steps');
  setPrecision(recipe.precision);
  let step = 0;
  const watch = new Watch({
    recipe,
    batchesPerEpoch: loader.batchesPerEpoch,
    folder: made.folder,
    copies: recipe.store,
    warn: context.warn,
  });
  const endTracking = openTracker(recipe, made, { journal, store, step: () => step }, context);
  try {
    const result = await trainSession(fresh, {
      recipe,
      stage: opened.stage,
      size: opened.options,
      loader,
      validation: await opened.validation(made, faces),
      journal,
      store,
      lease,
      ...(backup && { backup }),
      clock: context.clock,
      kept: () => referencedSteps(context.runs, made.id),
      stopping: () => context.signal.aborted,
      onStep: (done) => {
        step = done;
        bar.at(done, (rate) => watch.details(done, rate));
      },
      onLog: (metrics) => watch.logged(metrics),
      onCheckpoint: (saved, bytes) => watch.checkpointed(saved, bytes),
      warn: context.warn,
    });
    return { run: made, result };
  } catch (error) {
    noteFailure(journal, step, error as Error);
    throw error;
  } finally {
    setPrecision('float32');
    bar.end();
    await endTracking();
    journal.close();
    await second.close();
    await lease.release();
    await loader.close();
    opened.dispose();
  }
}

/** A fresh state whose steps the memory holds: refused before there is a run of it. */
async function startFitting(
  { stage, start }: OpenStage,
  { batch, precision }: TrainRecipe & { precision: Precision },
  engine: EngineInfo,
): Promise<TrainState> {
  const state = start();
  setPrecision(precision);
  try {
    await refuseLargeBatch(stage, state, batch, await tensorMemory(engine));
  } finally {
    setPrecision('float32');
  }
  return state;
}

/** The journal is another owner's where the lease is lost, and may be what failed where a disk is full. */
function noteFailure(journal: Journal, step: number, error: Error): void {
  if (error instanceof LeaseLostError) return;
  try {
    journal.event(step, 'end', { ending: 'failed', reason: error.message });
  } catch {
    // The error itself is what the user is told.
  }
}

function resumable(run: Run, inputs: Readonly<Record<string, Input>>): Run {
  checkInputs(run, inputs);
  return run;
}

async function newRun(
  recipe: TrainRecipe,
  name: string,
  inputs: Record<string, Input>,
  engine: EngineInfo,
  { runs, clock, random, command }: Context,
): Promise<Run> {
  const pinned = await withPinned(recipe, runs);
  const parent = parentOf(pinned);
  const fields = {
    recipe: name,
    ...(parent !== undefined && { parent }),
    command: [...command],
    config: { ...pinned },
    inputs,
    ...(await provenance(engine)),
  };
  const run = await createRun(runs, fields, clock, random);
  // Beside the artifacts, which servers show: a patch may hold what is not meant for them.
  const patch = fields.uncommitted ? await uncommittedChanges() : '';
  if (patch) await replaceFile(join(run.folder, 'uncommitted.patch'), patch);
  return run;
}
