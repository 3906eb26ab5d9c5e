/**
 * The compiled parts: tfjs-node's binding to TensorFlow, from the sources that its package ships, and the engine's own
 * addons in native/. They lie in a folder named by the hash of all that goes into them, so clones that differ share a cache.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetUpProblem } from './problem.mjs';
import { findProgram, run } from './process.mjs';

const require = createRequire(import.meta.url);
const NATIVE = fileURLToPath(new URL('../native', import.meta.url));
const ASIDE = 'unfinished';
const STUBS = 'stubs';
const COMPILERS = ['g++', 'clang++', 'c++'];
const FLAGS = [
  ...['-O3', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
  // What lets loops with a choice in them, and multiplications with an addition, be vectorised.
  ...['-fno-math-errno', '-fno-trapping-math', '-ffp-contract=fast'],
];
const LINK = {
  linux: ['-Wl,--unresolved-symbols=ignore-all', '-Wl,-z,now', '-Wl,-rpath,$ORIGIN/../../tensorflow'],
  darwin: ['-Wl,-rpath,@loader_path/../../tensorflow'],
};
const LIBRARIES = {
  linux: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  darwin: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
};

/** What is compiled, or null before `npm ci`. Own addons are not linked to TensorFlow: they must load before it. */
function listAddons() {
  try {
    const binding = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
    const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
    const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(binding, 'binding', file));
    const include = [binding, headers];
    return [
      { name: 'tfjs_binding', sources, include, linked: true },
      ...['context', 'mute', 'capture'].map((name) => own(name, [join(NATIVE, `${name}.cc`)])),
      own('kernels', filesIn(join(NATIVE, 'kernels'), '.cc')),
    ];

    function own(name, sources) {
      return { name, sources, include: [headers], linked: false };
    }
  } catch {
    return null;
  }
}

const filesIn = (folder, ending) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(folder, file));

/** The folder of a build's compiled addons, there or not; null before `npm ci`. */
export function addonsFolder(runtime) {
  const addons = listAddons();
  if (!addons) return null;
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, FLAGS, LINK]));
  const files = addons.flatMap(({ sources }) => sources);
  const shared = [NATIVE, join(NATIVE, 'kernels')].flatMap((folder) => filesIn(folder, '.h'));
  for (const file of [...files, ...shared]) hash.update(readFileSync(file));
  return join(runtime, 'addons', hash.digest('hex').slice(0, 12));
}

/** The C++ compiler's path: CXX, else the first of the usual names; null where there is none. */
export function findCompiler(env) {
  const names = env.CXX ? [env.CXX] : COMPILERS;
  return names.map((name) => findProgram(name, env)).find(Boolean) ?? null;
}

/**
 * Compiles all addons against the libraries and headers in `runtime/tensorflow`, beside their place, and renames them into
 * it once `check(folder)` has passed.
 */
export async function compileAddons(runtime, place, { env, check, progress }) {
  const compiler = findCompiler(env);
  const addons = listAddons() ?? [];
  const aside = join(dirname(place), ASIDE);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const steps = addons.reduce((sum, { sources, linked }) => sum + sources.length + (linked ? 3 : 1), 0);
  let done = 0;
  const compile = async (args) => {
    const result = await run(compiler, args, { env });
    if (result.code !== 0) throw compileProblem(compiler, result);
    done += 1;
    progress(done / steps);
  };
  await Promise.all(addons.map((addon) => compileAddon(addon, { runtime, aside, compile })));
  await rm(join(aside, STUBS), { recursive: true, force: true });
  await check(aside);
  if (!existsSync(place)) await rename(aside, place);
}

async function compileAddon({ name, sources, include, linked }, { runtime, aside, compile }) {
  const folders = [...include, join(runtime, 'tensorflow', 'include')].map((folder) => `-I${folder}`);
  const objects = sources.map((_, index) => join(aside, `${name}.${index}.o`));
  const one = (source, index) =>
    compile([...FLAGS, `-DNODE_GYP_MODULE_NAME=${name}`, ...folders, '-c', source, '-o', objects[index]]);
  await Promise.all(sources.map(one));
  const target = join(aside, `${name}.node`);
  const libraries = linked ? await linkArguments(runtime, aside, compile) : [];
  const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  await compile([...shared, ...objects, ...libraries, '-o', target]);
  await Promise.all(objects.map((object) => rm(object)));
}

/**
 * Linking against libraries of 800 MB takes seconds. On Linux empty ones of the same names stand in for them: the names
 * are all that the linker writes down, and `-z now` has every symbol looked up when the addon is loaded.
 */
async function linkArguments(runtime, aside, compile) {
  const libraries = LIBRARIES[process.platform];
  if (process.platform === 'darwin') {
    return [...libraries.map((file) => join(runtime, 'tensorflow', file)), ...LINK.darwin];
  }
  const stubs = join(aside, STUBS);
  await mkdir(stubs);
  const empty = join(stubs, 'empty.cc');
  await writeFile(empty, '');
  const make = (file) => compile(['-shared', empty, `-Wl,-soname,${file}`, '-o', join(stubs, file)]);
  await Promise.all(libraries.map(make));
  return ['-Wl,--no-as-needed', ...libraries.map((file) => join(stubs, file)), ...LINK.linux];
}

function compileProblem(compiler, { errors }) {
  const reason = errors.split('\n').find((line) => /error/i.test(line)) ?? errors.trim().split('\n')[0] ?? '';
  return new SetUpProblem(`${compiler} could not compile the binding to TensorFlow: ${reason.slice(0, 300)}`);
}
