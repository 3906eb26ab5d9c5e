/** A promise of docs/reliability.md put to the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MlflowService, S3Service } from '@fsg/runs/testing';

export interface Ordeal {
  /** The promise's number in docs/reliability.md, or a word. */
  readonly id: string;
  readonly promise: string;
  /** How it is broken and what is looked at afterwards. */
  readonly test: string;
  run(trial: Trial): Promise<void>;
}

/** Servers of this machine; undefined where there are none. */
export interface Services {
  readonly s3: S3Service | undefined;
  readonly mlflow: MlflowService | undefined;
}

/** Counts what was tried, and keeps what went wrong. */
export class Trial {
  readonly s3: S3Service | undefined;
  readonly mlflow: MlflowService | undefined;
  readonly failures: string[] = [];
  /** What the machine does not allow. */
  readonly leftOut: string[] = [];
  /** Measured on the way. */
  readonly notes: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #factor: number;

  constructor({ s3, mlflow }: Services, factor: number) {
    this.s3 = s3;
    this.mlflow = mlflow;
    this.#factor = factor;
  }

  /** As many as that at a factor of 1. */
  rounds(count: number): number[] {
    return Array.from({ length: Math.max(1, Math.round(count * this.#factor)) }, (_, i) => i);
  }

  /** Tries one thing of a kind, `name` being what tells it from its like; goes on after a failure. */
  async attempt(kind: string, name: string | number, action: () => Promise<void>): Promise<void> {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    try {
      await action();
    } catch (error) {
      const line = (error as Error).message.replace(/\s+/g, ' ').slice(0, 300);
      this.failures.push(`${kind}, ${name}: ${line}`);
    }
  }

  /** In a folder that is there as long as the action takes. */
  async inFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'fsg-torture-'));
    try {
      return await action(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  get counts(): string {
    return [...this.#counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  }
}
