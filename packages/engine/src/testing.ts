/** For the tests of all packages: which backends they can run on here. */
import { availableBackends, type BackendName } from './backend.ts';

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
