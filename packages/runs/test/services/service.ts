/** Servers that tests start for themselves, on loopback, where the machine has them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const START_MS = 90_000;

/**
 * The path of a server's executable: what the variable names, or what is on the PATH. Where there is none the tests are
 * left out with a notice, unless FSG_REQUIRE names the service.
 */
export function findService(service: string, variable: string, name: string): string | undefined {
  const { env } = process;
  const named = env[variable];
  const candidates = named ? [named] : (env.PATH ?? '').split(':').map((folder) => join(folder, name));
  const path = candidates.find(isExecutable);
  if (path) return path;
  const reason = named ? `${variable} names ${named}, which cannot be run` : `no ${name} in PATH`;
  if ((env.FSG_REQUIRE ?? '').split(',').includes(service))
    throw new Error(`${reason}, but FSG_REQUIRE asks for it`);
  console.warn(`${reason}: tests against ${service} are left out`);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Service {
  /** Ends the server and the processes it has started, and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a server and waits until `probe`, a URL, answers at all. */
export async function startService(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  probe: string,
): Promise<Service> {
  // Detached: a process group of its own, so that what it starts can be ended with it.
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output = (output + text).slice(-4_000);
    });
  }
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const kill = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // it is gone already
    }
  };
  process.on('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await gone;
  };
  for (const end = Date.now() + START_MS; ; await setTimeout(50)) {
    if (await answers(probe)) return { stop };
    if (child.exitCode === null && Date.now() < end) continue;
    await stop();
    throw new Error(`${command} did not start:\n${output}`);
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status < 500;
    },
    () => false,
  );

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
