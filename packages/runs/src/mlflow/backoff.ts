/** How to ask a server again that could not answer: later each time, and not all at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../clock.ts';
import { MlflowError } from './client.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const ATTEMPTS = 5;

/** Milliseconds to wait after so many failures in a row, the last one being `error`: what was refused is not asked soon. */
export function backoff(failures: number, error: unknown, random: Random): number {
  const { again, afterMs } = error instanceof MlflowError ? error : { again: false, afterMs: 0 };
  const longest = again ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) : LONGEST_MS;
  return Math.max(afterMs, longest * (0.5 + random() / 2));
}

/** Tries a few times what may succeed later. */
export async function patiently<T>(action: () => Promise<T>, random: Random): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await action();
    } catch (error) {
      const again = error instanceof MlflowError && error.again && failures < ATTEMPTS;
      if (!again) throw error;
      await sleep(backoff(failures, error, random));
    }
  }
}
