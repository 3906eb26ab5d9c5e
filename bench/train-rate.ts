/**
 * How many images a second training takes, steady, a whole step each (forward, backward, update, metrics read).
 * npx tsx bench/train-rate.ts [--stage 1|2] [--width 256] [--batch N] [--steps 12] [--backend tensorflow|wasm] [--eager] [--json]
 * Images and landmarks are random numbers: the cost of a step does not depend on them. Loading data is not counted.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type BackendName,
  capture,
  type EngineInfo,
  startEngine,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { random } from '@fsg/engine/random';
import { entriesOf, initialise, openRecogniser } from '@fsg/models';
import { paceOf, type Stage, stage1, stage2 } from '@fsg/trainer';

const Z_DIM = 512;
/** Steps before the clock starts: the recorded ones, and one more for what the backend prepares at first use. */
const WARM_UP = 3;
const OPTIMISER = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ema: 0 };
const RECOGNISER = 'dlib-resnet';

interface Setting {
  readonly stage: 1 | 2;
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
  readonly captured: boolean;
}

interface Rate extends Setting {
  readonly recogniser: string | null;
  /** Images a second: of the median step, the slowest and the fastest. */
  readonly rate: { readonly median: number; readonly min: number; readonly max: number };
  /** Processor time of all threads in the median step, milliseconds. */
  readonly cpuMs: number;
  readonly memoryGb: number;
}

async function openStage({ stage, width }: Setting): Promise<Stage> {
  const size = { dim: width, zDim: Z_DIM };
  if (stage === 1) {
    return stage1({ size, optimiser: OPTIMISER, weights: { reconstruction: 1, kl: 1 }, seed: 1 });
  }
  return stage2({
    size,
    optimiser: OPTIMISER,
    structure: { tensors: initialise(entriesOf('vae', size), 1), size, draw: 'mean' },
    recogniser: await openRecogniser(RECOGNISER),
    weights: { l1: 1, hole: 0, identity: 1, adversarial: 1, tv: 1 },
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

async function measure(setting: Setting): Promise<Rate> {
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
    tf.dispose(networks as unknown as tf.TensorContainerObject);
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

function describe(rate: Rate): string {
  const { median: middle, min, max } = rate.rate;
  const how = [`width ${rate.width}`, `batch ${rate.batch}`, rate.captured ? 'captured' : 'as written'];
  if (rate.recogniser) how.push(`recogniser ${rate.recogniser}`);
  const spread = `${min.toFixed(1)}-${max.toFixed(1)} over ${rate.steps} steps`;
  return `stage ${rate.stage}: ${middle.toFixed(1)} images/s (${spread}), ${how.join(', ')}, ${rate.cpuMs.toFixed(0)} ms of processor time a step, ${rate.memoryGb.toFixed(1)} GB`;
}

function machineOf({ backend, tensorflowVersion, device, threads }: EngineInfo) {
  const [first] = cpus();
  const load = loadavg()[0] as number;
  return {
    processor: first?.model ?? 'unknown',
    backend,
    tensorflowVersion,
    device,
    threads,
    load,
    node: process.version,
  };
}

const { values } = parseArgs({
  options: {
    stage: { type: 'string' },
    width: { type: 'string', default: '256' },
    batch: { type: 'string' },
    steps: { type: 'string', default: '12' },
    backend: { type: 'string' },
    eager: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const machine = machineOf(await startEngine({ backend: values.backend as BackendName | undefined }));
if (!values.json) {
  const { processor, threads, backend, tensorflowVersion, device, load, node } = machine;
  console.log(
    `${processor}, ${device}, ${threads} threads, ${backend} ${tensorflowVersion ?? ''}, Node ${node}, load ${load.toFixed(1)} at the start; random images`,
  );
}
const results: Rate[] = [];
for (const stage of [1, 2] as const) {
  if (values.stage && values.stage !== `${stage}`) continue;
  const result = await measure({
    stage,
    width: Number(values.width),
    batch: Number(values.batch ?? (stage === 1 ? 32 : 8)),
    steps: Number(values.steps),
    captured: !values.eager,
  });
  results.push(result);
  if (!values.json) console.log(describe(result));
}
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
