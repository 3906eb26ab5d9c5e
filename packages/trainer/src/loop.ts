/** The training loop of both stages: batch, step, and every so often log, measure, draw and checkpoint. */
import { capture, type NamedTensors, tf } from '@fsg/engine';
import { NonFiniteError, nonFiniteTensors } from './finite.ts';
import { learningRate, type Schedule } from './schedule.ts';
import type { Batch, Stage, StepInputs, StepOutputs } from './stage.ts';
import { paceOf, release, type TrainState } from './state.ts';

export interface LoopOptions {
  readonly stage: Stage;
  /** Stop after this many steps in all. */
  readonly steps: number;
  readonly rate: number;
  readonly schedule: Schedule;
  /** Gives the next batch; its tensors are the loop's to free. */
  readonly nextBatch: () => Promise<Batch>;
  /** Steps between two calls of a hook. */
  readonly every: {
    readonly log: number;
    readonly validate: number;
    readonly sample: number;
    readonly checkpoint: number;
  };
}

/** What happens outside the computation; each is called between steps. */
export interface LoopHooks {
  log(step: number, metrics: Record<string, number>): void;
  /** Measures on validation data; true where training should end early. */
  validate(state: TrainState): Promise<boolean>;
  sample(state: TrainState): Promise<void>;
  checkpoint(state: TrainState): Promise<void>;
  /** True once somebody asked to stop. */
  stopping(): boolean;
  /** Told after every step. */
  stepped?(step: number): void;
}

export type Ending = 'finished' | 'early' | 'stopped';

/** Trains `state` up to `steps`; takes it over and gives back the last one, checkpointed. */
export async function runLoop(
  state: TrainState,
  options: LoopOptions,
  hooks: LoopHooks,
): Promise<{ state: TrainState; ending: Ending }> {
  const { stage, steps, every } = options;
  const step = capture((inputs: StepInputs): StepOutputs => stage.step(inputs), {
    name: stage.name,
    frozen: stage.frozen,
  });
  let ending: Ending = 'finished';
  let saved = state.step;
  while (state.step < steps && ending === 'finished') {
    const batch = await options.nextBatch();
    const rate = learningRate(options.rate, options.schedule, state.step, steps);
    const { next, metrics } = advance(stage, step, state, batch, rate);
    release(state, next);
    state = next;
    hooks.stepped?.(state.step);
    await signalsAndTimers();

    const last = state.step === steps;
    const due = (interval: number): boolean => interval > 0 && (state.step % interval === 0 || last);
    if (due(every.log)) hooks.log(state.step, { ...metrics, 'train/rate': rate });
    if (due(every.sample)) await hooks.sample(state);
    if (due(every.validate) && (await hooks.validate(state))) ending = 'early';
    if (hooks.stopping()) ending = 'stopped';
    if (due(every.checkpoint) || ending !== 'finished') {
      await hooks.checkpoint(state);
      saved = state.step;
    }
  }
  step.dispose();
  if (saved !== state.step) await hooks.checkpoint(state);
  return { state, ending };
}

/** Lets the event loop turn: batches that are always ready would else keep it from signals and timers. */
const signalsAndTimers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One step; the old state stays as it was where a value is not finite. Frees the batch. */
function advance(
  stage: Stage,
  step: (inputs: StepInputs) => StepOutputs,
  state: TrainState,
  batch: Batch,
  rate: number,
): { next: TrainState; metrics: Record<string, number> } {
  const noise = stage.noise(state.step, batch.clean.shape[0]);
  const inputs = { networks: state.networks, batch, noise, pace: paceOf(state.step, rate, stage.optimiser) };
  const { networks, metrics } = step(inputs);
  const next = { step: state.step + 1, networks };
  const numbers = readScalars(metrics);
  if (!Object.values(numbers).every(Number.isFinite)) {
    release(next, state);
    throw new NonFiniteError(state.step, numbers, nonFiniteTensors(stage, inputs));
  }
  tf.dispose([batch, noise, inputs.pace].flatMap((group) => Object.values(group)));
  return { next, metrics: numbers };
}

/** Reads all scalars back at once, under `train/<name>`, and frees them. */
function readScalars(metrics: NamedTensors): Record<string, number> {
  const names = Object.keys(metrics);
  const values = tf.tidy(() => tf.stack(Object.values(metrics)).dataSync());
  tf.dispose(metrics);
  return Object.fromEntries(names.map((name, i) => [`train/${name}`, values[i] as number]));
}
