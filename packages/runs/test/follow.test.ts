import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { followJournal, Journal, type JournalEntry } from '../src/index.ts';
import { failure, scratch } from './support.ts';

const never = new AbortController().signal;
const metrics = (step: number): string => `{"time":${step},"step":${step},"metrics":{"loss":${1 / step}}}\n`;
const END = '{"time":9,"step":9,"event":"end","ending":"finished"}\n';

/** Entries as they come. */
function following(path: string, signal = never) {
  const seen: JournalEntry[] = [];
  const done = (async () => {
    for await (const entry of followJournal(path, signal)) seen.push(entry);
  })();
  const count = async (n: number): Promise<number[]> => {
    while (seen.length < n) await sleep(5);
    return seen.map(({ step }) => step);
  };
  return { seen, done, count };
}

test('what is there, then what comes, until the end', async () => {
  const path = join(scratch(), 'journal.jsonl');
  const { count, done, seen } = following(path);
  const journal = new Journal(path, () => 1);
  journal.event(0, 'start');
  journal.metrics(1, { loss: Number.NaN });
  expect(await count(2)).toEqual([0, 1]);
  journal.metrics(2, { loss: 1 });
  expect(await count(3)).toEqual([0, 1, 2]);
  journal.event(2, 'end', { ending: 'finished' });
  journal.event(2, 'evaluation');
  journal.close();
  await done;
  expect(seen.slice(0, 4)).toMatchObject([{ event: 'start' }, { metrics: {} }, {}, { event: 'end' }]);
});

test('a line counts once it is whole, letters of several bytes included; one that a repair cuts never does', async () => {
  const path = join(scratch(), 'journal.jsonl');
  const line = Buffer.from('{"time":1,"step":2,"metrics":{"verlust/ä":1}}\n');
  writeFileSync(path, metrics(1));
  const { count, done, seen } = following(path);
  const half = line.indexOf('ä') + 1;
  appendFileSync(path, line.subarray(0, half));
  await count(1);
  await sleep(400);
  expect(seen).toHaveLength(1);
  appendFileSync(path, line.subarray(half));
  expect(await count(2)).toEqual([1, 2]);
  appendFileSync(path, '{"time":1,"step":3,"metr');
  await sleep(400);
  truncateSync(path, metrics(1).length + line.length);
  appendFileSync(path, metrics(4) + END);
  await done;
  expect(seen.map(({ step }) => step)).toEqual([1, 2, 4, 9]);
  expect(seen[1]).toMatchObject({ metrics: { 'verlust/ä': 1 } });
});

test('a run that has ended is told at once; one that went on after its end is waited for', async () => {
  const path = join(scratch(), 'journal.jsonl');
  writeFileSync(path, metrics(1) + END);
  const ended = following(path);
  await ended.done;
  expect(ended.seen).toHaveLength(2);
  appendFileSync(path, '{"time":9,"step":9,"event":"resume"}\n');
  const again = following(path);
  await again.count(3);
  await sleep(50);
  appendFileSync(path, metrics(10) + END);
  await again.done;
  expect(again.seen).toHaveLength(5);
});

test('stops where the signal asks to', async () => {
  const stop = new AbortController();
  const { done } = following(join(scratch(), 'journal.jsonl'), stop.signal);
  setTimeout(() => stop.abort(), 20);
  expect((await failure(done)).name).toBe('AbortError');
});

test('one that died without an end is left, with all that it had written', async () => {
  const path = join(scratch(), 'journal.jsonl');
  writeFileSync(path, metrics(1));
  const seen: number[] = [];
  let asked = 0;
  const died = async (): Promise<boolean> => {
    // Written just before it died.
    if (asked++ === 0) appendFileSync(path, metrics(2));
    return true;
  };
  for await (const { step } of followJournal(path, never, died)) seen.push(step);
  expect(seen).toEqual([1, 2]);
  expect(asked).toBe(2);
}, 20_000);
