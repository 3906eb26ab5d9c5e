/** What `fsg weights` tells of a file of weights, and its conversion to safetensors. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Identified, identifyWeights, readWeightFile, UserError, writeSafetensors } from '@fsg/models';
import { replaceFile } from '@fsg/runs';

export interface WeightsDescription {
  readonly file: string;
  readonly format: string;
  /** Of the whole file. */
  readonly sha256: string;
  readonly values: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
    /** Of the values, little-endian and row-major. */
    readonly sha256: string;
  }[];
  /** The network that the tensors are of; null where they are of none known here. */
  readonly network: Identified | null;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function describeWeights(file: string): Promise<WeightsDescription> {
  const { format, tensors, sha256: whole } = await readWeightFile(file);
  const entries = Object.entries(tensors);
  return {
    file,
    format,
    sha256: whole,
    values: entries.reduce((sum, [, { data }]) => sum + data.length, 0),
    tensors: entries.map(([name, { shape, dtype, data }]) => ({
      name,
      shape,
      dtype,
      sha256: sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    })),
    network: identifyWeights(tensors) ?? null,
  };
}

/** Writes the file's tensors as safetensors, names without wrappers, values and types as they are. */
export async function convertWeights(file: string, out: string): Promise<WeightsDescription> {
  if (existsSync(out)) throw new UserError(`${out} exists already; name another file or remove it`);
  const { tensors } = await readWeightFile(file);
  await replaceFile(out, writeSafetensors(tensors));
  return describeWeights(out);
}
