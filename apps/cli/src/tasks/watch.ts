/** What a training says of itself while it runs, and what it warns of before that costs something. */
import { statfs } from 'node:fs/promises';
import type { TrainRecipe } from '@fsg/trainer/recipe';

/** Share of the time spent waiting for batches that is worth a warning, and for how many log lines in a row. */
const STARVING = 0.1;
const STARVING_LINES = 3;
/** So many checkpoints are to find room: the next one stands beside the last one before that is removed. */
const ROOM = 2;
const MOST_LOSSES = 4;
const NO_LOSS = /gradient|rate$/;

export interface WatchOptions {
  readonly recipe: TrainRecipe;
  readonly batchesPerEpoch: number;
  /** The run's. */
  readonly folder: string;
  /** Where checkpoints are copied to. */
  readonly copies: string | undefined;
  readonly warn: (message: string) => void;
}

export class Watch {
  private readonly options: WatchOptions;
  private metrics: Readonly<Record<string, number>> = {};
  private saved: number | undefined;
  private starving = 0;
  private lowDisk = false;

  constructor(options: WatchOptions) {
    this.options = options;
  }

  logged(metrics: Readonly<Record<string, number>>): void {
    this.metrics = metrics;
    const wait = metrics['data/wait'] ?? 0;
    this.starving = wait > STARVING ? this.starving + 1 : 0;
    if (this.starving !== STARVING_LINES) return;
    this.options.warn(
      `training waits for data ${percent(wait)} of its time: a faster disk, fewer kinds of occluders or a stored set would help`,
    );
  }

  /** Told of each checkpoint that stands in the run's folder; `bytes` of its files. */
  async checkpointed(step: number, bytes: number): Promise<void> {
    this.saved = step;
    const { folder, warn } = this.options;
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const low = free < ROOM * bytes;
    if (low && !this.lowDisk) {
      warn(
        `${folder}: ${gigabytes(free)} are left on the disk, ${ROOM} checkpoints need ${gigabytes(ROOM * bytes)}: free some space, or the next ones cannot be saved`,
      );
    }
    this.lowDisk = low;
  }

  /** Behind how far and how fast: epoch, losses, images, data, memory, last checkpoint. `rate`: steps a second. */
  details(step: number, rate: number): string {
    const { recipe, batchesPerEpoch, copies } = this.options;
    const losses = Object.entries(this.metrics).filter(
      ([name]) => name.startsWith('train/') && !NO_LOSS.test(name),
    );
    const wait = this.metrics['data/wait'];
    return [
      `epoch ${(step / batchesPerEpoch).toFixed(2)} of ${recipe.epochs}`,
      ...losses.slice(0, MOST_LOSSES).map(([name, value]) => `${name.slice(6)} ${value.toPrecision(3)}`),
      `${(rate * recipe.batch).toPrecision(3)} images/s`,
      ...(wait === undefined ? [] : [`data wait ${percent(wait)}`]),
      gigabytes(process.memoryUsage.rss()),
      ...(this.saved === undefined
        ? []
        : [`saved step ${this.saved}${copies ? `, copied to ${copies}` : ''}`]),
    ].join(', ');
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(2)} GB`;
