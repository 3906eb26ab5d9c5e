import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scratch } from './support.ts';

/** Mounts 2 MB of memory as a disk that only the started process sees; needs Linux and the right to do so. */
function onSmallDisk(folder: string, command: readonly string[]) {
  const script = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"';
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script, folder, ...command], {
    encoding: 'utf8',
    cwd,
  });
}

const allowed = onSmallDisk(process.cwd(), ['true']).status === 0;

test.skipIf(!allowed)('on a full disk the last checkpoint and every written line stay whole', () => {
  const folder = scratch();
  const child = fileURLToPath(new URL('fill-disk.child.ts', import.meta.url));
  const { stdout, stderr, status } = onSmallDisk(folder, [
    process.execPath,
    '--import',
    'tsx',
    child,
    folder,
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { saved, logged, latest, entries, damaged } = JSON.parse(stdout);
  expect(saved.said).toMatch(/^cannot write .*: the disk is full; free some space \(ENOSPC\)$/);
  expect(logged.said).toMatch(/^cannot write .*journal.jsonl: the disk is full; free some space \(ENOSPC\)$/);
  expect(saved.steps).toBeGreaterThan(5);
  expect([saved.steps, saved.steps + 1]).toContain(latest);
  expect(logged.steps).toBeGreaterThan(5);
  expect(entries).toBe(logged.steps + 1);
  expect(damaged).toBe(0);
});
