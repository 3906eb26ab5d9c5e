/** Reads the weight files that users supply for perceptual metrics, and refuses those of other networks. */
import { UserError } from '@fsg/engine/error';
import { identifyWeights, withoutUnused } from '../weights/identify.ts';
import { refuseOtherContent } from '../weights/named-hash.ts';
import { describeDifferences } from '../weights/pytorch-layout.ts';
import type { StoredTensors } from '../weights/stored-tensor.ts';
import { readWeightFile } from '../weights/weight-file.ts';
import { EXPECTED, type PerceptualFile } from './files.ts';

/** Differences named in an error. */
const NAMED = 3;

/**
 * The tensors of a file that must be one of `expected`, without those that nobody reads. Throws a UserError that says what the
 * file is in place of it, or which tensors are missing, left over or mis-shaped, or that its content is not what its name says.
 */
export async function readPerceptual<N extends PerceptualFile>(
  path: string,
  expected: readonly N[],
): Promise<{ network: N; tensors: StoredTensors; sha256: string }> {
  const { tensors, sha256 } = await readWeightFile(path);
  refuseOtherContent(path, sha256);
  const found = identifyWeights(tensors);
  const network = expected.find((name) => name === found?.network);
  if (!found || network === undefined) {
    const wanted = expected.map((name) => `${name} (${EXPECTED[name].origin})`).join(' or ');
    const exactly = found && describeDifferences(found.comparison).length === 0;
    const held = found ? `${exactly ? '' : 'something like '}${found.network}` : 'no network known here';
    throw new UserError(`${path} holds ${held}; expected ${wanted}`);
  }
  const differences = describeDifferences(found.comparison);
  if (differences.length > 0) {
    const more = differences.length > NAMED ? ` (${differences.length} in all)` : '';
    throw new UserError(
      `${path} is like ${network}, but ${differences.slice(0, NAMED).join('; ')}${more}; expected ${EXPECTED[network].origin}`,
    );
  }
  return { network, tensors: withoutUnused(network, tensors), sha256 };
}
