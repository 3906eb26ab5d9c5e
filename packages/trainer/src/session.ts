/**
 * One training run: connects the loop to its data, its journal and its checkpoints. Everything that touches the world
 * comes in as an argument; a session resumes where the run's newest whole checkpoint stands.
 */
import type { Batch as HostBatch, Loader, LoaderPosition } from '@fsg/data';
import { type Tensor4D, tf } from '@fsg/engine';
import type { NetworkOptions } from '@fsg/models';
import {
  type Backup,
  type Best,
  bestCheckpoint,
  type Journal,
  type Lease,
  markBest,
  pruneCheckpoints,
  readLatestCheckpoint,
  type Store,
  saveCheckpoint,
  UserError,
} from '@fsg/runs';
import { z } from 'zod';
import { stateFromFiles, stateToFiles } from './checkpoint.ts';
import { watchLevels } from './health.ts';
import { type Ending, type LoopHooks, runLoop } from './loop.ts';
import type { TrainRecipe } from './recipe.ts';
import { type Batch, IMAGE_SIZE, type Stage } from './stage.ts';
import { release, type TrainState } from './state.ts';

export interface SessionOptions {
  readonly recipe: TrainRecipe;
  readonly stage: Stage;
  readonly size: NetworkOptions;
  readonly loader: Loader;
  readonly validation: Validation;
  readonly journal: Journal;
  readonly store: Store;
  /** The right to write there. */
  readonly lease: Pick<Lease, 'token' | 'check'>;
  /** Takes copies of the checkpoints. */
  readonly backup?: Pick<Backup, 'save' | 'markBest' | 'prune' | 'check'>;
  readonly clock: () => number;
  /** Steps whose checkpoints stay, such as those that other runs were built on. */
  readonly kept?: () => Promise<readonly number[]>;
  /** True once somebody asked to stop. */
  readonly stopping: () => boolean;
  /** Told after every step. */
  readonly onStep?: (step: number, steps: number) => void;
  /** Told of what is logged. */
  readonly onLog?: (metrics: Readonly<Record<string, number>>) => void;
  /** Told of each checkpoint saved, and of its size. */
  readonly onCheckpoint?: (step: number, bytes: number) => Promise<void>;
  readonly warn: (message: string) => void;
}

/** How a state is measured and looked at, always on the same faces. */
export interface Validation {
  /** Numbers under `validation/<metric>`. */
  measure(state: TrainState): Promise<Record<string, number>>;
  /** The one by which the best checkpoint is chosen; higher is better. */
  readonly best: string;
  /** Draws and keeps sample pictures; left out where there is nothing to see. */
  draw?(state: TrainState): Promise<void>;
}

export interface SessionResult {
  readonly ending: Ending;
  readonly step: number;
  readonly best?: Best;
}

/** What a checkpoint's state.json keeps beside the tensors. */
const Position = z.strictObject({
  step: z.number().int().min(0),
  position: z.strictObject({ epoch: z.number().int().min(0), index: z.number().int().min(0) }),
  /** Measurements since the best one, for early stopping. */
  sinceBest: z.number().int().min(0),
});
type Position = z.infer<typeof Position>;

const STATE = 'state.json';

/** Steps that the recipe's epochs amount to. */
export const stepsOf = ({ epochs }: TrainRecipe, loader: Pick<Loader, 'batchesPerEpoch'>): number =>
  Math.round(epochs * loader.batchesPerEpoch);

