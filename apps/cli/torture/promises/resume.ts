import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  assertSameTraining,
  killAt,
  newestRun,
  type Recipe,
  smallStage1,
  smallStage2,
  train,
  trainToEnd,
  undisturbed,
} from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const resume: Ordeal = {
  id: '2',
  promise: 'a killed and resumed training ends with the bytes of an uninterrupted one',
  test: '`fsg train` killed -9 three times at random moments and resumed, also on a bare machine from a second store: SHA-256 of every checkpoint’s files (weights, Adam, EMA, buffers, state.json)',
  async run(trial) {
    await trial.inFolder(async (cwd) => {
      const first = smallStage1();
      const expected = await undisturbed(cwd, first);
      await interrupted(trial, 'trainings of stage I', 4, first, expected);
      await fromSecondStore(trial, 'from a second store, a folder', 2, first, expected, (folder) =>
        join(folder, 'second'),
      );
      const { s3 } = trial;
      if (s3) {
        const place = () => `s3://${s3.bucket}/${randomUUID()}`;
        await fromSecondStore(trial, 'from a second store, S3', 2, first, expected, place);
      } else trial.leftOut.push('S3');

      const structure = newestRun(cwd) as string;
      const second = smallStage2(`${basename(structure)}@${first.steps}`);
      const withStructure = (folder: string) =>
        cpSync(structure, join(folder, 'runs', basename(structure)), { recursive: true });
      const whole = await undisturbed(cwd, second);
      await interrupted(trial, 'trainings of stage II', 2, second, whole, withStructure);
    });
  },
};

async function interrupted(
  trial: Trial,
  kind: string,
  count: number,
  recipe: Recipe,
  expected: Readonly<Record<string, string>>,
  prepare: (folder: string) => void = () => {},
): Promise<void> {
  for (const round of trial.rounds(count)) {
    const kills = randomSteps(recipe);
    await trial.inFolder(async (cwd) => {
      prepare(cwd);
      await trial.attempt(kind, `${round}, killed at steps ${kills}`, async () => {
        for (const step of kills) await killOnce(cwd, [...recipe.args, ...AUTO], step);
        await trainToEnd(cwd, [...recipe.args, ...AUTO]);
        await assertSameTraining(cwd, expected, recipe);
      });
    });
  }
}

/** After each kill the folder of the runs is lost. */
async function fromSecondStore(
  trial: Trial,
  kind: string,
  count: number,
  recipe: Recipe,
  expected: Readonly<Record<string, string>>,
  place: (folder: string) => string,
): Promise<void> {
  for (const round of trial.rounds(count)) {
    const kills = randomSteps(recipe);
    await trial.inFolder(async (cwd) => {
      const args = [...recipe.args, `store=${place(cwd)}`, ...AUTO];
      await trial.attempt(kind, `${round}, killed at steps ${kills}`, async () => {
        for (const step of kills) {
          await killOnce(cwd, args, step);
          rmSync(join(cwd, 'runs'), { recursive: true });
        }
        await trainToEnd(cwd, args);
        await assertSameTraining(cwd, expected, recipe);
      });
    });
  }
}

const AUTO = ['--resume', 'auto'];

/** Three, rising, so that most kills meet a training that has gone on. */
const randomSteps = ({ steps }: Recipe): number[] =>
  Array.from({ length: 3 }, () => randomInt(1, steps)).sort((a, b) => a - b);

async function killOnce(cwd: string, args: readonly string[], step: number): Promise<void> {
  const training = train(cwd, args);
  await killAt(training, cwd, step, randomInt(0, 60));
  const { code, said } = await training.ended;
  assert.ok(code === null || code === 0, said);
}
