/** What a run records of the code and the machine it ran on. */
import { execFile } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { EngineInfo } from '@fsg/engine';

const run = promisify(execFile);

export async function provenance({ backend, tensorflowVersion, device, threads }: EngineInfo) {
  const [cpu] = cpus();
  return {
    ...(await commit()),
    versions: {
      node: process.versions.node,
      ...(tensorflowVersion && { tensorflow: tensorflowVersion }),
    },
    machine: {
      backend,
      device,
      threads,
      cpu: cpu?.model ?? 'unknown',
      memory: totalmem(),
      system: `${platform()} ${release()}`,
    },
  };
}

const MOST_DIFF_BYTES = 16 * 2 ** 20;

const git = async (...args: string[]): Promise<string> =>
  (await run('git', args, { cwd: import.meta.dirname, maxBuffer: MOST_DIFF_BYTES })).stdout.trim();

/** What the checkout's files have that no commit has, as a patch; empty where that cannot be told. */
export const uncommittedChanges = (): Promise<string> =>
  git('diff', 'HEAD', '--binary').then(
    (patch) => patch && `${patch}\n`,
    () => '',
  );

/** The checkout's commit; null where there is none to be found. */
async function commit(): Promise<{ commit: string | null; uncommitted: boolean | null }> {
  try {
    const head = await git('rev-parse', 'HEAD');
    return { commit: head, uncommitted: (await git('status', '--porcelain')) !== '' };
  } catch {
    return { commit: null, uncommitted: null };
  }
}
