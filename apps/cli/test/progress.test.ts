import { expect, test } from 'vitest';
import { createLog, duration } from '../src/progress.ts';

function stage(isTTY: boolean, quiet = false) {
  let now = 0;
  const written: string[] = [];
  const stream = { isTTY, columns: 60, write: (text: string) => written.push(text) };
  const log = createLog(stream, { quiet, clock: () => now });
  const wait = (ms: number) => {
    now += ms;
  };
  return { log, wait, written };
}

test('where there is no terminal, a whole line every five seconds', () => {
  const { log, wait, written } = stage(false);
  const bar = log.progress('stage I', 1000, 'steps');
  for (let step = 1; step <= 30; step++) {
    wait(500);
    bar.at(step);
  }
  bar.end();
  expect(written).toEqual([
    'stage I: 10 of 1000 steps, 2.00/s, 8 min 15 s left\n',
    'stage I: 20 of 1000 steps, 2.00/s, 8 min 10 s left\n',
    'stage I: 30 of 1000 steps, 2.00/s, 8 min 5 s left\n',
    'stage I: 30 of 1000 steps in 15 s, 2.00/s\n',
  ]);
});

test('the rate follows a change of pace within its window', () => {
  const { log, wait, written } = stage(false);
  const bar = log.progress('x', 1000, 'steps');
  for (let step = 1; step <= 300; step++) {
    wait(step <= 60 ? 1000 : 100);
    bar.at(step);
  }
  expect(written.at(-1)).toMatch(/, 10\.0\/s, /);
});

test('a resumed run’s earlier steps do not count as its pace', () => {
  const { log, wait, written } = stage(false);
  const bar = log.progress('x', 1000, 'steps');
  for (let step = 501; step <= 505; step++) {
    wait(1000);
    bar.at(step);
  }
  expect(written).toEqual(['x: 505 of 1000 steps, 1.00/s, 8 min 15 s left\n']);
});

test('on a terminal one line is drawn over, and other lines go above it', () => {
  const { log, wait, written } = stage(true);
  const bar = log.progress('faces', 10, 'faces');
  bar.at(0);
  bar.at(1);
  wait(5000);
  bar.at(5);
  log.warn('low disk');
  bar.end();
  const clear = '\r\x1b[2K';
  const first = `${clear}faces ${'░'.repeat(20)} 0 of 10 faces`;
  const second = `${clear}faces ${'█'.repeat(10)}${'░'.repeat(10)} 5 of 10 faces, 1.00/s, 5 s`;
  expect(written[0]).toBe(first);
  expect(written[1]?.startsWith(second)).toBe(true);
  expect(written[1]?.length).toBeLessThanOrEqual(clear.length + 59);
  expect(written[2]).toBe(`${clear}warning: low disk\n${written[1]?.slice(clear.length)}`);
  expect(written[3]).toBe(clear);
  expect(written[4]).toBe('faces: 5 of 10 faces in 5 s, 1.00/s\n');
});

test('quiet leaves warnings', () => {
  const { log, wait, written } = stage(false, true);
  log.info('hello');
  const bar = log.progress('x', 10, 'steps');
  wait(60_000);
  bar.at(5);
  bar.end();
  log.warn('careful');
  expect(written).toEqual(['warning: careful\n']);
});

test('durations', () => {
  expect([0, 59.4, 59.6, 3599, 4000, 90_000].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min 0 s',
    '59 min 59 s',
    '1 h 7 min',
    '25 h 0 min',
  ]);
});
