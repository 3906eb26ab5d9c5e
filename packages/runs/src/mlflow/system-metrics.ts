/** How the machine fares, under the names that MLflow's page of system metrics knows. */
import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';

const EVERY_MS = 10_000;
const MEGABYTE = 1e6;

/**
 * Hands measurements to `log` every 10 seconds, such as `(metrics) => journal.metrics(step, metrics)`, until the function
 * that it answers with is called. The disk is that of `folder`.
 */
export function watchSystem(
  folder: string,
  log: (metrics: Record<string, number>) => void,
  everyMs = EVERY_MS,
): () => void {
  let before = cpuTimes();
  const timer = setInterval(async () => {
    try {
      const now = cpuTimes();
      const busy = 1 - (now.idle - before.idle) / Math.max(1, now.total - before.total);
      before = now;
      const disk = await diskOf(folder);
      if (active) log({ 'system/cpu_utilization_percentage': 100 * busy, ...memory(), ...disk });
    } catch {
      // A measurement that cannot be made or kept is missing; a journal that cannot be written stops the training itself.
    }
  }, everyMs);
  timer.unref();
  let active = true;
  return () => {
    active = false;
    clearInterval(timer);
  };
}

/** Of all cores together, in milliseconds. */
function cpuTimes(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times);
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return {
    idle: sum(times.map(({ idle }) => idle)),
    total: sum(times.map(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq)),
  };
}

function memory(): Record<string, number> {
  const used = totalmem() - freemem();
  return {
    'system/system_memory_usage_megabytes': used / MEGABYTE,
    'system/system_memory_usage_percentage': (100 * used) / totalmem(),
  };
}

async function diskOf(folder: string): Promise<Record<string, number>> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  const used = blocks - bfree;
  return {
    'system/disk_usage_megabytes': (used * bsize) / MEGABYTE,
    'system/disk_usage_percentage': (100 * used) / Math.max(1, used + bavail),
    'system/disk_available_megabytes': (bavail * bsize) / MEGABYTE,
  };
}
