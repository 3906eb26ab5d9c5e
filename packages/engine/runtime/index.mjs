/**
 * The engine's runtime: TensorFlow's libraries and the addons compiled against them, kept in a cache that all clones share.
 * Plain Node with built-in modules only: it runs before node_modules exists.
 */
import { constants, existsSync, readdirSync, statSync } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBuild, hasNvidiaDriver, wantedBuilds } from './builds.mjs';
import { cacheFolder, cachePaths } from './cache.mjs';
import { makeFolder } from './folder.mjs';
import { installBuild } from './install.mjs';
import { withLock } from './lock.mjs';
import { PINNED_BUILDS, TENSORFLOW_VERSION } from './pins.mjs';
import { rememberedProblem, rememberProblem, SetUpProblem } from './problem.mjs';
import { createProgress } from './progress.mjs';

export { cacheFolder, hasNvidiaDriver, makeFolder, TENSORFLOW_VERSION, withLock };

/** The runtime that is ready for use on this machine, or null. Takes about a millisecond. */
export function findRuntime({ env = process.env, pins = PINNED_BUILDS } = {}) {
  for (const build of wantedBuilds(pins, env)) {
    const found = findBuild(build, env);
    if (found) return found;
  }
  return null;
}

/** Why there is no runtime, in one line. */
export function whyNoRuntime({ env = process.env, pins = PINNED_BUILDS } = {}) {
  const builds = wantedBuilds(pins, env);
  if (builds.length === 0) return noBuild();
  const known = builds.map((build) => rememberedProblem(cachePaths(env).problems, build, env)).find(Boolean);
  return known ?? 'TensorFlow is not set up (npm run fsg -- setup)';
}

function noBuild() {
  return `TensorFlow ${TENSORFLOW_VERSION} has no build for ${process.platform} on ${process.arch}: it has them for Linux (x64, arm64) and macOS (arm64)`;
}

/**
 * Finds the runtime or sets it up. A problem is remembered, and met again only when something changed here or with `retry`.
 * Gives { runtime } or { runtime: null, problem, news }: `news` is false where the problem was known before.
 */
export async function ensureRuntime({
  env = process.env,
  pins = PINNED_BUILDS,
  progress = createProgress(process.stderr),
  packages = Promise.resolve(),
  retry = false,
} = {}) {
  const { root, lock, problems } = cachePaths(env);
  const builds = wantedBuilds(pins, env);
  packages.catch(() => {}); // awaited late, and perhaps never
  let problem = noBuild();
  let news = retry;
  for (const build of builds) {
    const found = findBuild(build, env);
    if (found) return { runtime: found };
    const known = retry ? null : rememberedProblem(problems, build, env);
    if (known) {
      problem = known;
      continue;
    }
    try {
      const waiting = (pid) => progress.say(`Waiting for another set-up (process ${pid}) …`);
      const install = async () =>
        findBuild(build, env) ?? (await installBuild(build, { env, progress, packages }));
      await requireWritable(root);
      return { runtime: await withLock(lock, install, { waiting }) };
    } catch (error) {
      const met = error instanceof SetUpProblem ? error : await unexpected(error, packages);
      problem = met.message;
      news = true;
      await rememberProblem(problems, build, env, met).catch(() => {});
    }
  }
  return { runtime: null, problem, news };
}

/** A failed `npm ci` is thrown on, since nothing works without it; without TensorFlow things go on. */
async function unexpected(error, packages) {
  await packages;
  return new SetUpProblem(`TensorFlow could not be set up: ${error.message}`, { passing: true });
}

async function requireWritable(folder) {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new SetUpProblem(
      `cannot write to the cache folder ${folder}: ${error.message} (FSG_CACHE names another one)`,
    );
  }
}

/** `fsg setup`: sets up the runtime, whatever was remembered. `gpu` asks for the CUDA build, driver or not. */
export async function setUp({ gpu = false, env = process.env, ...options } = {}) {
  const { preferGpu, root } = cachePaths(env);
  if (gpu) {
    await makeFolder(root);
    await writeFile(preferGpu, '');
  } else {
    await rm(preferGpu, { force: true });
  }
  return ensureRuntime({ env, retry: true, ...options });
}

/** `fsg setup --remove`: deletes what set-up has put into the cache and nothing else; gives the bytes freed. */
export async function removeRuntime({ env = process.env } = {}) {
  const { runtimes, wheels, staging, problems, preferGpu, lock } = cachePaths(env);
  const own = [runtimes, wheels, staging, problems, preferGpu];
  if (!own.some((path) => existsSync(path))) return 0;
  return withLock(lock, async () => {
    const freed = own.reduce((sum, path) => sum + diskUse(path), 0);
    for (const path of own) await rm(path, { recursive: true, force: true });
    return freed;
  });
}

/** Bytes taken by a file or a folder with all in it; 0 where it is not there. */
export function diskUse(path) {
  try {
    const entry = statSync(path);
    if (!entry.isDirectory()) return entry.size;
    return readdirSync(path).reduce((sum, name) => sum + diskUse(join(path, name)), 0);
  } catch {
    return 0;
  }
}
