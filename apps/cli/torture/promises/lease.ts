import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileStore, openStore, readLatestCheckpoint } from '@fsg/runs';
import { holdLease } from '@fsg/runs/testing';
import {
  newestRun,
  noneDamaged,
  smallStage1,
  stepOf,
  type Training,
  train,
  wholeLatest,
} from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const lease: Ordeal = {
  id: '6',
  promise: 'one writer a run: who was taken over commits nothing more',
  test: 'owners stopped (SIGSTOP) at random moments of a save, taken over and continued, on files and S3; `fsg train` launched twice, and frozen for longer than its lease',
  async run(trial) {
    await Promise.all([frozenTraining(trial), others(trial)]);
  },
};

async function others(trial: Trial): Promise<void> {
  const { s3 } = trial;
  for (const round of trial.rounds(6)) {
    await trial.inFolder((folder) =>
      trial.attempt('owners stopped on files', round, () => stoppedOwner(folder)),
    );
    if (s3) {
      const address = `s3://${s3.bucket}/${randomUUID()}`;
      await trial.attempt('owners stopped on S3', round, () => stoppedOwner(address));
    }
  }
  if (!s3) trial.leftOut.push('S3');
  for (const round of trial.rounds(2)) await launchedTwice(trial, round);
}

async function stoppedOwner(address: string): Promise<void> {
  const owner = holdLease(address);
  const owners = [owner];
  try {
    assert.equal(await owner.said(), 'token 1');
    assert.equal(await owner.commit(), 'saved 100');
    const answer = owner.commit();
    await sleep(randomInt(0, 15));
    owner.child.kill('SIGSTOP');
    const next = holdLease(address);
    owners.push(next);
    assert.equal(await next.said(), 'token 2');
    assert.equal(await next.commit(), 'saved 100');
    owner.child.kill('SIGCONT');
    // It may have come to its end before it was stopped.
    assert.match(await answer, /^(saved 200$|LeaseLostError )/);
    assert.match(await owner.commit(), /^LeaseLostError .*was taken over by another process \(lease 2\)/);
    assert.equal(await next.commit(), 'saved 200');
    const latest = await readLatestCheckpoint(await openStore(address), noneDamaged);
    assert.deepEqual([latest?.manifest.step, latest?.manifest.token], [200, 2]);
    assert.equal(Buffer.from(latest?.files.a ?? []).toString(), '2');
  } finally {
    for (const { child } of owners) child.kill('SIGKILL');
  }
}

/** A run that is being trained, and one that two processes want to go on with at once. */
async function launchedTwice(trial: Trial, round: number): Promise<void> {
  await trial.inFolder(async (cwd) => {
    await trial.attempt('second launches of fsg train', round, async () => {
      const first = train(cwd, smallStage1(2000).args);
      await untilStep(cwd, 1);
      const { code, said } = await train(cwd, ['--resume', 'latest']).ended;
      assert.equal(code, 1);
      assert.match(said, /is being written by process \d+ on .*: wait for it, or stop it first/);
      assert.equal(first.child.exitCode, null, 'the first one has ended');
      first.child.kill('SIGKILL');
      await first.ended;
    });
    await trial.attempt('launches of fsg train at once', round, async () => {
      const both = [0, 1].map(() => train(cwd, ['--resume', 'latest']));
      const refused = await Promise.race(both.map(async (one) => ({ one, ...(await one.ended) })));
      const other = both.find((one) => one !== refused.one) as Training;
      assert.equal(refused.code, 1);
      assert.match(refused.said, /is being written by process/);
      assert.equal(other.child.exitCode, null, 'both were refused');
      other.child.kill('SIGKILL');
      await other.ended;
      await wholeLatest(new FileStore(newestRun(cwd) as string));
    });
  });
}

/** With the times of the product itself: its lease is stale after 90 s. */
async function frozenTraining(trial: Trial): Promise<void> {
  await trial.inFolder((cwd) =>
    trial.attempt('fsg train frozen and taken over', '', async () => {
      const first = train(cwd, smallStage1(2000).args);
      await untilStep(cwd, 3);
      first.child.kill('SIGSTOP');
      const run = newestRun(cwd) as string;
      const store = new FileStore(run);
      const before = (await wholeLatest(store))?.manifest.step ?? 0;
      const second = train(cwd, ['--resume', 'latest']);
      while (((await wholeLatest(store))?.manifest.step ?? 0) <= before + 3) await sleep(500);
      first.child.kill('SIGCONT');
      const { code, said } = await first.ended;
      assert.equal(code, 1, said);
      assert.match(said, /was taken over by another process \(lease 2\)/);
      second.child.kill('SIGKILL');
      await second.ended;
      assert.equal((await wholeLatest(store))?.manifest.token, 2);
    }),
  );
}

async function untilStep(cwd: string, step: number): Promise<void> {
  for (;;) {
    const run = newestRun(cwd);
    if (run && stepOf(run) >= step) return;
    await sleep(20);
  }
}
