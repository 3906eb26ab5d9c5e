/** How many images a second a training takes, steady. Loading data is not counted. */
import { capture, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { random } from '@fsg/engine/random';
import { entriesOf, initialise, isGuided, type ModelOptions, openRecogniser } from '@fsg/models';
import { type GeneratorWeights, paceOf, release, type Stage, stage1, stage2 } from '@fsg/trainer';

const Z_DIM = 512;
/** Steps before the clock starts: the recorded ones, and one more for what the backend prepares at first use. */
const WARM_UP = 3;
const OPTIMISER = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ema: 0 };
const RECOGNISER = 'dlib-resnet';

export interface Setting {
  readonly stage: 1 | 2;
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  readonly captured: boolean;
  /** What stage II's networks have in place of the paper's choices. */
  readonly variant?: Partial<ModelOptions>;
  /** Stage II's loss weights that are not 1; 0 leaves a term out. */
  readonly weights?: Partial<GeneratorWeights>;
}

export interface Rate extends Setting {
  readonly recogniser: string | null;
  /** Images a second: of the median step, the slowest and the fastest. */
  readonly rate: { readonly median: number; readonly min: number; readonly max: number };
  /** Processor time of all threads in the median step, milliseconds. */
  readonly cpuMs: number;
  readonly memoryGb: number;
}

async function openStage({ stage, width, variant, weights }: Setting): Promise<Stage> {
  const size = { dim: width, zDim: Z_DIM };
  const model = { ...size, ...variant };
  if (stage === 1) {
    return stage1({ size, optimiser: OPTIMISER, weights: { reconstruction: 1, kl: 1 }, seed: 1 });
  }
  return stage2({
    size: model,
    optimiser: OPTIMISER,
    ...(isGuided(model) && {
      structure: { tensors: initialise(entriesOf('vae', size), 1), size, draw: 'mean' as const },
    }),
    recogniser: await openRecogniser(RECOGNISER),
    weights: { l1: 1, hole: 0, identity: 1, adversarial: 1, tv: 1, ...weights },
    seed: 1,
  });
}

function randomTensor(shape: number[], low: number, high: number): tf.Tensor {
  const stream = random('train-rate', ...shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => stream.uniform(low, high)),
    shape,
  );
}

/** A whole step each: forward, backward, update, metrics read. Images and landmarks are random numbers. */
export async function measure(setting: Setting): Promise<Rate> {
  const { batch, steps, captured, stage: number } = setting;
  const stage = await openStage(setting);
  const batchTensors = {
    occluded: randomTensor([batch, 128, 128, 3], -1, 1) as Tensor4D,
    clean: randomTensor([batch, 128, 128, 3], -1, 1) as Tensor4D,
    mask: randomTensor([batch, 128, 128, 1], 0, 1) as Tensor4D,
    landmarks: randomTensor([batch, 136], 20, 108) as Tensor2D,
    labels: tf.range(0, batch, 1, 'int32'),
  };
  const step = captured ? capture(stage.step, { name: stage.name, frozen: stage.frozen }) : stage.step;
  let { networks } = stage.start();
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < WARM_UP + steps; i++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    const next = tf.tidy(() => {
      const result = step({
        networks,
        batch: batchTensors,
        noise: stage.noise(i, batch),
        pace: paceOf(i, 1e-4, OPTIMISER),
      });
      tf.stack(Object.values(result.metrics)).dataSync();
      return result.networks as unknown as tf.TensorContainerObject;
    });
    const spent = process.cpuUsage(used);
    if (i >= WARM_UP) {
      wall.push(performance.now() - start);
      cpu.push((spent.user + spent.system) / 1000);
    }
    release({ step: i, networks }, { step: i + 1, networks: next as unknown as typeof networks });
    networks = next as unknown as typeof networks;
  }
  const rates = wall.map((ms) => (1000 * batch) / ms);
  return {
    ...setting,
    recogniser: number === 2 ? RECOGNISER : null,
    rate: { median: median(rates), min: Math.min(...rates), max: Math.max(...rates) },
    cpuMs: median(cpu),
    memoryGb: process.memoryUsage().rss / 1e9,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]] as [number, number];
  return (low + high) / 2;
}
