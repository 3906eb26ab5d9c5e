/** How much memory there is: the machine's, within the limit of a container or of a scheduler's job. */
import { existsSync, readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { EngineInfo } from './backend.ts';
import { listGpus } from './machine.ts';

/** Bytes. `free`: what the process may still take, files that the system merely caches included. */
export interface Memory {
  readonly total: number;
  readonly free: number;
}

/** WebAssembly addresses no more. */
const WASM_BYTES = 2 ** 32;

/** Bytes that tensors may still take where `engine` keeps them. */
export async function tensorMemory({ backend, device }: EngineInfo): Promise<number> {
  const gpu = device === 'gpu' ? (await listGpus())[0] : undefined;
  if (gpu) return gpu.memoryMegabytes * 2 ** 20 - tf.memory().numBytes;
  const { free } = describeMemory();
  return backend === 'wasm' ? Math.min(free, WASM_BYTES - tf.memory().numBytes) : free;
}

/** `root`: where the system's files lie. */
export function describeMemory(root = '/'): Memory {
  const read = (...path: string[]): string | undefined => readIfThere(join(root, ...path));
  const available = read('proc/meminfo')?.match(/^MemAvailable:\s+(\d+) kB/m)?.[1];
  const machine = { total: totalmem(), free: available ? Number(available) * 1024 : freemem() };
  const all = [machine, ...groupLimits(read)];
  return {
    total: Math.min(...all.map(({ total }) => total)),
    free: Math.min(...all.map(({ free }) => free)),
  };
}

type Read = (...path: string[]) => string | undefined;

/** Of the process's control group, of either version, and of those around it: a scheduler limits the whole job. */
function groupLimits(read: Read): Memory[] {
  const groups = read('proc/self/cgroup') ?? '';
  const second = groups.match(/^0::(.*)$/m)?.[1];
  const first = groups.match(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m)?.[1];
  return [
    ...around('sys/fs/cgroup', second).map((folder) =>
      groupLimit(read, folder, 'memory.max', 'memory.current', ''),
    ),
    ...around('sys/fs/cgroup/memory', first).map((folder) =>
      groupLimit(read, folder, 'memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_'),
    ),
  ].filter((limit) => limit !== undefined);
}

/** The group's folder and those above it. A container sees its own group as the root, under another name. */
function around(mount: string, group: string | undefined): string[] {
  if (group === undefined) return [];
  const names = group.split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, i) => join(mount, ...names.slice(0, i)));
}

function groupLimit(
  read: Read,
  folder: string,
  limit: string,
  usage: string,
  prefix: string,
): Memory | undefined {
  const [total, used] = [Number(read(folder, limit)), Number(read(folder, usage))];
  // "max", and in version 1 a number beyond any machine, is no limit.
  if (!(total < totalmem()) || Number.isNaN(used)) return undefined;
  const stat = read(folder, 'memory.stat') ?? '';
  const files = [...stat.matchAll(new RegExp(`^${prefix}(?:in)?active_file (\\d+)$`, 'gm'))];
  const cached = files.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  return { total, free: Math.max(0, total - used + cached) };
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
