import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BIN, node } from './support.ts';

const ALONE = fileURLToPath(new URL('tsx-alone.mjs', import.meta.url));
const REPORT = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(String((user + system) / 1e6));
});`;
const PRELOAD = ['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`];

/** Seconds of processor time, the least of five. */
async function cost(args: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(Number((await node([...PRELOAD, ...args])).stderr));
  return Math.min(...times);
}

test('--help costs little more than starting TypeScript: nothing is loaded that it does not need', async () => {
  const [help, alone] = [await cost([BIN, '--help']), await cost([ALONE])];
  expect(alone).toBeGreaterThan(0.02);
  // 1.28 when written; zod alone would add 0.3 to it, TensorFlow.js more than 2.
  expect(help / alone).toBeLessThan(1.5);
});
