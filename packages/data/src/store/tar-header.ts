/** Headers of files in a tar archive. Format: POSIX.1-2017, pax Interchange Format. */
const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const encoder = new TextEncoder();

/** A content's length, filled up to whole blocks. */
export const padded = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;

/** What stands before the file's content: the same bytes at any time. A name too long for a plain header has an extended one. */
export function tarHeader(name: string, size: number): Uint8Array {
  const bytes = encoder.encode(name);
  if (bytes.length <= NAME_BYTES) return header(bytes, size, '0');
  const record = paxRecord('path', bytes);
  const out = new Uint8Array(2 * BLOCK_BYTES + padded(record.length));
  out.set(header(encoder.encode('PaxHeader'), record.length, 'x'));
  out.set(record, BLOCK_BYTES);
  out.set(header(bytes.subarray(0, NAME_BYTES), size, '0'), out.length - BLOCK_BYTES);
  return out;
}

function header(name: Uint8Array, size: number, type: '0' | 'x'): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  const put = (at: number, text: string): void => {
    for (let i = 0; i < text.length; i++) block[at + i] = text.charCodeAt(i);
  };
  const octal = (at: number, value: number, digits: number): void =>
    put(at, value.toString(8).padStart(digits, '0'));
  block.set(name);
  octal(100, 0o644, 7);
  for (const user of [108, 116]) octal(user, 0, 7);
  octal(124, size, 11);
  octal(136, 0, 11);
  put(156, type);
  put(257, 'ustar\0' + '00');
  // The check sum is that of a header with blanks in its place.
  put(148, ' '.repeat(8));
  octal(
    148,
    block.reduce((sum, value) => sum + value, 0),
    6,
  );
  block[154] = 0;
  return block;
}

/** "length key=value\n", where the length counts its own digits. */
function paxRecord(key: string, value: Uint8Array): Uint8Array {
  const rest = encoder.encode(` ${key}=`).length + value.length + 1;
  let length = rest;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  const start = encoder.encode(`${length} ${key}=`);
  const record = new Uint8Array(length);
  record.set(start);
  record.set(value, start.length);
  record[length - 1] = '\n'.charCodeAt(0);
  return record;
}
