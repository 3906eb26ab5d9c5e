/** Between tensors in memory (NHWC) and files under PyTorch's names and layouts. */
import { type NamedTensors, tf } from '@fsg/engine';
import { UserError } from '@fsg/engine/error';
import type { Entry } from '../nets/parameters.ts';
import { float32, int64, type StoredTensor, type StoredTensors, toFloat32 } from './stored-tensor.ts';

/** PyTorch's shape of an entry. */
export function fileShape({ layout, shape }: Entry): readonly number[] {
  if (layout === 'vector' || layout === 'spectralV') return shape;
  const [h, w, a, b] = shape as [number, number, number, number];
  return layout === 'linear' ? [b, a * h * w] : [b, a, h, w];
}

/** Rows or filters permuted: in memory (h, w, rest), in the file (rest, h, w), both kinds of filter with their last two axes swapped. */
function permute(
  values: Float32Array,
  { layout, shape, filter }: Entry,
  direction: 'toFile' | 'toMemory',
): Float32Array {
  if (layout === 'vector') return values;
  const [h, w, a, b] = (layout === 'spectralV' ? [...(filter as readonly number[]), 1] : shape) as [
    number,
    number,
    number,
    number,
  ];
  const out = new Float32Array(values.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let i = 0; i < a; i++) {
        for (let j = 0; j < b; j++) {
          const memory = ((y * w + x) * a + i) * b + j;
          const file = ((j * a + i) * h + y) * w + x;
          if (direction === 'toFile') out[file] = values[memory] as number;
          else out[memory] = values[file] as number;
        }
      }
    }
  }
  return out;
}

/** Values in memory order → values in the file's order. */
export const toFile = (entry: Entry, values: Float32Array): StoredTensor =>
  float32(fileShape(entry), permute(values, entry, 'toFile'));

/** Name of the counter that PyTorch keeps beside each batch norm's running variance. */
const counterOf = (name: string): string => name.replace(/running_var$/, 'num_batches_tracked');

/** A network as PyTorch's state_dict; `batches`: training passes so far, which PyTorch counts in every batch norm. */
export function toStateDict(
  entries: readonly Entry[],
  tensors: NamedTensors,
  batches: number,
): StoredTensors {
  const stored: StoredTensors = {};
  for (const entry of entries) {
    stored[entry.name] = toFile(entry, (tensors[entry.name] as tf.Tensor).dataSync() as Float32Array);
    if (entry.name.endsWith('running_var')) {
      stored[counterOf(entry.name)] = int64([], [batches]);
    }
  }
  return stored;
}

/** Checks every name and shape, then makes the tensors. `where` names the file in errors. */
export function fromStateDict(
  entries: readonly Entry[],
  stored: StoredTensors,
  where: string,
): { tensors: NamedTensors; batches: number } {
  checkNames(entries, stored, where);
  const counter = Object.keys(stored).find((name) => name.endsWith('num_batches_tracked'));
  const batches = counter ? Number(stored[counter]?.data[0] ?? 0) : 0;
  const tensors = Object.fromEntries(
    entries.map((entry) => {
      const values = permute(toFloat32(stored[entry.name] as StoredTensor), entry, 'toMemory');
      return [entry.name, tf.tensor(values, [...entry.shape])];
    }),
  );
  return { tensors, batches };
}

/** How the tensors of a file differ from those that a network expects. */
export interface NameComparison {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly misshaped: readonly {
    readonly name: string;
    readonly found: readonly number[];
    readonly expected: readonly number[];
  }[];
}

export function compareNames(entries: readonly Entry[], stored: StoredTensors): NameComparison {
  const known = new Set(
    entries.flatMap(({ name }) => (name.endsWith('running_var') ? [name, counterOf(name)] : [name])),
  );
  return {
    missing: entries.filter(({ name }) => !stored[name]).map(({ name }) => name),
    extra: Object.keys(stored).filter((name) => !known.has(name)),
    misshaped: entries.flatMap((entry) => {
      const found = stored[entry.name]?.shape;
      const expected = fileShape(entry);
      return found && `${found}` !== `${expected}` ? [{ name: entry.name, found, expected }] : [];
    }),
  };
}

/** A line for each difference: missing, left over, mis-shaped. */
export const describeDifferences = ({ missing, extra, misshaped }: NameComparison): string[] => [
  ...missing.map((name) => `${name} is missing`),
  ...extra.map((name) => `${name} is not a tensor of this network`),
  ...misshaped.map(({ name, found, expected }) => `${name} has shape [${found}], expected [${expected}]`),
];

function checkNames(entries: readonly Entry[], stored: StoredTensors, where: string): void {
  const { missing, extra, misshaped } = compareNames(entries, stored);
  const problems = describeDifferences({
    missing: missing.slice(0, 3),
    extra: extra.slice(0, 3),
    misshaped: misshaped.slice(0, 3),
  });
  if (problems.length === 0) return;
  const count = missing.length + extra.length + misshaped.length;
  const more = count > problems.length ? ` (${count} in all)` : '';
  throw new UserError(
    `${where}: ${problems.join('; ')}${more}; is it another network, or another dim or zDim?`,
  );
}
