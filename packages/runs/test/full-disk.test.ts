import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hasSmallDisks, onSmallDisk } from './small-disk.ts';
import { scratch } from './support.ts';

test.skipIf(!(await hasSmallDisks()))(
  'on a full disk the last checkpoint and every written line stay whole',
  async () => {
    const folder = scratch();
    const child = fileURLToPath(new URL('fill-disk.child.ts', import.meta.url));
    const { stdout, stderr, status } = await onSmallDisk('2m', folder, [
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
    expect(logged.said).toMatch(
      /^cannot write .*journal.jsonl: the disk is full; free some space \(ENOSPC\)$/,
    );
    expect(saved.steps).toBeGreaterThan(5);
    expect([saved.steps, saved.steps + 1]).toContain(latest);
    expect(logged.steps).toBeGreaterThan(5);
    expect(entries).toBe(logged.steps + 1);
    expect(damaged).toBe(0);
  },
);
