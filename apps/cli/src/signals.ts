/**
 * Ctrl-C, SIGTERM and a scheduler's notice (SIGUSR1, after which it is to start the command again): the first asks the work to stop
 * where nothing is lost, the second ends the process.
 */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGUSR1: 75 } as const;
type StopSignal = keyof typeof EXIT_CODES;
export type StopCode = (typeof EXIT_CODES)[StopSignal];

export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  exit(code: number): void;
}

export interface Stop {
  readonly signal: AbortSignal;
  /** The exit code of a process that was asked to stop; undefined where nobody asked. */
  readonly exitCode: StopCode | undefined;
}

export function stopOnSignals(source: SignalSource, say: (line: string) => void): Stop {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const listener = (signal: StopSignal): void => {
    if (received) {
      source.exit(EXIT_CODES[signal]);
      return;
    }
    received = signal;
    say(
      `${signal === 'SIGINT' ? 'Ctrl-C' : signal}: saving what there is and stopping; again to stop at once`,
    );
    controller.abort();
  };
  for (const signal of Object.keys(EXIT_CODES) as StopSignal[]) source.on(signal, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return received && EXIT_CODES[received];
    },
  };
}
