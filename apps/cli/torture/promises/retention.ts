import assert from 'node:assert/strict';
import { random } from '@fsg/engine/random';
import {
  bestCheckpoint,
  FileStore,
  latestCheckpoint,
  MemoryStore,
  markBest,
  pinCheckpoint,
  pinnedSteps,
  pruneCheckpoints,
  readCheckpoint,
  type Store,
  saveCheckpoint,
  takeOver,
  unpinCheckpoint,
} from '@fsg/runs';
import { noneDamaged, wholeLatest } from '../training.ts';
import type { Ordeal } from '../trial.ts';

export const retention: Ordeal = {
  id: '11',
  promise: 'retention never deletes the latest, the best, a pinned or a referenced checkpoint',
  test: 'random sequences of saves, resumes, pins, bests, references and prunes, a third of the deletes failing before or after they took effect',
  async run(trial) {
    for (const seed of trial.rounds(500)) {
      await trial.attempt('sequences in memory', `seed ${seed}`, () => sequence(new MemoryStore(), seed));
    }
    for (const seed of trial.rounds(50)) {
      await trial.inFolder((folder) =>
        trial.attempt('sequences on files', `seed ${seed}`, () => sequence(new FileStore(folder), seed)),
      );
    }
  },
};

const ACTIONS = [
  'save',
  'save',
  'save',
  'prune',
  'prune',
  'pin',
  'unpin',
  'best',
  'reference',
  'resume',
] as const;

async function sequence(inner: Store, seed: number): Promise<void> {
  const { integer, next, pick } = random('retention', seed);
  const store = withFailingDeletes(inner, next);
  const standing = new Map<number, Uint8Array>();
  const referenced = new Set<number>();
  let [step, token] = [0, 1];
  const some = (): number => pick([...standing.keys()]);
  const save = async (): Promise<void> => {
    step += 1;
    // A step trained again comes to the same.
    const content = Uint8Array.of(seed % 256, step);
    // A delete that fails may be a save's own: it is made again, as a resumed training would.
    while (
      !(await happens(() => saveCheckpoint(store, step, { a: content }, { meta: {}, time: next(), token })))
    );
    standing.set(step, content);
  };
  await save();
  for (let i = 0; i < 40; i++) {
    const action = pick(ACTIONS);
    if (action === 'save') await save();
    if (action === 'pin') await pinCheckpoint(inner, some());
    if (action === 'unpin') await unpinCheckpoint(inner, some());
    if (action === 'best') await markBest(inner, { step: some(), metric: 'psnr', value: next() }, token);
    if (action === 'reference') referenced.add(some());
    if (action === 'resume') {
      await takeOver(inner, ++token, noneDamaged);
      step = some();
    }
    if (action !== 'prune') continue;
    const latest = (await latestCheckpoint(inner, noneDamaged))?.step as number;
    await happens(() => pruneCheckpoints(store, integer(1, 4), { steps: [...referenced] }));
    const best = (await bestCheckpoint(inner))?.step;
    const kept = new Set([
      latest,
      ...(best === undefined ? [] : [best]),
      ...referenced,
      ...(await pinnedSteps(inner)),
    ]);
    for (const one of standing.keys()) {
      const files = await readCheckpoint(inner, one).then(
        (found) => found.files,
        () => undefined,
      );
      if (files)
        assert.deepEqual(Buffer.from(files.a as Uint8Array), Buffer.from(standing.get(one) as Uint8Array));
      else if (kept.has(one)) assert.fail(`step ${one} is gone after action ${i}`);
      else standing.delete(one);
    }
    assert.equal((await wholeLatest(inner))?.manifest.step, latest);
  }
}

function withFailingDeletes(inner: Store, next: () => number): Store {
  return {
    where: inner.where,
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    stat: (key) => inner.stat(key),
    put: (key, value, condition) => inner.put(key, value, condition),
    remove: async (key) => {
      const fate = next();
      if (fate < 1 / 6) throw new Error(REFUSED);
      await inner.remove(key);
      if (fate > 5 / 6) throw new Error(REFUSED);
    },
  };
}

const REFUSED = 'the delete was refused';

/** False where a delete was refused on the way. */
async function happens(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if ((error as Error).message !== REFUSED) throw error;
    return false;
  }
}
