import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { describeMemory } from '../src/memory.ts';

// Files as Linux writes them: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
const MEGABYTE = 2 ** 20;
const MEMINFO = `MemTotal: 2048 kB\nMemFree: 100 kB\nMemAvailable: ${900 * 1024} kB\n`;
const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function system(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'fsg-memory-'));
  made.push(root);
  for (const [name, text] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const freeMegabytes = (files: Record<string, string>): number =>
  describeMemory(system(files)).free / MEGABYTE;

const group = (folder: string, limit: string, used: number, stat = ''): Record<string, string> => ({
  [`${folder}/memory.max`]: `${limit}\n`,
  [`${folder}/memory.current`]: `${used}\n`,
  [`${folder}/memory.stat`]: stat,
});

test('what the system calls available', () => {
  expect(freeMegabytes({})).toBe(900);
});

test("a container's limit; files that the system caches can be given back", () => {
  const stat = `anon 1\ninactive_file ${100 * MEGABYTE}\nactive_file ${20 * MEGABYTE}\n`;
  const files = {
    'proc/self/cgroup': '0::/\n',
    ...group('sys/fs/cgroup', `${500 * MEGABYTE}`, 400 * MEGABYTE, stat),
  };
  expect(freeMegabytes(files)).toBe(220);
  expect(describeMemory(system(files)).total).toBe(500 * MEGABYTE);
});

test("a job's limit holds for the groups in it", () => {
  const files = {
    'proc/self/cgroup': '0::/slurm/job_7/step_0\n',
    ...group('sys/fs/cgroup/slurm/job_7/step_0', 'max', 40 * MEGABYTE),
    ...group('sys/fs/cgroup/slurm/job_7', `${300 * MEGABYTE}`, 50 * MEGABYTE),
  };
  expect(freeMegabytes(files)).toBe(250);
});

test('control groups of version 1', () => {
  const folder = 'sys/fs/cgroup/memory/job';
  const files = {
    'proc/self/cgroup': '9:cpu,cpuacct:/\n4:memory:/job\n0::/\n',
    [`${folder}/memory.limit_in_bytes`]: `${200 * MEGABYTE}\n`,
    [`${folder}/memory.usage_in_bytes`]: `${150 * MEGABYTE}\n`,
    [`${folder}/memory.stat`]: `inactive_file 9\ntotal_inactive_file ${30 * MEGABYTE}\n`,
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': '1\n',
  };
  expect(freeMegabytes(files)).toBe(80);
});
