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
        at: (done, details) => {
          pace.at(done);
          if (clock() - shown < interval) return;
          shown = clock();
          const text = [pace.text(), details?.(pace.rate)].filter(Boolean).join(', ');
          if (stream.isTTY) draw(`${label} ${bar(done / total)} ${text}`);
          else say(`${label}: ${text}`);
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

interface Moment {
  readonly time: number;
  readonly done: number;
}

/** How far, how fast, how long still. */
class Pace {
  readonly #total: number;
  readonly #unit: string;
  readonly #clock: Clock;
  readonly #start: number;
  /** The first report: what came before it was getting ready, or done by an earlier run. */
  #first: Moment | undefined;
  #done = 0;
  /** Of the last seconds, oldest first. */
  readonly #recent: Moment[] = [];

  constructor(total: number, unit: string, clock: Clock) {
    this.#total = total;
    this.#unit = unit;
    this.#clock = clock;
    this.#start = clock();
  }

  at(done: number): void {
    const now = { time: this.#clock(), done };
    this.#first ??= now;
    this.#done = done;
    this.#recent.push(now);
    while (this.#recent.length > 2 && now.time - (this.#recent[1] as Moment).time > WINDOW_MS) {
      this.#recent.shift();
    }
  }

  /** Of the last seconds. */
  get rate(): number {
    return this.#rateSince(this.#recent[0]);
  }

  text(): string {
    const { rate } = this;
    const left = duration((this.#total - this.#done) / rate);
    return rate > 0 ? `${this.#count()}, ${rateText(rate)}/s, ${left} left` : this.#count();
  }

  summary(): string {
    const rate = this.#rateSince(this.#first);
    const taken = duration((this.#clock() - this.#start) / 1000);
    return `${this.#count()} in ${taken}${rate > 0 ? `, ${rateText(rate)}/s` : ''}`;
  }

  #rateSince(moment: Moment | undefined): number {
    const ms = moment ? this.#clock() - moment.time : 0;
    return moment && ms > 0 ? (1000 * (this.#done - moment.done)) / ms : 0;
  }

  #count(): string {
    const all = this.#done === this.#total ? `${this.#total}` : `${this.#done} of ${this.#total}`;
    return `${all} ${this.#unit}`;
  }
}

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
