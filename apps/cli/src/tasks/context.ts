/** What a task is given of the world; made once, in the entry point. */
import type { Clock, Random } from '@fsg/runs';

export interface ProgressBar {
  /** `details`: what is said behind how far and how fast, from units a second. */
  at(done: number, details?: (rate: number) => string): void;
  end(): void;
}

export interface Context {
  /** Folder of the runs. */
  readonly runs: string;
  /** Folder of rendered faces and fetched data sets, shared by all checkouts. */
  readonly cache: string;
  /** Threads that render faces. */
  readonly workers: number;
  /** Program and arguments, as a run records them. */
  readonly command: readonly string[];
  /** Addresses of servers and what opens them. */
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly random: Random;
  info(line: string): void;
  warn(line: string): void;
  /** `total` of `unit`, such as faces or steps. */
  progress(label: string, total: number, unit: string): ProgressBar;
  /** Aborted by the first Ctrl-C: finish the step, checkpoint, stop. */
  readonly signal: AbortSignal;
}
