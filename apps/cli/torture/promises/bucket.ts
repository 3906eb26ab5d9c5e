import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Backup,
  FileStore,
  JOURNAL,
  journalPath,
  openStore,
  readJournal,
  readLatestCheckpoint,
  type Store,
} from '@fsg/runs';
import {
  checkpointFiles,
  type Fault,
  type S3Service,
  S3Store,
  type Seen,
  s3Client,
  startFaultProxy,
} from '@fsg/runs/testing';
import { newestRun, noneDamaged, smallStage1, stepOf, train, wholeLatest } from '../training.ts';
import type { Ordeal, Trial } from '../trial.ts';

export const bucket: Ordeal = {
  id: '5',
  promise:
    'faults of S3 never corrupt a checkpoint nor block training beyond a bound, and at most two copies wait',
  test: 'a proxy that fails, stalls, cuts, trickles, flips, loses answers and parts, between a `Backup` or `fsg train store=s3://…` and versitygw; once it heals, the next checkpoint is there',
  async run(trial) {
    const { s3 } = trial;
    if (!s3) {
      trial.leftOut.push('all: no S3 server');
      return;
    }
    const rest = storms(trial).values();
    const lane = async (): Promise<void> => {
      for (const storm of rest) await underFaults(trial, s3, storm);
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    trial.notes.push(
      `longest wait of a save ${(longest / 1000).toFixed(1)} s of at most ${BOUND_MS / 1000} s`,
    );
    for (const round of trial.rounds(3)) await trainUnderFaults(trial, s3, round);
  },
};

const FAULTS: Fault[] = [
  ...([429, 500, 503, 'stall', 'reset request', 'flip request', 'lose answer', 'reset answer'] as const),
  ...(['truncate', 'flip answer', 'page', 'trickle'] as const),
];
/** Those that a client notices at once. */
const QUICK = FAULTS.filter((fault) => fault !== 'stall' && fault !== 'trickle');

const OF_PARTS: Fault[] = [503, 'stall', 'reset request', 'flip request', 'lose answer', 'page', 'swallow'];

/** Milliseconds for one call of the store, and the calls of a copy, of naming the best and of pruning. */
const CALL_MS = 5_000;
const BOUND_MS = 20 * CALL_MS;
let longest = 0;

type Files = (step: number) => Record<string, Uint8Array>;
const SMALL: Files = checkpointFiles;
/** Of two parts. */
const LARGE: Files = (step) => ({ 'vae.safetensors': new Uint8Array(9 * 2 ** 20).fill(step) });

interface Storm {
  readonly kind: string;
  readonly name: string;
  readonly files: Files;
  readonly script: (request: Seen) => Fault | undefined;
}

const someOf = (faults: readonly Fault[], share: number) => () =>
  Math.random() < share ? faults[randomInt(faults.length)] : undefined;

function storms(trial: Trial): Storm[] {
  return [
    ...FAULTS.map((fault) => ({
      kind: 'storms of one fault',
      name: `${fault} at a third of the requests`,
      files: SMALL,
      script: someOf([fault], 1 / 3),
    })),
    ...trial.rounds(4).map((round) => ({
      kind: 'storms of all faults',
      name: `${round}`,
      files: SMALL,
      script: someOf(FAULTS, 1 / 2),
    })),
    ...(['stall', 503, 'reset request'] as const).map((fault) => ({
      kind: 'outages',
      name: `${fault}`,
      files: SMALL,
      script: () => fault,
    })),
    ...OF_PARTS.map((fault) => ({
      kind: 'faults of a part',
      name: `${fault}`,
      files: LARGE,
      script: ({ url }: Seen) => (url.includes('partNumber=2') ? fault : undefined),
    })),
  ];
}

/** Two copies before the faults, four under them, one when they are over. */
async function underFaults(
  trial: Trial,
  { bucket, endpoint }: S3Service,
  { kind, name, files, script }: Storm,
): Promise<void> {
  let isSick = false;
  const proxy = await startFaultProxy(endpoint, (request) => (isSick ? script(request) : undefined));
  const prefix: string = randomUUID();
  const straight = await openStore(`s3://${bucket}/${prefix}`);
  await trial.inFolder((folder) =>
    trial.attempt(kind, name, async () => {
      const journal = join(folder, JOURNAL);
      writeFileSync(journal, '');
      let [begun, ended] = [0, 0];
      const faulty = watched(
        new S3Store(bucket, prefix, impatientClient(proxy.endpoint), CALL_MS),
        () => ended++,
      );
      let problem = '';
      const warn = (message: string): void => {
        problem = message;
        if (message.startsWith('cannot copy')) ended++;
      };
      const backup = new Backup(faulty, { journal, token: 1, warn });
      for (let step = 1; step <= 7; step++) {
        isSick = step > 2 && step < 7;
        const asked = performance.now();
        await backup.save(step, files(step), { meta: {}, time: step });
        begun++;
        longest = Math.max(longest, performance.now() - asked);
        assert.ok(performance.now() - asked < BOUND_MS, `step ${step} waited too long`);
        assert.ok(begun - ended <= 2, `${begun - ended} copies wait`);
        backup.markBest({ step, metric: 'psnr', value: step });
        backup.prune(3);
        await readLatestCheckpoint(straight, noneDamaged);
        if (step === 2) await backup.close();
        await sleep(20);
      }
      await backup.close();
      const found = (await wholeLatest(straight))?.manifest.step;
      assert.equal(found, 7, `the bucket’s latest is step ${found}: ${problem}`);
    }),
  );
  await proxy.stop();
}

/** Tells of every copy that has ended well: its journal is the last that it writes. */
function watched(inner: Store, copied: () => void): Store {
  return {
    where: inner.where,
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    stat: (key) => inner.stat(key),
    remove: (key) => inner.remove(key),
    put: async (key, value, condition) => {
      await inner.put(key, value, condition);
      if (key === JOURNAL) copied();
    },
  };
}

/** Of a server that stalls it tries a call until its time is over. */
function impatientClient(endpoint: string) {
  const before = process.env.AWS_ENDPOINT_URL_S3;
  process.env.AWS_ENDPOINT_URL_S3 = endpoint;
  const client = s3Client({ connect: 1_000, idle: 800 });
  process.env.AWS_ENDPOINT_URL_S3 = before;
  return client;
}

/** Every tenth request fails from the first step on; in the last round all stall for a while. */
async function trainUnderFaults(trial: Trial, { bucket, endpoint }: S3Service, round: number): Promise<void> {
  await trial.inFolder(async (cwd) => {
    const someTimes = someOf(QUICK, 1 / 10);
    let isTraining = false;
    let stalls = round === 2 ? 12 : 0;
    const proxy = await startFaultProxy(endpoint, () => {
      isTraining ||= stepOf(newestRun(cwd) as string) > 0;
      if (!isTraining) return undefined;
      if (stalls-- > 0) return 'stall';
      return someTimes();
    });
    await trial.attempt('trainings by fsg train', round, async () => {
      const { args, steps } = smallStage1();
      const address = `s3://${bucket}/${randomUUID()}`;
      const env = { AWS_ENDPOINT_URL_S3: proxy.endpoint };
      const { code, said } = await train(cwd, [...args, `store=${address}`], env).ended;
      assert.equal(code, 0, said);
      const run = newestRun(cwd) as string;
      assert.equal((await wholeLatest(new FileStore(run)))?.manifest.step, steps);
      const far = await openStore(`${address}/${run.split('/').at(-1)}`);
      const latest = await wholeLatest(far);
      assert.equal(latest?.manifest.step, steps, `the bucket’s latest is ${latest?.manifest.step}: ${said}`);
      const times = readJournal(journalPath({ folder: run })).entries.map(({ time }) => time);
      const pause = Math.max(...times.map((time, i) => time - (times[i - 1] ?? time)));
      trial.notes.push(`longest pause of training ${round + 1}: ${(pause / 1000).toFixed(1)} s`);
    });
    await proxy.stop();
  });
}
