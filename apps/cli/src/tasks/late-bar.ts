import type { Context } from './context.ts';

export interface LateBar {
  progress(done: number, total: number): void;
  end(): void;
}

/** A bar that appears with the first report: only then it is known that there is something to do, and how much. */
export function lateBar(context: Pick<Context, 'progress'>, label: string, unit: string): LateBar {
  let bar: ReturnType<Context['progress']> | undefined;
  return {
    progress(done, total) {
      bar ??= context.progress(label, total, unit);
      bar.at(done);
    },
    end: () => bar?.end(),
  };
}
