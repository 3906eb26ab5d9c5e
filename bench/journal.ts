/**
 * What a journal's lines cost on the disk of a folder: `npx tsx bench/journal.ts [folder]`. A line of measurements reaches
 * the operating system before the call returns, an event also the disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Journal } from '@fsg/runs';

const METRICS = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`train/metric${i}`, Math.PI / (i + 1)]),
);

const folder = mkdtempSync(join(process.argv[2] ?? '.', 'fsg-journal-'));
try {
  const journal = new Journal(join(folder, 'journal.jsonl'), Date.now);
  measure('metrics', 20_000, (step) => journal.metrics(step, METRICS));
  measure('event', 200, (step) => journal.event(step, 'checkpoint'));
  journal.close();
} finally {
  rmSync(folder, { recursive: true });
}

function measure(what: string, count: number, write: (step: number) => void): void {
  const micros = Array.from({ length: count }, (_, step) => {
    const start = performance.now();
    write(step);
    return (performance.now() - start) * 1000;
  }).sort((a, b) => a - b);
  const at = (share: number): string => (micros[Math.floor(share * (count - 1))] as number).toFixed(1);
  console.log(`${what}: median ${at(0.5)} µs, 99 % ${at(0.99)} µs, of ${count} lines`);
}
