/** Which network a file of weights belongs to, and at what size, by the names and shapes of its tensors. */

import { lightCnnEntries } from '../nets/light-cnn.ts';
import { entriesOf, type NetworkName } from '../nets/networks.ts';

import { LIGHT_CNNS, type LightCnnName, type ModelOptions } from '../nets/options.ts';
import type { Entry } from '../nets/parameters.ts';
import { EXPECTED, PERCEPTUAL_FILES, type PerceptualFile, perceptualEntries } from '../perceptual/files.ts';
import { compareNames, type NameComparison } from './pytorch-layout.ts';
import type { StoredTensors } from './stored-tensor.ts';

/** The networks of FSG-GAN itself, which come in sizes. */
export type SizedNetwork = Exclude<NetworkName, 'recogniser'>;

export interface Identified {
  readonly network: SizedNetwork | LightCnnName | PerceptualFile;
  /** What the shapes tell of the network's size; the others have one size only. */
  readonly size: ModelOptions | null;
  readonly comparison: NameComparison;
}

/** Where a network's C and Z can be read off: a tensor, the axis of its shape in PyTorch, and what to multiply it by. */
const DIM: Readonly<Record<SizedNetwork, readonly [string, number, number]>> = {
  vae: ['encoder.condition_x.0.weight', 1, 1],
  generator: ['fuser.0.weight_orig', 0, 4],
  discriminator: ['discriminator_blocks.2.0.weight_orig', 0, 1],
};
const Z_DIM = ['encoder.condition_x.0.weight', 0] as const;

/** C and Z of a network from its tensors; Z is 1 where the network has none, undefined where the telling tensor is missing. */
export function sizeOfWeights(name: SizedNetwork, stored: StoredTensors): ModelOptions | undefined {
  const [tensor, axis, factor] = DIM[name];
  const dim = stored[tensor]?.shape[axis];
  const zDim = name === 'vae' ? stored[Z_DIM[0]]?.shape[Z_DIM[1]] : 1;
  return dim && zDim ? { dim: factor * dim, zDim } : undefined;
}

/** The network of which the file has most tensors in their shapes; undefined where that is less than half of them. */
export function identifyWeights(stored: StoredTensors): Identified | undefined {
  const candidates = [
    ...(Object.keys(DIM) as SizedNetwork[]).flatMap((network) => {
      const size = sizeOfWeights(network, stored);
      return size ? [candidate(network, size, entriesOf(network, size), stored)] : [];
    }),
    ...LIGHT_CNNS.map((network) =>
      candidate(network, null, lightCnnEntries(network), withoutClassifier(stored)),
    ),
    ...PERCEPTUAL_FILES.map((network) =>
      candidate(network, null, perceptualEntries(network), withoutUnused(network, stored)),
    ),
  ].sort((a, b) => b.share - a.share);
  const [best] = candidates;
  return best && best.share >= 0.5 ? best.identified : undefined;
}

/** A recogniser's last layer knows the people it was trained on, and nobody else. */
export const withoutClassifier = (stored: StoredTensors): StoredTensors => without(stored, 'fc2.');

/** What perceptual metrics read of such a file. */
export function withoutUnused(network: PerceptualFile, stored: StoredTensors): StoredTensors {
  const { unused } = EXPECTED[network];
  return unused === undefined ? stored : without(stored, unused);
}

const without = (stored: StoredTensors, prefix: string): StoredTensors =>
  Object.fromEntries(Object.entries(stored).filter(([name]) => !name.startsWith(prefix)));

function candidate(
  network: Identified['network'],
  size: ModelOptions | null,
  entries: readonly Entry[],
  stored: StoredTensors,
): { share: number; identified: Identified } {
  const comparison = compareNames(entries, stored);
  const share = 1 - (comparison.missing.length + comparison.misshaped.length) / entries.length;
  return { share, identified: { network, size, comparison } };
}
