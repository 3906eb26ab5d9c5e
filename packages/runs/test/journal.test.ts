import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isEvent,
  Journal,
  type JournalEntry,
  metricHistory,
  parseJournal,
  readJournal,
} from '../src/index.ts';
import { startChild } from './child.ts';
import { scratch } from './support.ts';

function ticking(): () => number {
  let now = 1000;
  return () => now++;
}

const values = (entries: readonly JournalEntry[], metric: string) =>
  metricHistory(entries)
    .get(metric)
    ?.map(({ step, value }) => [step, value]);

test('the file is as the format says, NaN and infinities as strings', () => {
  const path = join(scratch(), 'journal.jsonl');
  const journal = new Journal(path, ticking());
  journal.event(0, 'start', { pid: 7 });
  journal.metrics(1, { 'train/loss': 1.5, bad: Number.NaN, up: Number.POSITIVE_INFINITY, down: -Infinity });
  journal.close();
  expect(readFileSync(path, 'utf8')).toBe(
    '{"time":1000,"step":0,"event":"start","pid":7}\n' +
      '{"time":1001,"step":1,"metrics":{"train/loss":1.5,"bad":"NaN","up":"Infinity","down":"-Infinity"}}\n',
  );
  const { entries, damaged } = readJournal(path);
  expect(damaged).toBe(0);
  expect(entries).toEqual([
    { time: 1000, step: 0, event: 'start', pid: 7 },
    {
      time: 1001,
      step: 1,
      metrics: { 'train/loss': 1.5, bad: Number.NaN, up: Number.POSITIVE_INFINITY, down: -Infinity },
    },
  ]);
});

test('a journal that is not there yet is empty', () => {
  expect(readJournal(join(scratch(), 'journal.jsonl'))).toEqual({ entries: [], damaged: 0 });
});

test('cut at any byte, it reads up to the cut, and goes on from there', () => {
  const path = join(scratch(), 'journal.jsonl');
  const journal = new Journal(path, ticking());
  for (let step = 1; step <= 4; step++) journal.metrics(step, { 'verlust/ä': step / 3 });
  journal.event(4, 'end');
  journal.close();
  const whole = readFileSync(path);
  const ends = [...whole].flatMap((byte, i) => (byte === 10 ? [i] : []));
  for (let cut = 0; cut <= whole.length; cut++) {
    writeFileSync(path, whole.subarray(0, cut));
    const complete = ends.filter((end) => end <= cut).length;
    expect(readJournal(path)).toMatchObject({ damaged: 0 });
    expect(readJournal(path).entries).toHaveLength(complete);
    const resumed = new Journal(path, ticking());
    resumed.event(2, 'resume');
    resumed.close();
    const { entries, damaged } = readJournal(path);
    expect([entries.length, damaged]).toEqual([complete + 1, 0]);
    expect(entries.at(-1)).toMatchObject({ event: 'resume', step: 2 });
  }
});

test('a damaged line in the middle is counted and passed over', () => {
  const good = '{"time":1,"step":1,"metrics":{"a":1}}\n';
  const bad = [
    '{"time":1,"step":1',
    '\0\0\0',
    '[]',
    '{"time":1,"metrics":{"a":1}}',
    '{"time":1,"step":1,"metrics":{"a":"x"}}',
  ];
  expect(parseJournal(`${good}${bad.join('\n')}\n${good}`)).toMatchObject({ damaged: 5, entries: [{}, {}] });
});

test('a resume drops later points, and the later of two values at a step counts', () => {
  const { entries } = parseJournal(
    [
      '{"time":1,"step":10,"metrics":{"loss":1,"only":1}}',
      '{"time":2,"step":20,"metrics":{"loss":2}}',
      '{"time":3,"step":30,"metrics":{"loss":3,"late":3}}',
      '{"time":4,"step":20,"event":"resume"}',
      '{"time":5,"step":30,"metrics":{"loss":33}}',
      '{"time":6,"step":30,"metrics":{"loss":34}}',
      '{"time":7,"step":15,"metrics":{"loss":1.5}}',
    ].join('\n'),
  );
  expect(values(entries, 'loss')).toEqual([
    [10, 1],
    [15, 1.5],
    [20, 2],
    [30, 34],
  ]);
  expect(values(entries, 'only')).toEqual([[10, 1]]);
  expect(values(entries, 'late')).toBeUndefined();
});

test('the history of an interrupted run is that of an uninterrupted one', () => {
  const steps = 30;
  const value = (step: number) => step * step;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(steps), fc.nat(steps)), { maxLength: 6 }), (interruptions) => {
      const entries: JournalEntry[] = [];
      let at = 0;
      const run = (to: number) => {
        while (at < to) entries.push({ time: entries.length, step: ++at, metrics: { a: value(at) } });
      };
      for (const [killedAt, back] of interruptions) {
        run(killedAt);
        at = Math.min(at, back);
        entries.push({ time: entries.length, step: at, event: 'resume' });
      }
      run(steps);
      const expected = Array.from({ length: steps }, (_, i) => [i + 1, value(i + 1)]);
      expect(values(entries, 'a')).toEqual(expected);
    }),
  );
});

test('kill -9 loses no line that was written', async () => {
  const path = join(scratch(), 'journal.jsonl');
  const child = startChild('log-loop.child.ts', [path]);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk;
    if (output.length > 2000) child.kill('SIGKILL');
  });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  const said = Number(output.split('\n').at(-2));
  const { entries, damaged } = readJournal(path);
  expect(said).toBeGreaterThan(100);
  expect(entries.length).toBeGreaterThanOrEqual(said);
  expect(entries.map(({ step }) => step)).toEqual(entries.map((_, i) => i + 1));
  expect(damaged).toBe(0);
});

test('100,000 points are read within two seconds', () => {
  const path = join(scratch(), 'journal.jsonl');
  const line = (step: number) =>
    `{"time":${step},"step":${step},"metrics":{"a":0.123456789,"b":1,"c":2,"d":3,"e":4,"f":5,"g":6,"h":7,"i":8,"j":"NaN"}}\n`;
  appendFileSync(path, Array.from({ length: 10_000 }, (_, i) => line(i)).join(''));
  const start = process.cpuUsage();
  const { entries } = readJournal(path);
  const history = metricHistory(entries);
  const { user } = process.cpuUsage(start);
  expect([...history.values()].reduce((sum, points) => sum + points.length, 0)).toBe(100_000);
  expect(entries.some(isEvent)).toBe(false);
  expect(user / 1e6).toBeLessThan(2);
});
