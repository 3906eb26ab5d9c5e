/**
 * The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes without gap or overlap.
 * Source: https://github.com/huggingface/safetensors (format, version 0.4).
 */
import { UserError } from '@fsg/engine/error';
import { z } from 'zod';
import { bytesOf, DTYPES, type StoredTensor, type StoredTensors, valuesOf } from './stored-tensor.ts';

const Whole = z.number().int().min(0);
const HeaderEntry = z.object({
  dtype: z.enum(DTYPES),
  shape: z.array(Whole),
  data_offsets: z.tuple([Whole, Whole]),
});
type HeaderEntry = z.infer<typeof HeaderEntry>;

const METADATA = '__metadata__';
/** As in the reference implementation: a longer header is an attack. */
const LONGEST_HEADER = 100_000_000;

/** The file's bytes; tensors in the order given, the header padded to a multiple of eight. */
export function writeSafetensors(tensors: StoredTensors): Uint8Array {
  const header: Record<string, HeaderEntry> = {};
  let offset = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
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

/** True where a file may be safetensors: a header that begins with a brace and ends within the file. */
export function looksLikeSafetensors(file: Uint8Array): boolean {
  return file.length > 8 && file[8] === 0x7b && headerLength(file) <= BigInt(file.length - 8);
}

/** Reads every tensor. `where` names the file in errors. */
export function readSafetensors(file: Uint8Array, where: string): StoredTensors {
  const { header, start } = readHeader(file, where);
  const body = file.subarray(start);
  checkOffsets(header, body.length, where);
  return Object.fromEntries(
    Object.entries(header).map(([name, entry]) => [name, readTensor(body, name, entry, where)]),
  );
}

const headerLength = (file: Uint8Array): bigint =>
  new DataView(file.buffer, file.byteOffset, file.length).getBigUint64(0, true);

function readHeader(file: Uint8Array, where: string): { header: Record<string, HeaderEntry>; start: number } {
  const fail = (found: string): never => {
    throw new UserError(
      `${where}: not a safetensors file: ${found}; expected a header length and a JSON header`,
    );
  };
  if (file.length < 8) fail(`${file.length} bytes long`);
  const length = headerLength(file);
  if (length > BigInt(file.length - 8)) fail(`its header claims ${length} bytes of ${file.length}`);
  if (length > BigInt(LONGEST_HEADER)) fail(`its header claims ${length} bytes, ${LONGEST_HEADER} at most`);
  const start = 8 + Number(length);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, start)));
  } catch {
    fail('its header is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    fail('its header is no table of tensors');
  const tensors = Object.entries(json as object).filter(([name]) => name !== METADATA);
  const header = tensors.map(([name, entry]): [string, HeaderEntry] => {
    const parsed = HeaderEntry.safeParse(entry);
    if (parsed.success) return [name, parsed.data];
    const [issue] = parsed.error.issues;
    return fail(`tensor ${name}: ${issue?.path.join('.') || 'entry'}: ${issue?.message}`);
  });
  return { header: Object.fromEntries(header), start };
}

/** The tensors must fill the rest of the file, one after the other. */
function checkOffsets(header: Readonly<Record<string, HeaderEntry>>, length: number, where: string): void {
  const entries = Object.entries(header).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let end = 0;
  for (const [name, { data_offsets }] of entries) {
    if (data_offsets[0] !== end) {
      throw new UserError(
        `${where}: tensor ${name} begins at byte ${data_offsets[0]}, expected ${end}, where the one before it ends; the file is damaged`,
      );
    }
    end = data_offsets[1];
  }
  if (end !== length) {
    throw new UserError(
      `${where}: its tensors need ${end} bytes, but the file gives ${length}; it is cut short or damaged`,
    );
  }
}

function readTensor(
  body: Uint8Array,
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: HeaderEntry,
  where: string,
): StoredTensor {
  const expected = shape.reduce((a, b) => a * b, 1) * bytesOf(dtype);
  if (end - begin !== expected) {
    throw new UserError(
      `${where}: tensor ${name} of shape [${shape}] needs ${expected} bytes, but has ${end - begin}; the file is damaged`,
    );
  }
  return { dtype, shape, data: valuesOf(dtype, body.subarray(begin, end)) };
}
