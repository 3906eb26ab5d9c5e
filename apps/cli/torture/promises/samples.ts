import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Ordeal } from '../trial.ts';

export const samples: Ordeal = {
  id: '3',
  promise:
    'each sample is seen at most once an epoch, and only a short last batch is left out, across a resume',
  test: 'a training process killed -9 three times and resumed: the faces that its final weights were trained on, by epoch, against an uninterrupted one’s',
  async run(trial) {
    const whole = await trial.inFolder(async (folder) => {
      assert.equal(
        await once(start(folder), 'close').then(([code]) => code),
        0,
        'the uninterrupted training failed',
      );
      return trainedOn(folder);
    });
    assert.deepEqual([...whole.keys()], [0, 1, 2]);
    await trial.attempt('uninterrupted training', '', async () => {
      for (const keys of whole.values()) {
        assert.equal(new Set(keys).size, keys.length, 'a face was seen twice in an epoch');
        // 51 faces in batches of 4.
        assert.equal(keys.length, 48);
      }
      const all = new Set([...whole.values()].flat());
      assert.ok(all.size > 48, 'the same faces were left out of every epoch');
    });
    for (const round of trial.rounds(4)) {
      await trial.inFolder((folder) =>
        trial.attempt('trainings killed three times', round, async () => {
          const end = await killedThrice(folder);
          assert.equal(end, 0, `the resumed training ended with ${end}`);
          assert.deepEqual(trainedOn(folder), whole);
        }),
      );
    }
  },
};

const CHILD = fileURLToPath(new URL('../samples.child.ts', import.meta.url));
const start = (folder: string) =>
  spawn(process.execPath, ['--import', 'tsx', CHILD, folder], { stdio: ['ignore', 'ignore', 'inherit'] });

async function killedThrice(folder: string): Promise<number | null> {
  for (let kill = 0; kill < 3; kill++) {
    const child = start(folder);
    const over = once(child, 'close').then(([code]) => code as number | null);
    const goal = batchesIn(folder).length + randomInt(1, 12);
    while (
      (await Promise.race([over, sleep(5, 'running')])) === 'running' &&
      batchesIn(folder).length < goal
    );
    child.kill('SIGKILL');
    const code = await over;
    if (code !== null) return code;
  }
  return once(start(folder), 'close').then(([code]) => code);
}

interface Given {
  readonly epoch: number;
  readonly index: number;
  readonly keys: readonly string[];
  /** True of the first batch that a process was given: all from here on is trained on again. */
  readonly isFirst: boolean;
}

function batchesIn(folder: string): Given[] {
  const path = join(folder, 'seen.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** By epoch the faces, sorted, that the last process's weights come from. */
function trainedOn(folder: string): Map<number, string[]> {
  let course: Given[] = [];
  for (const given of batchesIn(folder)) {
    const { epoch, index } = given;
    const isEarlier = (one: Given): boolean =>
      one.epoch < epoch || (one.epoch === epoch && one.index < index);
    // The first batch of all is asked for twice: once to fit the fresh weights to it.
    const isAgain = given.isFirst || (epoch === 0 && index === 0);
    course = [...(isAgain ? course.filter(isEarlier) : course), given];
  }
  const keysOf = (wanted: number): string[] =>
    course.flatMap(({ epoch, keys }) => (epoch === wanted ? keys : [])).sort();
  return new Map(course.map(({ epoch }) => [epoch, keysOf(epoch)]));
}
