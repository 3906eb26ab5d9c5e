/** What commands are given of the process: streams, folders, signals. The only place that looks at them is main.ts. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Log, LogStream } from './progress.ts';
import type { SignalSource, Stop, StopCode } from './signals.ts';
import type { Context } from './tasks/context.ts';

export interface Host {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdout: LogStream;
  readonly stderr: LogStream;
  readonly signals: SignalSource;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly runs?: string;
}

export class Shell {
  readonly host: Host;
  /** What the process ends with where a command neither throws nor is stopped. */
  exitCode: 0 | 1 = 0;
  #stop: Stop | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** The exit code where a signal has asked to stop. */
  get stopped(): StopCode | undefined {
    return this.#stop?.exitCode;
  }

  /** Prints the command's answer: the value where JSON is asked for, else the text. */
  answer(command: Command, value: unknown, text: () => string): void {
    const { json } = command.optsWithGlobals<GlobalOptions>();
    this.host.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
  }

  /** The same on a line of its own, one of many. */
  line(command: Command, value: unknown, text: () => string): void {
    const { json } = command.optsWithGlobals<GlobalOptions>();
    this.host.stdout.write(`${json ? JSON.stringify(value) : text()}\n`);
  }

  async log(command: Command): Promise<Log> {
    const { createLog } = await import('./progress.ts');
    const { quiet = false } = command.optsWithGlobals<GlobalOptions>();
    return createLog(this.host.stderr, { quiet, clock: Date.now });
  }

  /** Folder of the runs: --runs, else FSG_RUNS, else runs/ here. */
  runs(command: Command): string {
    const { runs } = command.optsWithGlobals<GlobalOptions>();
    return resolve(this.host.cwd, runs ?? (this.host.env.FSG_RUNS || 'runs'));
  }

  /** From now on the first Ctrl-C only aborts this signal and is told to `say`. */
  async stopSignal(say: (line: string) => void): Promise<AbortSignal> {
    const { stopOnSignals } = await import('./signals.ts');
    this.#stop ??= stopOnSignals(this.host.signals, say);
    return this.#stop.signal;
  }

  /** What a task needs. From now on the first Ctrl-C only asks it to stop. */
  async context(command: Command): Promise<Context> {
    const { cacheFolder } = await import('@fsg/engine/runtime');
    const log = await this.log(command);
    return {
      ...log,
      runs: this.runs(command),
      cache: join(cacheFolder(this.host.env), 'faces'),
      workers: availableParallelism(),
      command: ['fsg', ...this.host.argv],
      env: this.host.env,
      clock: Date.now,
      random: Math.random,
      signal: await this.stopSignal(log.warn),
    };
  }

  /** True where colours may be written to a stream. */
  colour(stream: LogStream): boolean {
    const { env } = this.host;
    return Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb';
  }
}
