import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addonsFolder } from './addons.mjs';
import { cachePaths } from './cache.mjs';
import { findProgram } from './process.mjs';

/** Written last into a runtime's folder: its files with their sizes. */
export const MANIFEST = 'runtime.json';

/** True where an NVIDIA driver is loaded or its tool is there. */
export function hasNvidiaDriver(env) {
  return existsSync('/proc/driver/nvidia/version') || findProgram('nvidia-smi', env) !== null;
}

/** The builds for this machine, the best first: the one for GPUs where it is asked for or a driver is there. */
export function wantedBuilds(pins, env) {
  const platform = `${process.platform}-${process.arch}`;
  const here = pins.filter((build) => build.platform === platform);
  const gpu = existsSync(cachePaths(env).preferGpu) || hasNvidiaDriver(env);
  return [...here.filter((build) => build.gpu && gpu), ...here.filter((build) => !build.gpu)];
}

/** A build as it lies in the cache, with its compiled addons; null where anything of it is missing. */
export function findBuild(build, env) {
  const folder = join(cachePaths(env).runtimes, build.name);
  if (!hasLibraries(build, env)) return null;
  const addons = addonsFolder(folder);
  if (!addons || !existsSync(addons)) return null;
  return { name: build.name, version: build.version, gpu: build.gpu, folder, addons };
}

/** Whether the build's shared libraries are there in full size. Headers are not looked at: they matter at compiling only. */
export function hasLibraries(build, env) {
  const folder = join(cachePaths(env).runtimes, build.name);
  try {
    const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
    const libraries = Object.entries(files).filter(([path]) => !path.endsWith('.h'));
    return libraries.every(([path, size]) => statSync(join(folder, path)).size === size);
  } catch {
    return false;
  }
}
