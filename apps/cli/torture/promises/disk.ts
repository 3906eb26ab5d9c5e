import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileStore } from '@fsg/runs';
import { hasSmallDisks, onSmallDisk } from '@fsg/runs/testing';
import {
  assertSameTraining,
  BIN,
  newestRun,
  smallStage1,
  trainToEnd,
  undisturbed,
  wholeLatest,
} from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const disk: Ordeal = {
  id: '8',
  promise: 'a full disk leaves the last checkpoint intact',
  test: 'saves on a small disk with 0, 1, 2, … pages free; `fsg train` on a disk of a few MB, its folder then copied to a larger one and resumed to the bytes of an undisturbed training',
  async run(trial) {
    if (!(await hasSmallDisks())) {
      trial.leftOut.push('all: mounting a small disk is not allowed');
      return;
    }
    await pages(trial);
    await trainings(trial);
  },
};

async function pages(trial: Trial): Promise<void> {
  await trial.inFolder(async (folder) => {
    const child = fileURLToPath(new URL('../disk.child.ts', import.meta.url));
    const { stdout, stderr } = await onSmallDisk('2m', folder, [
      process.execPath,
      '--import',
      'tsx',
      child,
      folder,
    ]);
    let failed = 0;
    for (const line of stdout.trim().split('\n')) {
      const { free, said, after, then, last } = JSON.parse(line);
      await trial.attempt('saves on a nearly full disk', `${free} pages free`, async () => {
        if (said !== 'saved') failed++;
        assert.match(said, /^saved$|^cannot write .*: the disk is full; free some space \(ENOSPC\)$/);
        assert.ok([1, 2].includes(after), `latest is ${after}`);
        assert.deepEqual([then, last], ['saved', 3]);
      });
    }
    trial.notes.push(`${failed} of the saves failed`);
    assert.ok(failed > 20, `only ${failed} saves met a full disk: ${stderr}`);
  });
}

async function trainings(trial: Trial): Promise<void> {
  await trial.inFolder(async (folder) => {
    const recipe = smallStage1();
    const expected = await undisturbed(folder, recipe);
    for (const round of trial.rounds(4)) {
      const size = randomInt(2500, 9000);
      await trial.inFolder(async (cwd) => {
        await trial.attempt('trainings on a small disk', `${round}, of ${size} kB`, async () => {
          const disk = join(cwd, 'disk');
          mkdirSync(disk);
          const script = 'cd "$0" && "$@"; code=$?; cp -a runs ..; exit $code';
          const command = [process.execPath, BIN, 'train', ...recipe.args];
          const { status, stderr } = await onSmallDisk(`${size}k`, disk, [
            'sh',
            '-c',
            script,
            disk,
            ...command,
          ]);
          assert.equal(status, 1, stderr);
          assert.match(stderr, /the disk is full; free some space \(ENOSPC\)/);
          await wholeLatest(new FileStore(newestRun(cwd) as string));
          await trainToEnd(cwd, ['--resume', 'latest']);
          await assertSameTraining(cwd, expected, recipe);
        });
      });
    }
  });
}
