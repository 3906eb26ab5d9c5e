import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from './packages.mjs';
import { ROOT } from './root.mjs';
import { createProgress, ensureRuntime } from './runtime.mjs';
import { runSetUp } from './set-up.mjs';

const BACKENDS = ['', 'tensorflow', 'wasm'];

/** `--test …` runs every package's checks through nx; `setup …` needs no packages; anything else is for the CLI. */
export async function main(args, env) {
  const progress = createProgress(process.stderr);
  try {
    if (args[0] === 'setup') process.exitCode = await runSetUp(args.slice(1), { env, progress });
    else await prepareAndRun(args, { env, progress });
  } catch (error) {
    progress.say(`fsg: ${error.message}`);
    process.exitCode = 1;
  }
}

async function prepareAndRun(args, { env, progress }) {
  if (!BACKENDS.includes(env.FSG_BACKEND ?? '')) {
    progress.say(
      `fsg: FSG_BACKEND is "${env.FSG_BACKEND}", but must be tensorflow or wasm (or unset: the faster one there is)`,
    );
    process.exitCode = 2;
    return;
  }
  const packages = installPackages({ env, progress });
  // With FSG_BACKEND=wasm TensorFlow is neither fetched nor looked for.
  const runtime = env.FSG_BACKEND === 'wasm' ? null : ensureRuntime({ env, progress, packages });
  const [, outcome] = await Promise.all([packages, runtime]);
  if (outcome?.news) progress.say(`${outcome.problem}. Until then the slower wasm backend is used.`);
  if (args[0] === '--test') process.exitCode = await runTests(args.slice(1));
  else await runCli(args);
}

function runTests(args) {
  const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [nx, 'run-many', '-t', 'lint', 'typecheck', 'test', ...args], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', failed);
    child.on('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

/** In this process, so that signals reach the CLI as they are. */
async function runCli(args) {
  const bin = join(ROOT, 'apps/cli/bin/fsg.js');
  process.argv = [process.execPath, bin, ...args];
  await import(pathToFileURL(bin).href);
}