/** Trains `fresh` or what the run has checkpointed, to the recipe's end or until somebody asks to stop. */
export async function trainSession(fresh: TrainState, options: SessionOptions): Promise<SessionResult> {
  const { recipe, stage, loader, journal, store, lease, backup, validation } = options;
  const steps = stepsOf(recipe, loader);
  const started = await resume(fresh, options);
  let { position, sinceBest } = started;
  let best = await bestCheckpoint(store);

  const watch = watchLevels((step, message) => {
    options.warn(`step ${step}: ${message}`);
    journal.event(step, 'warning', { message });
  });

  /** Milliseconds that the loop has waited for batches since the last log line. */
  let [waited, since] = [0, options.clock()];

  const hooks: LoopHooks = {
    log: (step, metrics) => {
      const now = options.clock();
      const share = now > since ? waited / (now - since) : 0;
      const logged = { ...metrics, 'data/wait': share };
      journal.metrics(step, logged);
      options.onLog?.(logged);
      [waited, since] = [0, now];
      watch(step, metrics);
    },
    sample: async (state) => validation.draw?.(state),
    validate: async (state) => {
      const metrics = await validation.measure(state);
      journal.metrics(state.step, metrics);
      const value = metrics[validation.best] as number;
      sinceBest += 1;
      if (!best || value > best.value) {
        best = { step: state.step, metric: validation.best, value };
        sinceBest = 0;
        await save(state);
        await markBest(store, best, lease.token);
        backup?.markBest(best);
      }
      return recipe.validation.patience > 0 && sinceBest >= recipe.validation.patience;
    },
    checkpoint: async (state) => {
      await save(state);
      const { keep, keepEvery } = recipe.checkpoints;
      const steps = (await options.kept?.()) ?? [];
      const kept = { steps, ...(keepEvery !== undefined && { every: keepEvery }) };
      await pruneCheckpoints(store, keep, kept);
      backup?.prune(keep, kept);
    },
    stopping: options.stopping,
    stepped: (step) => {
      lease.check();
      backup?.check();
      options.onStep?.(step, steps);
    },
  };

  let saved = -1;
  async function save(state: TrainState): Promise<void> {
    if (saved === state.step) return;
    const begun = options.clock();
    const place: Position = { step: state.step, position, sinceBest };
    const files = stateToFiles(state, options.size, stage.passes);
    files[STATE] = new TextEncoder().encode(JSON.stringify(place));
    const saving = { meta: {}, time: options.clock() };
    await saveCheckpoint(store, state.step, files, { ...saving, token: lease.token });
    journal.event(state.step, 'checkpoint');
    await backup?.save(state.step, files, saving);
    const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    await options.onCheckpoint?.(state.step, bytes);
    journal.metrics(state.step, { 'checkpoint/seconds': (options.clock() - begun) / 1000 });
    saved = state.step;
  }

  const nextBatch = async (): Promise<Batch> => {
    const asked = options.clock();
    const batch = await loader.batch(position);
    waited += options.clock() - asked;
    position = loader.next(position);
    return toTensors(batch);
  };
  const { rate, schedule } = recipe.optimiser;
  const every = {
    log: recipe.logEvery,
    validate: recipe.validation.every,
    sample: 'samples' in recipe ? recipe.samples.every : 0,
    checkpoint: recipe.checkpoints.every,
  };
  const { state, ending } = await runLoop(
    started.state,
    { stage, steps, rate, schedule, nextBatch, every },
    hooks,
  );
  journal.event(state.step, 'end', { ending, ...(best && { best: best.step }) });
  release(state);
  return { ending, step: state.step, ...(best && { best }) };
}

/** The run's newest whole checkpoint in place of `fresh`, where it has one. */
async function resume(fresh: TrainState, options: SessionOptions): Promise<Position & { state: TrainState }> {
  const { journal, store, stage, size } = options;
  const found = await readLatestCheckpoint(store, ({ message }) => options.warn(message));
  if (!found) {
    journal.event(0, 'start');
    const position = { epoch: 0, index: 0 };
    return { state: await calibrated(fresh, position, options), step: 0, position, sinceBest: 0 };
  }
  const where = `${store.where}: checkpoint of step ${found.manifest.step}`;
  const place = readPosition(found.files[STATE], where);
  const state = stateFromFiles(found.files, place.step, stage.networks, size, where);
  release(fresh);
  journal.event(place.step, 'resume');
  return { ...place, state };
}

/** A state that nobody has trained, fitted to the first batch where its stage wants that. */
async function calibrated(
  fresh: TrainState,
  position: LoaderPosition,
  { recipe, stage, loader }: SessionOptions,
): Promise<TrainState> {
  if (!stage.calibrate || recipe.init !== undefined) return fresh;
  const batch = toTensors(await loader.batch(position));
  const state = stage.calibrate(fresh, batch);
  tf.dispose(Object.values(batch));
  return state;
}

function readPosition(content: Uint8Array | undefined, where: string): Position {
  try {
    return Position.parse(JSON.parse(new TextDecoder().decode(content)));
  } catch {
    throw new UserError(`${where}: ${STATE} is ${content ? 'damaged' : 'missing'}; use another checkpoint`);
  }
}

function toTensors({ clean, occluded, mask, landmarks, labels, keys }: HostBatch): Batch {
  const pictures = (values: Float32Array, channels: number): Tensor4D =>
    tf.tensor4d(values, [keys.length, IMAGE_SIZE, IMAGE_SIZE, channels]);
  return {
    clean: pictures(clean, 3),
    occluded: pictures(occluded, 3),
    mask: pictures(mask, 1),
    landmarks: tf.tensor2d(landmarks, [keys.length, 136]),
    labels: tf.tensor1d(labels, 'int32'),
  };
}
