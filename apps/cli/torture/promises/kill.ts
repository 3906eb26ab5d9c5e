import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  FileStore,
  MemoryStore,
  markBest,
  openStore,
  pruneCheckpoints,
  type Store,
  saveCheckpoint,
} from '@fsg/runs';
import { checkpointFiles, dyingStore, startChild } from '@fsg/runs/testing';
import { killAt, newestRun, smallStage1, train, wholeLatest } from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const kill: Ordeal = {
  id: '1',
  promise: '“latest” is always complete and hash-verified; “best” can be read',
  test: 'kill -9 at random moments of processes that save and of `fsg train`; a failpoint before and after every write',
  async run(trial) {
    await Promise.all([
      killSavers(trial, 'kills of a process that saves to files', 80, (folder) => folder),
      killSavers(trial, 'kills of a process that saves to files', 80, (folder) => folder),
    ]);
    const { s3 } = trial;
    if (s3) {
      await killSavers(
        trial,
        'kills of a process that saves to S3',
        20,
        () => `s3://${s3.bucket}/${randomUUID()}`,
      );
    } else trial.leftOut.push('S3');
    await killTraining(trial);
    await failpoints(trial, 'memory', async () => new MemoryStore());
    await failpoints(trial, 'files', async (folder) => new FileStore(folder));
    if (s3) await failpoints(trial, 'S3', () => openStore(`s3://${s3.bucket}/${randomUUID()}`));
  },
};

/** One store, whose saver is killed and started again and again. */
async function killSavers(
  trial: Trial,
  kind: string,
  count: number,
  place: (folder: string) => string,
): Promise<void> {
  await trial.inFolder(async (folder) => {
    const address = place(folder);
    const store = await openStore(address);
    for (const round of trial.rounds(count)) {
      await trial.attempt(kind, round, async () => {
        const said = await killedSaver(address, randomInt(0, 80));
        const latest = await wholeLatest(store);
        assert.ok(
          (latest?.manifest.step ?? 0) >= said,
          `step ${said} was saved, latest is ${latest?.manifest.step}`,
        );
      });
    }
  });
}

/** Kills a saving process so many ms after it has begun; gives the last step that it had reported. */
async function killedSaver(address: string, after: number): Promise<number> {
  const child = startChild('save-loop.child.ts', [address]);
  let output = '';
  child.stdout?.on('data', (text: Buffer) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), after);
    output += text;
  });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL', 'the process ended by itself');
  return Number(output.match(/(\d+)\n(?!.*\n)/)?.[1] ?? 0);
}

/** One run, trained on until it is killed the next time. */
async function killTraining(trial: Trial): Promise<void> {
  await trial.inFolder(async (cwd) => {
    const { args } = smallStage1(500);
    for (const round of trial.rounds(20)) {
      await trial.attempt('kills of fsg train', round, async () => {
        const run = newestRun(cwd);
        const before = run ? ((await wholeLatest(new FileStore(run)))?.manifest.step ?? 0) : 0;
        const training = train(cwd, run ? ['--resume', 'latest'] : args);
        assert.ok(await killAt(training, cwd, before + 1, randomInt(0, 600)), (await training.ended).said);
        const latest = await wholeLatest(new FileStore(newestRun(cwd) as string));
        assert.ok((latest?.manifest.step ?? 0) >= before, 'the run has gone back');
      });
    }
  });
}

/** Writes of a save, of naming the best, of pruning and of saving a step again. */
const WRITES = 25;

/** Each of them is the last one, before and after it took effect. */
async function failpoints(
  trial: Trial,
  kind: string,
  open: (folder: string) => Promise<Store>,
): Promise<void> {
  for (const before of [true, false]) {
    for (let at = 0; at < WRITES; at++) {
      await trial.inFolder(async (folder) => {
        const store = await open(folder);
        await trial.attempt(
          `failpoints on ${kind}`,
          `${before ? 'before' : 'after'} write ${at}`,
          async () => {
            for (const step of [1, 2, 3]) await save(store, step);
            await markBest(store, { step: 1, metric: 'psnr', value: 1 });
            assert.equal(
              await survives(dyingStore(store, at, before)),
              false,
              `there are not ${WRITES} writes`,
            );
            const latest = await wholeLatest(store);
            assert.ok(
              [3, 4].includes(latest?.manifest.step ?? -1),
              `latest is step ${latest?.manifest.step}`,
            );
            await save(store, 5);
            assert.equal((await wholeLatest(store))?.manifest.step, 5);
          },
        );
      });
    }
  }
}

const save = (store: Store, step: number) =>
  saveCheckpoint(store, step, checkpointFiles(step), { meta: {}, time: step });

/** False where it died on the way. */
async function survives(store: Store): Promise<boolean> {
  try {
    await save(store, 4);
    await markBest(store, { step: 4, metric: 'psnr', value: 2 });
    await pruneCheckpoints(store, 1);
    await saveCheckpoint(store, 3, checkpointFiles(30), { meta: {}, time: 30 });
    return true;
  } catch (error) {
    if ((error as Error).message !== 'died') throw error;
    return false;
  }
}
