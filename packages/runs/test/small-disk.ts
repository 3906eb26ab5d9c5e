import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Mounts memory as a disk of that size, such as "2m", that only the started process sees; needs Linux and the right to do so. */
export async function onSmallDisk(size: string, folder: string, command: readonly string[]) {
  const script = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const args = ['--map-root-user', '--mount', 'sh', '-c', script, folder, ...command];
  const child = spawn('unshare', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [status] = (await closed) as [number | null];
  return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

export const hasSmallDisks = (): Promise<boolean> =>
  onSmallDisk('2m', process.cwd(), ['true']).then(
    ({ status }) => status === 0,
    () => false,
  );
