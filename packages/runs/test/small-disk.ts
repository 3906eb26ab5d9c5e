import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Mounts memory as a disk of that size, such as "2m", that only the started process sees; needs Linux and the right to do so. */
export function onSmallDisk(size: string, folder: string, command: readonly string[]) {
  const script = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', script, folder, ...command], {
    encoding: 'utf8',
    cwd,
  });
}

export const hasSmallDisks = (): boolean => onSmallDisk('2m', process.cwd(), ['true']).status === 0;
