import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { stopOnSignals } from '../src/signals.ts';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGUSR1', 75],
] as const)('the first %s asks to stop, the second ends with %i', (signal, exitCode) => {
  const source = new FakeProcess();
  const said: string[] = [];
  const stop = stopOnSignals(source, (line) => said.push(line));
  expect([stop.signal.aborted, stop.exitCode]).toEqual([false, undefined]);
  source.emit(signal, signal);
  expect([stop.signal.aborted, stop.exitCode]).toEqual([true, exitCode]);
  expect(said).toEqual([expect.stringMatching(/stopping; again to stop at once$/)]);
  expect(source.exits).toEqual([]);
  source.emit(signal, signal);
  expect(source.exits).toEqual([exitCode]);
});
