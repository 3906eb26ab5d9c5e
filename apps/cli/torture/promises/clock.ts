import assert from 'node:assert/strict';
import { random } from '@fsg/engine/random';
import {
  FileStore,
  isEvent,
  journalPath,
  MemoryStore,
  metricHistory,
  readJournal,
  type Store,
  saveCheckpoint,
  takeOver,
} from '@fsg/runs';
import {
  assertSameTraining,
  newestRun,
  noneDamaged,
  smallStage1,
  trainToEnd,
  undisturbed,
  wholeLatest,
} from '../training.ts';
import type { Ordeal } from '../trial.ts';

export const clock: Ordeal = {
  id: 'clock',
  promise: 'a clock that jumps changes no order: “latest” is the one saved last',
  test: 'saves and take-overs at random times of 100 years; `fsg train` whose clock jumps by up to 30 days either way at every reading',
  async run(trial) {
    for (const seed of trial.rounds(300)) {
      await trial.attempt('sequences in memory', `seed ${seed}`, () => sequence(new MemoryStore(), seed));
    }
    for (const seed of trial.rounds(30)) {
      await trial.inFolder((folder) =>
        trial.attempt('sequences on files', `seed ${seed}`, () => sequence(new FileStore(folder), seed)),
      );
    }
    await trial.inFolder(async (reference) => {
      const recipe = smallStage1(1);
      const expected = await undisturbed(reference, recipe);
      for (const round of trial.rounds(2)) {
        await trial.inFolder((cwd) =>
          trial.attempt('trainings with a jumping clock', round, async () => {
            await trainToEnd(cwd, recipe.args, { NODE_OPTIONS: `--import=${JUMPING}` });
            await assertSameTraining(cwd, expected, recipe);
            const { entries } = readJournal(journalPath({ folder: newestRun(cwd) as string }));
            assert.ok(
              entries.some(({ time }, i) => time < (entries[i - 1]?.time ?? 0)),
              'the clock did not jump',
            );
            const logged = metricHistory(entries)
              .get('train/loss')
              ?.map(({ step }) => step);
            assert.deepEqual(
              logged,
              Array.from({ length: recipe.steps }, (_, i) => i + 1),
            );
            assert.equal(entries.filter(isEvent).at(-1)?.event, 'end');
          }),
        );
      }
    });
  },
};

/** Loaded before the program: every reading of the clock is wrong by another amount. */
const JUMPING = `data:text/javascript,${encodeURIComponent(
  'const now=Date.now;Date.now=()=>now()+Math.round((Math.random()-0.5)*2*30*86400e3)',
)}`;

async function sequence(store: Store, seed: number): Promise<void> {
  const { integer, pick } = random('clock', seed);
  let token = 1;
  for (let i = 0; i < 15; i++) {
    if (pick([true, false, false])) await takeOver(store, ++token, noneDamaged);
    const step = integer(0, 1000);
    const files = { a: Uint8Array.of(i) };
    await saveCheckpoint(store, step, files, { meta: {}, time: integer(0, 100 * 365 * 86_400_000), token });
    const latest = await wholeLatest(store);
    assert.deepEqual([latest?.manifest.step, latest?.files.a?.[0]], [step, i]);
  }
}
