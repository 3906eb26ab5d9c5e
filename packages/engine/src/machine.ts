/** What the engine runs on: processor features, limits of a container, disk, GPU. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** Processor features that decide TensorFlow's speed; null where the system does not tell. */
export interface Features {
  readonly avx: boolean;
  readonly avx2: boolean;
  readonly avx512: boolean;
  readonly bf16: boolean;
  readonly amx: boolean;
}

export interface Processor {
  readonly model: string;
  readonly cores: number;
  /** Cores' worth of time that a container may use; null without such a limit. */
  readonly limit: number | null;
  readonly features: Features | null;
}

export interface Gpu {
  readonly name: string;
  readonly memoryMegabytes: number;
  readonly driver: string;
}

export function describeProcessor(): Processor {
  const flags = readText('/proc/cpuinfo')?.match(/^(?:flags|Features)\s*:(.*)$/m)?.[1];
  return {
    model: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    limit: parseProcessorLimit(readText('/sys/fs/cgroup/cpu.max')),
    features: flags === undefined ? null : parseFeatures(flags),
  };
}

export function parseFeatures(flags: string): Features {
  const has = new Set(flags.trim().split(/\s+/));
  return {
    avx: has.has('avx'),
    avx2: has.has('avx2'),
    avx512: has.has('avx512f'),
    bf16: has.has('avx512_bf16') || has.has('avx_ne_convert') || has.has('bf16'),
    amx: has.has('amx_tile'),
  };
}

/** cpu.max of control groups: "200000 100000" is two cores' worth, "max 100000" is no limit. */
export function parseProcessorLimit(text: string | null): number | null {
  const [quota, period] = text?.trim().split(' ').map(Number) ?? [];
  return quota && period ? quota / period : null;
}

/** Free bytes on the disk of a folder, there or not. */
export async function freeDisk(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? 0 : freeDisk(dirname(folder));
  }
}

/** The GPUs that NVIDIA's tool lists; none where it is missing or fails. */
export async function listGpus(): Promise<Gpu[]> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 5_000 });
    return parseGpus(stdout);
  } catch {
    return [];
  }
}

/** Lines such as "NVIDIA H200, 143771, 570.86.15". */
export function parseGpus(text: string): Gpu[] {
  const rows = text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
  return rows.flatMap(([name, memory, driver]) =>
    name && memory && driver ? [{ name, memoryMegabytes: Number(memory), driver }] : [],
  );
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
