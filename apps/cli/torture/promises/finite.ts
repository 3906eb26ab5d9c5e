import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startEngine } from '@fsg/engine';
import { FileStore, isEvent, journalPath, MemoryStore, readJournal, readLatestCheckpoint } from '@fsg/runs';
import { smallSession } from '../session.ts';
import {
  hashes,
  newestRun,
  noneDamaged,
  smallStage1,
  smallStage2,
  train,
  trainToEnd,
  wholeLatest,
} from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const finite: Ordeal = {
  id: '10',
  promise: 'NaN or an infinity stops the training before the update',
  test: 'one NaN or infinite pixel in the batch of a random step: the last checkpoint is that before it, finite, and trains on to the bytes of an undisturbed training; `fsg train` that diverges, both stages',
  async run(trial) {
    await startEngine();
    await trial.inFolder(async (folder) => {
      const whole = new MemoryStore();
      const { steps, run } = await smallSession(folder, whole);
      await run();
      const expected = await hashes(whole);
      const perEpoch = steps / 3;
      for (const round of trial.rounds(6)) {
        const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][round % 3] as number;
        const step = randomInt(2, steps + 1);
        await trial.attempt('spoilt batches', `${bad} in step ${step}`, async () => {
          const store = new MemoryStore();
          const spoilt = await smallSession(folder, store, ({ epoch, index }, { clean }) => {
            if (epoch * perEpoch + index + 1 === step) clean[randomInt(0, clean.length)] = bad;
          });
          await assert.rejects(spoilt.run(), new RegExp(`step ${step} was not finite`));
          const latest = await readLatestCheckpoint(store, noneDamaged);
          assert.equal(latest?.manifest.step, step - 1);
          assertFinite(latest?.files ?? {});
          const again = await smallSession(folder, store);
          await again.run();
          assert.deepEqual(await hashes(store), expected);
        });
      }
    });
    await diverging(trial);
  },
};

async function diverging(trial: Trial): Promise<void> {
  await trial.inFolder(async (cwd) => {
    const first = smallStage1(1);
    await trainToEnd(cwd, first.args);
    const structure = newestRun(cwd) as string;
    const second = smallStage2(`${basename(structure)}@${first.steps}`);
    for (const { args } of [first, second]) {
      await trial.inFolder(async (other) => {
        cpSync(structure, join(other, 'runs', basename(structure)), { recursive: true });
        await trial.attempt('diverging trainings', args[0] as string, async () => {
          const { code, said } = await train(other, [...args, 'optimiser.rate=1e18']).ended;
          assert.equal(code, 1);
          assert.match(said, /step \d+ was not finite: .*; stopped before the update/);
          const run = newestRun(other) as string;
          assertFinite((await wholeLatest(new FileStore(run)))?.files ?? {});
          const end = readJournal(journalPath({ folder: run }))
            .entries.filter(isEvent)
            .at(-1);
          assert.equal(end?.ending, 'failed');
        });
      });
    }
  });
}

/** Fails where a safetensors file holds a number that is none; origin of the layout: the format's own description. */
function assertFinite(files: Readonly<Record<string, Uint8Array>>): void {
  const names = Object.keys(files).filter((name) => name.endsWith('.safetensors'));
  assert.ok(names.length > 1, 'the checkpoint has no tensors');
  for (const name of names) {
    const content = Buffer.from(files[name] as Uint8Array);
    const begin = 8 + Number(content.readBigUInt64LE());
    const values = new Float32Array(Uint8Array.from(content.subarray(begin)).buffer);
    assert.ok(values.every(Number.isFinite), `${name} holds a value that is not finite`);
  }
}
