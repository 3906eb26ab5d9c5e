/**
 * The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes.
 * Source: https://github.com/huggingface/safetensors (format, version 0.4).
 */
import { UserError } from '@fsg/engine/error';

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row-major. Float32Array is stored as F32, BigInt64Array as I64. */
  readonly data: Float32Array | BigInt64Array;
}

export type StoredTensors = Record<string, StoredTensor>;

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const BYTES = { F32: 4, I64: 8 } as const;

/** The file's bytes; tensors in the order given, the header padded to a multiple of eight. */
export function writeSafetensors(tensors: StoredTensors): Uint8Array {
  const header: Record<string, HeaderEntry> = {};
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const dtype = data instanceof Float32Array ? 'F32' : 'I64';
    header[name] = { dtype, shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + offset).fill(32, 0, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  for (const [name, { data }] of Object.entries(tensors)) {
    const at = start + (header[name] as HeaderEntry).data_offsets[0];
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  }
  return file;
}

/** Reads F32 and I64 tensors. `where` names the file in errors. */
export function readSafetensors(file: Uint8Array, where: string): StoredTensors {
  const { header, start } = readHeader(file, where);
  const tensors: StoredTensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    tensors[name] = readTensor(file.subarray(start), name, entry, where);
  }
  return tensors;
}

function readHeader(file: Uint8Array, where: string): { header: Record<string, HeaderEntry>; start: number } {
  const fail = (found: string): never => {
    throw new UserError(
      `${where}: not a safetensors file: ${found}; expected a header length and a JSON header`,
    );
  };
  if (file.length < 8) fail(`${file.length} bytes long`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > BigInt(file.length - 8)) fail(`its header claims ${length} bytes of ${file.length}`);
  const text = new TextDecoder().decode(file.subarray(8, 8 + Number(length)));
  try {
    return { header: JSON.parse(text), start: 8 + Number(length) };
  } catch {
    return fail('its header is not JSON');
  }
}

function readTensor(body: Uint8Array, name: string, entry: HeaderEntry, where: string): StoredTensor {
  const bytes = BYTES[entry.dtype as keyof typeof BYTES];
  if (!bytes) throw new UserError(`${where}: tensor ${name} is ${entry.dtype}; expected F32 or I64`);
  const [begin, end] = entry.data_offsets;
  const expected = entry.shape.reduce((a, b) => a * b, 1) * bytes;
  if (!(begin >= 0 && end <= body.length && end - begin === expected)) {
    throw new UserError(
      `${where}: tensor ${name} of shape [${entry.shape}] needs ${expected} bytes, but the file gives ${begin} to ${end} of ${body.length}; it is cut short or damaged`,
    );
  }
  const copy = new Uint8Array(body.subarray(begin, end)).buffer;
  return {
    shape: entry.shape,
    data: entry.dtype === 'F32' ? new Float32Array(copy) : new BigInt64Array(copy),
  };
}
