/** A data set taken apart, changed, and written again, with as many of its hashes put right as a test wants. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTar, unpackTar } from 'modern-tar';
import sharp from 'sharp';
import type { DatasetInfo, Description, ManifestRow } from '../src/store/format.ts';

export interface TakenApart {
  /** Decoded, RGB; the mask one channel of 0 and 255. */
  clean: Uint8Array;
  occluded: Uint8Array;
  mask: Uint8Array;
  mesh: number[];
  /** The row without its places. */
  row: Description;
  /** What its JSON says in place of the row. */
  json?: Description;
}

export interface Whole {
  info: DatasetInfo;
  samples: TakenApart[];
}

const hex = (...parts: (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export async function takeApart(root: string): Promise<Whole> {
  const info = JSON.parse(await readFile(join(root, 'dataset.json'), 'utf8')) as DatasetInfo;
  const members = new Map<string, Uint8Array>();
  for (const { file } of info.shards) {
    for (const { header, data } of await unpackTar(await readFile(join(root, file))))
      members.set(header.name, data!);
  }
  const lines = (await readFile(join(root, 'manifest.jsonl'), 'utf8')).trim().split('\n');
  const samples = lines.map(async (line) => {
    const { files: _, ...row } = JSON.parse(line) as ManifestRow;
    const pixels = (name: string, space: 'b-w' | 'srgb') =>
      sharp(members.get(`${row.key}.${name}.png`))
        .toColourspace(space)
        .raw()
        .toBuffer();
    return {
      clean: await pixels('clean', 'srgb'),
      occluded: await pixels('occluded', 'srgb'),
      mask: await pixels('mask', 'b-w'),
      mesh: JSON.parse(new TextDecoder().decode(members.get(`${row.key}.json`))).mesh as number[],
      row,
    };
  });
  return { info, samples: await Promise.all(samples) };
}

/** The row's hashes as its pixels and mesh are. */
export function rehash({ clean, occluded, mask, mesh, row }: TakenApart): void {
  row.sha256 = {
    clean: hex(clean),
    occluded: hex(occluded),
    mask: hex(mask),
    mesh: hex(new Uint8Array(Int16Array.from(mesh).buffer)),
  };
}

/** Writes one shard and what describes it: only `info`'s counts and content hash stay what they are. */
export async function write(root: string, { info, samples }: Whole): Promise<void> {
  await mkdir(root);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const append = async (name: string, body: Uint8Array): Promise<[number, number]> => {
    const header = { name, size: body.length, mode: 0o644, mtime: new Date(0), type: 'file' as const };
    const entry = (await packTar([{ header, body }])).subarray(0, -1024);
    pieces.push(entry);
    bytes += entry.length;
    return [bytes - 512 * Math.ceil(body.length / 512), body.length];
  };
  const lines: string[] = [];
  for (const { row, json, clean, occluded, mask, mesh } of samples) {
    const rgb = (data: Uint8Array) => png(data, 3);
    const add = (member: string, body: Uint8Array) => append(`${row.key}.${member}`, body);
    const files = {
      shard: 'shard-00000.tar',
      'clean.png': await add('clean.png', await rgb(clean)),
      'occluded.png': await add('occluded.png', await rgb(occluded)),
      'mask.png': await add('mask.png', await png(mask, 1)),
      json: await add('json', new TextEncoder().encode(`${JSON.stringify({ ...(json ?? row), mesh })}\n`)),
    };
    lines.push(JSON.stringify({ ...row, files }));
  }
  const shard = Buffer.concat([...pieces, new Uint8Array(1024)]);
  await writeFile(join(root, 'shard-00000.tar'), shard);
  const shards = [
    { file: 'shard-00000.tar', samples: samples.length, bytes: shard.length, sha256: hex(shard) },
  ];
  await writeFile(join(root, 'manifest.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(root, 'dataset.json'), JSON.stringify({ ...info, shards }));
}

/** By libvips, not by the data set's own writer. */
const png = (data: Uint8Array, channels: 1 | 3): Promise<Buffer> =>
  sharp(data, { raw: { width: 128, height: 128, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();

export const contentHash = (samples: readonly TakenApart[]): string =>
  hex(
    ...samples.flatMap(({ clean, occluded, mask, row }) => [
      clean,
      occluded,
      mask,
      `${JSON.stringify(row)}\n`,
    ]),
  );
