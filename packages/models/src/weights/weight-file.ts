/** A file of weights, whatever its format. */
import { readFile } from 'node:fs/promises';
import { UserError } from '@fsg/engine/error';
import { sha256 } from '../sha256.ts';
import { looksLikeSafetensors, readSafetensors } from './safetensors.ts';
import type { StoredTensors } from './stored-tensor.ts';
import { isTorchLegacy, isTorchZip, readTorchLegacy, readTorchZip } from './torch-file.ts';

export type WeightFormat = 'safetensors' | 'torch zip' | 'torch legacy';

export interface WeightFile {
  readonly format: WeightFormat;
  /** Under the names of the network itself, without what wrappers put before them. */
  readonly tensors: StoredTensors;
  /** SHA-256 of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Reads safetensors and both formats of torch.save. Throws a UserError that names the file and what is wrong with it. */
export async function readWeightFile(path: string): Promise<WeightFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return parseWeights(bytes, path);
}

/** The same from bytes; `where` names them in errors. */
export async function parseWeights(bytes: Uint8Array, where: string): Promise<WeightFile> {
  const format = formatOf(bytes, where);
  const stored =
    format === 'safetensors'
      ? readSafetensors(bytes, where)
      : format === 'torch zip'
        ? await readTorchZip(bytes, where)
        : readTorchLegacy(bytes, where);
  const tensors = unwrapped(stored);
  if (Object.keys(tensors).length === 0) throw new UserError(`${where}: holds no tensor`);
  return { format, tensors, sha256: sha256(bytes) };
}

function formatOf(bytes: Uint8Array, where: string): WeightFormat {
  if (isTorchZip(bytes)) return 'torch zip';
  if (isTorchLegacy(bytes)) return 'torch legacy';
  if (looksLikeSafetensors(bytes)) return 'safetensors';
  const tar = new TextDecoder().decode(bytes.subarray(257, 262)) === 'ustar';
  const found = tar ? 'a tar archive' : bytes.length === 0 ? 'an empty file' : 'something else';
  throw new UserError(
    `${where}: ${found}; expected weights as .safetensors or as torch.save writes them (.pth)`,
  );
}

/** Where a training script kept its `state_dict` beside other things, that alone; then without DataParallel's `module.`. */
function unwrapped(stored: StoredTensors): StoredTensors {
  const entries = Object.entries(stored);
  const inside = entries.filter(([name]) => name.startsWith('state_dict.'));
  return Object.fromEntries(
    (inside.length > 0 ? inside : entries).map(([name, tensor]) => [
      name.replace(/^state_dict\./, '').replace(/^module\./, ''),
      tensor,
    ]),
  );
}
