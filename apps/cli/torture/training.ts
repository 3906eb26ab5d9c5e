/** Small trainings by `fsg train`, as processes that can be killed at any moment. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  bestCheckpoint,
  type Checkpoint,
  FileStore,
  isEvent,
  journalPath,
  listCheckpoints,
  readCheckpoint,
  readJournal,
  readLatestCheckpoint,
  type Store,
} from '@fsg/runs';

export const BIN = fileURLToPath(new URL('../bin/fsg.js', import.meta.url));

/** SYNTHETIC people, few; a checkpoint of each step, and all of them kept. */
const SMALL = [
  ...['data.source.identities=60', 'data.source.imagesPerIdentity=1', 'batch=4', 'logEvery=1'],
  ...['validation.count=2', 'validation.every=7', 'samples.count=1', 'samples.every=9'],
  ...['checkpoints.every=1', 'checkpoints.keep=999'],
];

export interface Recipe {
  readonly args: readonly string[];
  readonly steps: number;
}

export const smallStage1 = (epochs = 2): Recipe => ({
  args: ['demo-fast/stage1', ...SMALL, 'model.zDim=8', `epochs=${epochs}`],
  steps: 12 * epochs,
});

/** On a checkpoint of stage I in the same folder of runs. */
export const smallStage2 = (structure: string, epochs = 1): Recipe => ({
  args: ['demo-fast/stage2', ...SMALL, `structure=${structure}`, 'init=null', `epochs=${epochs}`],
  steps: 12 * epochs,
});

export interface Training {
  readonly child: ChildProcess;
  /** Its exit code and what it has said to the user, once it has ended. */
  readonly ended: Promise<{ code: number | null; said: string }>;
}

/** `fsg train` in that folder. */
export function train(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Training {
  const child = spawn(process.execPath, [BIN, 'train', ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

export async function trainToEnd(...training: Parameters<typeof train>): Promise<string> {
  const { code, said } = await train(...training).ended;
  assert.equal(code, 0, `fsg train ended with ${code}: ${said.trim().split('\n').at(-1)}`);
  return said;
}

/** Kills it with SIGKILL `after` ms after its run has got to a step; false where it ended before. */
export async function killAt(
  { child, ended }: Training,
  cwd: string,
  step: number,
  after: number,
): Promise<boolean> {
  const over = ended.then(() => true);
  while ((await Promise.race([over, sleep(5)])) === undefined) {
    const run = newestRun(cwd);
    if (run && stepOf(run) >= step) break;
  }
  await Promise.race([over, sleep(after)]);
  child.kill('SIGKILL');
  return (await ended).code === null;
}

/** The folder of the newest run; undefined where there is none. */
export function newestRun(cwd: string): string | undefined {
  const runs = join(cwd, 'runs');
  const names = existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : [];
  const [newest] = names.sort().reverse();
  return newest && join(runs, newest);
}

/** The step up to which a run has logged. */
export const stepOf = (folder: string): number =>
  readJournal(journalPath({ folder })).entries.findLast((entry) => !isEvent(entry))?.step ?? 0;

/** For readers of stores: nothing damaged may be passed over. */
export const noneDamaged = (problem: Error): never => {
  throw problem;
};

/** Fails where the newest checkpoint, the best or any other is not whole; gives the newest. */
export async function wholeLatest(store: Store): Promise<Checkpoint | undefined> {
  const latest = await readLatestCheckpoint(store, noneDamaged);
  const best = await bestCheckpoint(store);
  if (best) await readCheckpoint(store, best.step);
  for (const { step } of await listCheckpoints(store, noneDamaged)) await readCheckpoint(store, step);
  return latest;
}

/** SHA-256 of each file of each checkpoint, by step and name. */
export async function hashes(store: Store): Promise<Record<string, string>> {
  const all = await listCheckpoints(store, noneDamaged);
  return Object.fromEntries(
    all.flatMap(({ step, files }) =>
      Object.entries(files).map(([name, { sha256 }]) => [`step ${step} ${name}`, sha256]),
    ),
  );
}

/** Fails where the newest run in `cwd` has not come to its end, or has a checkpoint other than an uninterrupted training's. */
export async function assertSameTraining(
  cwd: string,
  expected: Readonly<Record<string, string>>,
  { steps }: Recipe,
): Promise<void> {
  const store = new FileStore(newestRun(cwd) as string);
  assert.equal((await wholeLatest(store))?.manifest.step, steps);
  const found = Object.entries(await hashes(store));
  assert.deepEqual(
    found.filter(([name, sha256]) => expected[name] !== sha256).map(([name]) => name),
    [],
  );
}

/** The hashes of a training that nothing disturbs, in that folder. */
export async function undisturbed(cwd: string, { args }: Recipe): Promise<Record<string, string>> {
  await trainToEnd(cwd, args);
  return hashes(new FileStore(newestRun(cwd) as string));
}
