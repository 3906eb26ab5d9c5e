import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addonsFolder, compileAddons, findCompiler } from './addons.mjs';
import { findBuild, hasLibraries, MANIFEST } from './builds.mjs';
import { cachePaths } from './cache.mjs';
import { fetchWheel, findFetcher } from './fetch.mjs';
import { SetUpProblem } from './problem.mjs';
import { run } from './process.mjs';
import { megabytes } from './progress.mjs';
import { unpack } from './unpack.mjs';

const KEPT = [
  /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/,
  /^tensorflow\/include\/(tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|xla\/|tsl\/platform\/).*\.h$/,
  /^nvidia\/\w+\/(lib|bin|nvvm)\/[^/]+(\/[^/]+)?$/,
];
const AGAIN = 'then: npm run fsg -- setup';

/**
 * Makes a build complete: libraries fetched and unpacked aside, renamed into place, addons compiled, and seen loading.
 * `packages` is awaited before compiling (the sources come with `npm ci`). Throws SetUpProblem. Needs the lock.
 */
export async function installBuild(build, { env, progress, packages }) {
  const { staging, runtimes } = cachePaths(env);
  requireSystem();
  requireCompiler(env);
  await clear(staging);
  const own = join(staging, String(process.pid));
  await mkdir(own, { recursive: true });
  const folder = join(runtimes, build.name);
  try {
    if (!hasLibraries(build, env)) await installLibraries(build, folder, { env, staging: own, progress });
    await packages;
    const addons = addonsFolder(folder);
    if (!existsSync(addons)) await installAddons(folder, addons, { env, progress });
    return findBuild(build, env);
  } catch (error) {
    throw error.code === 'ENOSPC' ? new SetUpProblem(`the disk of ${staging} is full`) : error;
  } finally {
    await clear(staging);
  }
}

function requireSystem() {
  if (process.platform !== 'linux' || process.report.getReport().header.glibcVersionRuntime) return;
  throw new SetUpProblem(
    'this Linux has another C library than glibc, which TensorFlow is built for (Debian or Ubuntu have it)',
  );
}

function requireCompiler(env) {
  const named = env.CXX
    ? `CXX names ${env.CXX}, which is not there`
    : 'no C++ compiler was found (g++, clang++, c++)';
  if (findCompiler(env)) return;
  throw new SetUpProblem(
    `${named}: it compiles the binding to TensorFlow (Debian: apt-get install g++, ${AGAIN})`,
  );
}

async function installLibraries(build, folder, { env, staging, progress }) {
  const { wheels } = cachePaths(env);
  const fetcher = await findFetcher(env);
  if (!fetcher) {
    throw new SetUpProblem(
      `neither pip nor uv was found (python3 -m pip, pip3, pip, uv): it fetches TensorFlow (Debian: apt-get install python3-pip, ${AGAIN})`,
    );
  }
  await requireSpace(build, staging);
  const fetched = await fetchAll(build, fetcher, { env, wheels, staging, progress });
  const aside = join(staging, 'runtime');
  const files = await unpackAll(build, fetched, aside, progress);
  await writeFile(join(aside, MANIFEST), JSON.stringify({ version: build.version, files }));
  await mkdir(dirname(folder), { recursive: true });
  if (existsSync(folder)) await rename(folder, join(staging, 'broken'));
  await rename(aside, folder);
  await clear(wheels);
}

async function requireSpace({ wheels, unpacked }, folder) {
  const needed = totalSize(wheels) + unpacked;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > needed) return;
  throw new SetUpProblem(
    `TensorFlow needs ${megabytes(needed)} while it is set up, but ${folder} has ${megabytes(bavail * bsize)} free (FSG_CACHE names another folder, ${AGAIN})`,
  );
}

async function fetchAll({ wheels, version }, fetcher, { env, wheels: place, staging, progress }) {
  const total = totalSize(wheels);
  const what = wheels.length > 1 ? `TensorFlow ${version} with CUDA` : `TensorFlow ${version}`;
  const task = progress.task(`${what}: ${megabytes(total)} by ${fetcher.label}`);
  const fetched = [];
  let before = 0;
  try {
    for (const wheel of wheels) {
      const update = (fraction) => task.update((before + fraction * wheel.size) / total);
      fetched.push(await fetchWheel(fetcher, wheel, { env, wheels: place, staging, progress: update }));
      before += wheel.size;
      task.update(before / total);
    }
  } catch (error) {
    task.end('failed');
    throw error;
  }
  task.end('fetched, SHA-256 as pinned');
  return fetched;
}

async function unpackAll({ unpacked }, fetched, aside, progress) {
  const task = progress.task(`TensorFlow's libraries: ${megabytes(unpacked)} to unpack`);
  let written = 0;
  const count = (bytes) => {
    written += bytes;
    task.update(written / unpacked);
  };
  const files = {};
  for (const { wheel, unpacked: folder } of fetched) {
    Object.assign(
      files,
      wheel ? await unpack(wheel, aside, keep, count) : await moveKept(folder, aside, count),
    );
  }
  task.end('unpacked');
  return files;
}

const keep = (name) => KEPT.some((pattern) => pattern.test(name));

async function moveKept(folder, aside, moved) {
  const files = {};
  const names = (await readdir(folder, { recursive: true })).filter(keep);
  for (const name of names) {
    const { size } = await stat(join(folder, name));
    await mkdir(dirname(join(aside, name)), { recursive: true });
    await rename(join(folder, name), join(aside, name));
    files[name] = size;
    moved(size);
  }
  return files;
}

async function installAddons(folder, addons, { env, progress }) {
  const task = progress.task(`The binding to TensorFlow: compiled by ${findCompiler(env)}`);
  try {
    const check = (compiled) => requireLoading(compiled, env);
    await compileAddons(folder, addons, { env, check, progress: task.update });
  } catch (error) {
    task.end('failed');
    throw error;
  }
  task.end('compiled and loaded');
}

/** Loads the binding in another process, since a processor or system library that TensorFlow cannot use ends the process. */
async function requireLoading(addons, env) {
  const script = `require(${JSON.stringify(join(addons, 'mute.node'))}); require(${JSON.stringify(join(addons, 'tfjs_binding.node'))})`;
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { code, signal, errors } = await run(process.execPath, ['-e', script], {
    env: quiet,
    timeout: 120_000,
  });
  if (code === 0) return;
  const reason =
    signal === 'SIGILL'
      ? "this processor lacks instructions that TensorFlow's wheel is built with (AVX)"
      : (errors.split('\n').find((line) => /error/i.test(line)) ??
        `it ended with ${signal ?? `code ${code}`}`);
  throw new SetUpProblem(`TensorFlow does not load here: ${reason.slice(0, 300)}`);
}

const totalSize = (wheels) => wheels.reduce((sum, { size }) => sum + size, 0);
const clear = (folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 });
