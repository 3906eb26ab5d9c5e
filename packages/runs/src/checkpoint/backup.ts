/**
 * Copies of a run's checkpoints in a second store, such as a bucket, made while training goes on. What cannot be copied is said
 * and passed over: the run's own folder has it, and the next checkpoint is a new try.
 */
import { readFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { JOURNAL } from '../run.ts';
import type { Store } from '../store/store.ts';
import {
  type Best,
  bestCheckpoint,
  type Checkpoint,
  type CheckpointFiles,
  latestCheckpoint,
  markBest,
  type OnDamaged,
  readCheckpoint,
  readLatestCheckpoint,
  type Saving,
  saveCheckpoint,
} from './checkpoints.ts';
import { LeaseLostError } from './latest.ts';
import { type KeptToo, pruneCheckpoints } from './retention.ts';

/** While so many wait, with all their tensors in memory, training waits for one of them. */
const MOST_PENDING = 2;

export interface BackupOptions {
  /** The run's journal, of which each checkpoint takes a copy along. */
  readonly journal: string;
  /** Of the lease in the second store. */
  readonly token: number;
  readonly warn: (message: string) => void;
}

export class Backup {
  private readonly store: Store;
  private readonly options: BackupOptions;
  private last: Promise<void> = Promise.resolve();
  private readonly pending = new Set<Promise<void>>();
  private readonly copied = new Set<number>();
  private failure: LeaseLostError | undefined;

  constructor(store: Store, options: BackupOptions) {
    this.store = store;
    this.options = options;
  }

  /** Throws a `LeaseLostError` once another process is known to have taken the run over. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Begins to copy a checkpoint; resolves at once, or when fewer than two others wait. */
  async save(step: number, files: CheckpointFiles, saving: Omit<Saving, 'token'>): Promise<void> {
    if (this.pending.size >= MOST_PENDING) {
      const { where } = this.store;
      this.options.warn(
        `step ${step}: ${this.pending.size} checkpoints wait to be copied to ${where}: training waits for one`,
      );
      await Promise.race(this.pending);
    }
    const { token, journal } = this.options;
    const copied = this.queue(`copy the checkpoint of step ${step}`, async () => {
      await saveCheckpoint(this.store, step, files, { ...saving, token });
      this.copied.add(step);
      await this.store.put(JOURNAL, await readFile(journal));
    });
    this.pending.add(copied);
    void copied.then(() => this.pending.delete(copied));
  }

  /** Names the best one, if it could be copied: else the best of those that were stays. */
  markBest(best: Best): void {
    void this.queue('name the best checkpoint', async () => {
      if (this.copied.has(best.step)) await markBest(this.store, best, this.options.token);
    });
  }

  prune(keep: number, kept: KeptToo = {}): void {
    void this.queue('remove old checkpoints', async () => {
      await pruneCheckpoints(this.store, keep, kept);
    });
  }

  /** Resolves when all is copied, or was tried. */
  async close(): Promise<void> {
    await this.last;
    this.check();
  }

  /** One after the other; never rejects. */
  private queue(what: string, action: () => Promise<void>): Promise<void> {
    const next = async (): Promise<void> => {
      if (this.failure) return;
      try {
        await action();
      } catch (error) {
        if (error instanceof LeaseLostError) this.failure = error;
        else this.options.warn(`cannot ${what}, in ${this.store.where}: ${(error as Error).message}`);
      }
    };
    this.last = this.last.then(next);
    return this.last;
  }
}

/**
 * Brings the newest whole checkpoint of `from`, and its best one, to a store that has none as far, such as the folder of a run that
 * goes on on another machine. Gives the step that was brought.
 */
export async function bringCheckpoints(
  from: Store,
  to: Store,
  token: number,
  damaged: OnDamaged,
): Promise<number | undefined> {
  const [there, here] = [await readLatestCheckpoint(from, damaged), await latestCheckpoint(to, damaged)];
  if (!there || (here && here.step >= there.manifest.step)) return undefined;
  const best = await bestCheckpoint(from);
  const itsBest = best && (best.step === there.manifest.step ? there : await whole(from, best.step, damaged));
  for (const { manifest, files } of new Set([itsBest ?? [], there].flat())) {
    await saveCheckpoint(to, manifest.step, files, { meta: manifest.meta, time: manifest.time, token });
  }
  if (best && itsBest) await markBest(to, best, token);
  return there.manifest.step;
}

/** Undefined where it is not whole. */
async function whole(store: Store, step: number, damaged: OnDamaged): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(store, step);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damaged(error);
    return undefined;
  }
}
