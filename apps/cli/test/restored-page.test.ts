import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rgb } from '@fsg/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage } from '../src/tasks/restored-page.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fsg-page-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Noise takes more bytes than any photograph. */
const noise: Rgb = {
  width: 1000,
  height: 1000,
  data: Uint8Array.from({ length: 3e6 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24),
};

test('the page stays below 20 MB; what has no room is counted', async () => {
  const file = join(folder, 'page.html');
  const page = await openPage(file);
  for (let i = 0; i < 20; i++) {
    const out = `out/${i}.png`;
    await page.add({ image: `photographs/${i}.jpg`, faces: 1, out, before: noise, after: noise });
  }
  await page.write({ by: 'run', output: 'composite', failed: [], now: 0 });
  const text = readFileSync(file, 'utf8');
  expect(text.length).toBeLessThan(20e6);
  const shown = text.match(/<article/g)?.length as number;
  expect(shown).toBeGreaterThan(3);
  expect(text).toContain(`${20 - shown} more photographs were restored, but left out here`);
});
