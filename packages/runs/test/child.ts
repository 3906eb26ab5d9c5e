import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts a script of this folder as a process of its own. */
export function startChild(script: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
}

/** Runs `count` of them at once; fails where one does. */
export async function runChildren(script: string, args: readonly string[], count: number): Promise<void> {
  const ended = Array.from({ length: count }, () => {
    const child = startChild(script, args);
    return new Promise((resolve) => child.on('exit', resolve));
  });
  const codes = await Promise.all(ended);
  if (codes.some((code) => code !== 0)) throw new Error(`${script} ended with ${codes.join(', ')}`);
}
