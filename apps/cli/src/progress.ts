/** Lines and bars on stderr: one line drawn over on a terminal, whole lines now and then elsewhere. */
import type { Clock } from '@fsg/runs';
import type { ProgressBar } from './tasks/context.ts';

export interface LogStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  /** A bar of `total` of `unit`; one at a time. Its rate is that of the last seconds. */
  progress(label: string, total: number, unit: string): ProgressBar;
}

const REDRAW_MS = 100;
const LINE_MS = 5_000;
const WINDOW_MS = 15_000;
const WIDTH = 20;
const CLEAR = '\r\x1b[2K';

/** `quiet` leaves warnings only. */
export function createLog(stream: LogStream, { quiet, clock }: { quiet: boolean; clock: Clock }): Log {
  let drawn = '';
  const say = (line: string): void => {
    stream.write(drawn ? `${CLEAR}${line}\n${drawn}` : `${line}\n`);
  };
  const draw = (line: string): void => {
    drawn = line.slice(0, (stream.columns ?? 80) - 1);
    stream.write(CLEAR + drawn);
  };
  const silent: ProgressBar = { at: () => {}, end: () => {} };

  return {
    info: (line) => {
      if (!quiet) say(line);
    },
    warn: (line) => say(`warning: ${line}`),
    progress: (label, total, unit) => {
      if (quiet) return silent;
      const pace = new Pace(total, unit, clock);
      const interval = stream.isTTY ? REDRAW_MS : LINE_MS;
      let shown = stream.isTTY ? Number.NEGATIVE_INFINITY : clock();
      return {
        at: (done) => {
          pace.at(done);
          if (clock() - shown < interval) return;
          shown = clock();
          if (stream.isTTY) draw(`${label} ${bar(done / total)} ${pace.text()}`);
          else say(`${label}: ${pace.text()}`);
        },
        end: () => {
          if (drawn) stream.write(CLEAR);
          drawn = '';
          say(`${label}: ${pace.summary()}`);
        },
      };
    },
  };
}

/** How far, how fast, how long still. */
class Pace {
  readonly #total: number;
  readonly #unit: string;
  readonly #clock: Clock;
  readonly #start: number;
  #first: number | undefined;
  #done = 0;
  /** Of the last seconds, oldest first. */
  readonly #recent: { time: number; done: number }[] = [];

  constructor(total: number, unit: string, clock: Clock) {
    this.#total = total;
    this.#unit = unit;
    this.#clock = clock;
    this.#start = clock();
  }

  at(done: number): void {
    const time = this.#clock();
    // What a resumed run brings along was not done here.
    this.#first ??= Math.max(0, done - 1);
    this.#done = done;
    if (this.#recent.length === 0) this.#recent.push({ time: this.#start, done: this.#first });
    this.#recent.push({ time, done });
    while (this.#recent.length > 2 && time - (this.#recent[1]?.time ?? time) > WINDOW_MS)
      this.#recent.shift();
  }

  text(): string {
    const parts = [this.#count()];
    const oldest = this.#recent[0];
    const rate = oldest ? rateOf(this.#done - oldest.done, this.#clock() - oldest.time) : 0;
    if (rate > 0) parts.push(`${rateText(rate)}/s`, `${duration((this.#total - this.#done) / rate)} left`);
    return parts.join(', ');
  }

  summary(): string {
    const taken = this.#clock() - this.#start;
    const rate = rateOf(this.#done - (this.#first ?? 0), taken);
    return `${this.#count()} in ${duration(taken / 1000)}${rate > 0 ? `, ${rateText(rate)}/s` : ''}`;
  }

  #count(): string {
    const all = this.#done === this.#total ? `${this.#total}` : `${this.#done} of ${this.#total}`;
    return `${all} ${this.#unit}`;
  }
}

const rateOf = (done: number, ms: number): number => (ms > 0 ? (1000 * done) / ms : 0);
const rateText = (rate: number): string => rate.toPrecision(3).replace(/e\+?(\d+)$/, 'e$1');

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * WIDTH);
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}

/** 4000 seconds → "1 h 7 min"; the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
