/** Processes that hold the lease of a store. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Holder {
  readonly child: ChildProcess;
  /** The next line that it says. */
  said(): Promise<string>;
  /** Lets it commit a checkpoint. */
  commit(): Promise<string>;
}

/** `address`: a folder or a bucket's; the lease is renewed every 50 ms and stale after 1.5 s. */
export function holdLease(address: string): Holder {
  const path = fileURLToPath(new URL('lease-holder.child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, address, '50', '1500'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<string> => (await lines.next()).value as string;
  const commit = (): Promise<string> => {
    child.stdin.write('\n');
    return said();
  };
  return { child, said, commit };
}
