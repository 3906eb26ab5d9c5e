import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw, inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = Buffer.from([0x50, 0x4b, 5, 6]);
const DIRECTORY_ENTRY = 0x02014b50;
const LARGE = 1 << 20;

/**
 * Unpacks those members of a zip file (a wheel is one) for which `keep(name)` is true, into `folder`.
 * `written(bytes)` is called as bytes are written. Gives the unpacked files as { path: size }.
 */
export async function unpack(zip, folder, keep, written) {
  const file = await open(zip);
  try {
    const entries = (await listEntries(file, zip)).filter(({ name }) => !name.endsWith('/') && keep(name));
    for (const parent of new Set(entries.map(({ name }) => dirname(name))))
      await mkdir(join(folder, parent), { recursive: true });
    const small = entries.filter(({ packed }) => packed < LARGE);
    const large = entries.filter(({ packed }) => packed >= LARGE);
    const unpackSmall = async () => {
      for (const entry of small) await unpackSmallEntry(file, entry, folder, written);
    };
    await Promise.all([
      unpackSmall(),
      ...large.map((entry) => unpackLargeEntry(zip, file, entry, folder, written)),
    ]);
    return Object.fromEntries(entries.map(({ name, size }) => [name, size]));
  } finally {
    await file.close();
  }
}

async function listEntries(file, zip) {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) throw new Error(`${zip} is no zip file: it has no directory at its end`);
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries = [];
  for (let at = 0; at < directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY; ) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      directory.readUInt16LE(at + offset),
    );
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      deflated: directory.readUInt16LE(at + 10) === 8,
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      executable: ((directory.readUInt32LE(at + 38) >>> 16) & 0o111) !== 0,
      header: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

async function unpackSmallEntry(file, entry, folder, written) {
  const packed = await read(file, await contentStart(file, entry), entry.packed);
  const content = entry.deflated ? inflateRawSync(packed) : packed;
  await writeFile(join(folder, entry.name), content);
  written(content.length);
}

async function unpackLargeEntry(zip, file, entry, folder, written) {
  const start = await contentStart(file, entry);
  const source = createReadStream(zip, { start, end: start + entry.packed - 1, highWaterMark: LARGE });
  const inflate = entry.deflated ? [createInflateRaw({ chunkSize: LARGE })] : [];
  const count = new Transform({
    highWaterMark: LARGE,
    transform(chunk, _encoding, next) {
      written(chunk.length);
      next(null, chunk);
    },
  });
  const target = join(folder, entry.name);
  await pipeline(source, ...inflate, count, createWriteStream(target, { highWaterMark: 4 * LARGE }));
  if (entry.executable) await chmod(target, 0o755);
}

/** A member's content follows its own header, whose extra field may differ in length from the directory's. */
async function contentStart(file, entry) {
  const header = await read(file, entry.header, 30);
  return entry.header + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function read(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead < length) throw new Error(`the zip file ends ${length - bytesRead} bytes too early`);
  return buffer;
}
