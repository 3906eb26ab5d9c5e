/** Keeps an MLflow server up with a training, which never waits for it and never fails by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../clock.ts';
import type { Run } from '../run.ts';
import { backoff } from './backoff.ts';
import type { MlflowClient } from './client.ts';
import { type SyncOptions, syncRun } from './sync.ts';

const EVERY_MS = 5_000;
const LAST_MS = 10_000;

export interface MirrorOptions extends SyncOptions {
  readonly random: Random;
  readonly warn: (message: string) => void;
  /** Milliseconds between two looks at the run's folder. */
  readonly everyMs?: number;
}

export class MlflowMirror {
  readonly #run: Run;
  readonly #client: MlflowClient;
  readonly #options: MirrorOptions;
  /** The training has ended. */
  readonly #ending = new AbortController();
  readonly #following: Promise<void>;
  /** When nobody waits any longer. */
  #deadline = Number.POSITIVE_INFINITY;
  #failures = 0;
  #problem: string | null = null;

  /** Follows `run` from now on. */
  constructor(run: Run, client: MlflowClient, options: MirrorOptions) {
    this.#run = run;
    this.#client = client;
    this.#options = options;
    this.#following = this.#follow();
  }

  /** Sends what is left, for `waitMs` at most. Never throws; where something is left over it says what to do. */
  async stop(waitMs = LAST_MS): Promise<void> {
    this.#deadline = Date.now() + waitMs;
    this.#ending.abort();
    const done = new AbortController();
    const late = sleep(waitMs, true, { signal: done.signal }).catch(() => false);
    const isLate = await Promise.race([late, this.#following]);
    done.abort();
    this.#client.close();
    if (isLate || this.#failures > 0) {
      this.#options.warn(`MLflow lacks the end of ${this.#run.id}; later: fsg runs sync ${this.#run.id}`);
    }
  }

  async #follow(): Promise<void> {
    for (let wait = 0; await pause(wait, this.#ending.signal); ) {
      wait = (await this.#pass()) ?? this.#options.everyMs ?? EVERY_MS;
    }
    for (let wait = await this.#pass(); wait !== undefined; wait = await this.#pass()) {
      if (Date.now() + wait > this.#deadline) return;
      await sleep(wait);
    }
  }

  /** How long to wait before the next try; undefined where the server has everything. */
  async #pass(): Promise<number | undefined> {
    const { warn, random } = this.#options;
    try {
      const { problem } = await syncRun(this.#run, this.#client, this.#options);
      if (problem !== null && problem !== this.#problem) warn(problem);
      this.#problem = problem;
      if (this.#failures > 0) warn('MLflow has all of the run again');
      this.#failures = 0;
      return undefined;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) {
        warn(`MLflow falls behind; the training goes on and will be sent later: ${(error as Error).message}`);
      }
      return backoff(this.#failures, error, random);
    }
  }
}

/** False where the wait was broken off. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, true, { signal, ref: false }).catch(() => false);
