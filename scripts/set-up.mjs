import { installPackages } from './packages.mjs';
import { megabytes, removeRuntime, setUp } from './runtime.mjs';

const OPTIONS = ['--gpu', '--remove', '--help'];
const USAGE = `fsg setup [--gpu] [--remove]
  fetches TensorFlow and compiles its binding, whatever went wrong before
  --gpu     the build for NVIDIA GPUs, also where no driver is found
  --remove  deletes what set-up has put into the cache`;

/** `fsg setup`, also where there are no packages yet. Gives the exit code. */
export async function runSetUp(args, { env, progress }) {
  const unknown = args.find((arg) => !OPTIONS.includes(arg));
  if (unknown !== undefined) {
    progress.say(`fsg setup: unknown option ${unknown}; there are ${OPTIONS.join(', ')}`);
    return 2;
  }
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  if (args.includes('--remove')) {
    progress.say(
      `${megabytes(await removeRuntime({ env }))} freed; the next command sets up again what it needs`,
    );
    return 0;
  }
  const packages = installPackages({ env, progress });
  const [, outcome] = await Promise.all([
    packages,
    setUp({ gpu: args.includes('--gpu'), env, progress, packages }),
  ]);
  if (outcome.runtime) progress.say(`Ready: ${outcome.runtime.name} in ${outcome.runtime.folder}`);
  else progress.say(`${outcome.problem}. Until then the slower wasm backend is used.`);
  return outcome.runtime ? 0 : 1;
}
