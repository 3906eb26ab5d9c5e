/** For the tests of all packages: which backends they can run on here. */
import { availableBackends, type BackendName, startEngine } from './backend.ts';
import { kernelsDefined, setKernelsDefined } from './native.ts';

/**
 * TensorFlow where it is set up, and wasm. Where FSG_REQUIRE names tensorflow it is always in the list,
 * so that its absence fails the tests in place of leaving them out.
 */
export function testedBackends(): BackendName[] {
  const required = process.env.FSG_REQUIRE?.split(',').includes('tensorflow');
  const found = availableBackends().filter((name) => name !== 'cpu');
  if (found.includes('tensorflow') || required) return ['tensorflow', 'wasm'];
  console.warn('TensorFlow is not set up here: its tests are left out (npm run fsg -- setup)');
  return found;
}

/** `plain tensorflow` has TensorFlow's own operations alone, as on a GPU. */
export type TestedBackend = BackendName | 'plain tensorflow';

/** Those of testedBackends, and TensorFlow without the engine's own kernels. */
export const testedVariants = (): TestedBackend[] =>
  testedBackends().flatMap((name): TestedBackend[] =>
    name === 'tensorflow' ? [name, 'plain tensorflow'] : [name],
  );

/** Runs on that backend. */
export async function on<T>(backend: TestedBackend, run: () => T): Promise<T> {
  const plain = backend === 'plain tensorflow';
  await startEngine({ backend: plain ? 'tensorflow' : backend });
  const before = kernelsDefined();
  if (plain) setKernelsDefined(false);
  try {
    return run();
  } finally {
    setKernelsDefined(before);
  }
}
