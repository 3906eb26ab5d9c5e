import { expect, test } from 'vitest';
import { fsg } from './support.ts';

const REPORT = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(String((user + system) / 1e6));
});`;
/** What any TypeScript program costs: Node itself and tsx. */
const ALONE = `${REPORT} await import('tsx/esm/api').then(({ register }) => register()); process.exit(0);`;

/** Seconds of processor time, the least of five. */
async function cost(before: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(Number((await fsg(['--help'], { before })).stderr));
  return Math.min(...times);
}

test('--help costs little more than starting TypeScript: nothing is loaded that it does not need', async () => {
  const [help, alone] = [await cost(REPORT), await cost(ALONE)];
  expect(help).toBeGreaterThan(0.05);
  // Measured 1.4; schemas add 0.3 to it, TensorFlow.js 2.
  expect(help / alone).toBeLessThan(1.65);
});
