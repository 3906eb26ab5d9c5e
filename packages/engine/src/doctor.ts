/** `fsg doctor`: what the engine found here, how fast it is, and what would make it better. */
import { cacheFolder, diskUse, hasNvidiaDriver } from '../runtime/index.mjs';
import { type EngineInfo, startEngine } from './backend.ts';
import { type ConvSpeed, measureConvSpeed, worthwhile } from './conv-speed.ts';
import { describeProcessor, freeDisk, type Gpu, listGpus, type Processor } from './machine.ts';
import { describeMemory } from './memory.ts';
import type { Precision } from './precision.ts';

export interface Finding {
  readonly level: 'ok' | 'warn' | 'error';
  readonly what: string;
  /** What to do; null where nothing is amiss. */
  readonly fix: string | null;
}

export interface Diagnosis {
  readonly node: string;
  /** null where no backend starts. */
  readonly backend: EngineInfo['backend'] | null;
  readonly tensorflowVersion: string | null;
  /** "cpu", or the GPU's name. */
  readonly device: string;
  readonly threads: number;
  /** The faster one for convolutions, as measured here. */
  readonly precision: Precision;
  /** null where no backend starts. */
  readonly speed: ConvSpeed | null;
  readonly processor: Processor;
  readonly gpus: readonly Gpu[];
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly disk: { readonly free: number };
  readonly cache: { readonly folder: string; readonly size: number };
  readonly findings: readonly Finding[];
}

const GIGABYTE = 1e9;
const ENOUGH_MEMORY = 3 * GIGABYTE;
const ENOUGH_DISK = 5 * GIGABYTE;

/** Starts the engine, measures it and judges what it finds. Never throws for what it finds; takes about 5 s. */
export async function diagnose(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
  const engine = await startEngine({ env }).catch((error: Error) => error);
  const info = engine instanceof Error ? null : engine;
  const gpus = await listGpus();
  const speed = info && measureConvSpeed();
  const facts = {
    node: process.versions.node,
    backend: info?.backend ?? null,
    tensorflowVersion: info?.tensorflowVersion ?? null,
    device: info?.device === 'gpu' ? (gpus[0]?.name ?? 'gpu') : 'cpu',
    threads: info?.threads ?? 0,
    precision: speed ? worthwhile(speed) : 'float32',
    speed,
    processor: describeProcessor(),
    gpus,
    memory: describeMemory(),
    disk: { free: await freeDisk(folder) },
    cache: { folder: cacheFolder(env), size: diskUse(cacheFolder(env)) },
  } as const;
  const failure = engine instanceof Error ? engine.message : engine.note;
  return { ...facts, findings: judge(facts, { failure, driver: hasNvidiaDriver(env) }) };
}

type Facts = Omit<Diagnosis, 'findings'>;

interface Circumstances {
  /** Why no backend, or not the fastest, was started. */
  readonly failure: string | undefined;
  readonly driver: boolean;
}

/** The findings that follow from the facts. */
export function judge(facts: Facts, circumstances: Circumstances): Finding[] {
  return [
    judgeBackend(facts, circumstances),
    ...judgeGpu(facts, circumstances),
    ...judgeProcessor(facts),
    ...judgeSpeed(facts),
    judgeMemory(facts),
    judgeDisk(facts),
    ok(`cache: ${gigabytes(facts.cache.size)} in ${facts.cache.folder}`),
  ];
}

const ok = (what: string): Finding => ({ level: 'ok', what, fix: null });
const warn = (what: string, fix: string): Finding => ({ level: 'warn', what, fix });
const gigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;

function judgeBackend(facts: Facts, { failure = '' }: Circumstances): Finding {
  const { backend, node, tensorflowVersion, device, threads } = facts;
  if (backend === null) return { level: 'error', what: failure, fix: 'npm run fsg -- setup' };
  if (backend === 'tensorflow') {
    return ok(`Node ${node}, TensorFlow ${tensorflowVersion} on ${device}, ${threads} threads`);
  }
  const what = `Node ${node}, the slow backend ${backend}`;
  return failure
    ? warn(`${what}: ${failure}`, 'npm run fsg -- setup')
    : warn(`${what}, as FSG_BACKEND asks`, 'unset FSG_BACKEND');
}

function judgeGpu({ backend, device, gpus }: Facts, { driver }: Circumstances): Finding[] {
  if (!driver || backend !== 'tensorflow') return [];
  const names = gpus.map((gpu) => `${gpu.name} (${gpu.memoryMegabytes} MB, driver ${gpu.driver})`).join(', ');
  if (device !== 'cpu') return [ok(`GPU: ${names || device}`)];
  if (gpus.length === 0)
    return [warn('an NVIDIA driver is there, but nvidia-smi lists no GPU', 'check the driver: nvidia-smi')];
  return [
    warn(
      `TensorFlow does not use the GPU: ${names}`,
      'npm run fsg -- setup --gpu; CUDA 12.9 needs driver 525.60 or newer',
    ),
  ];
}

function judgeProcessor({ backend, threads, processor: { model, features, limit } }: Facts): Finding[] {
  const names = features ? Object.entries(features).filter(([, has]) => has) : [];
  const known = features ? names.map(([name]) => name).join(' ') || 'none of AVX' : 'features unknown';
  const slow = features && process.arch === 'x64' && !features.avx2;
  const speed = slow
    ? warn(`${model}: ${known}`, 'a processor with AVX2 is several times faster')
    : ok(`${model}: ${known}`);
  if (limit === null || backend !== 'tensorflow' || threads <= Math.ceil(limit)) return [speed];
  const what = `${threads} threads, but this container may use ${limit} cores' time`;
  return [speed, warn(what, `FSG_THREADS=${Math.ceil(limit)}`)];
}

function judgeSpeed({ device, speed, precision }: Facts): Finding[] {
  if (!speed) return [];
  const { float32, bf16 } = speed;
  const rates = bf16 === null ? `${float32} GFLOP/s` : `${float32} GFLOP/s in float32, ${bf16} in bf16`;
  const what = `3x3 convolutions with gradients${device === 'cpu' ? ', a core' : ''}: ${rates}: ${precision}`;
  return [ok(precision === 'float32' ? what : `${what}: a recipe's precision: auto takes it`)];
}

function judgeMemory({ memory: { total, free } }: Facts): Finding {
  const what = `memory: ${gigabytes(free)} free of ${gigabytes(total)}`;
  return free < ENOUGH_MEMORY
    ? warn(what, 'training at full width takes about 3 GB: close other programs or lower the batch')
    : ok(what);
}

function judgeDisk({ disk: { free } }: Facts): Finding {
  const what = `disk: ${gigabytes(free)} free`;
  return free < ENOUGH_DISK ? warn(what, 'runs and data sets need several GB: make room') : ok(what);
}
