/** Reads samples out of their shards and checks them against the manifest. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../error.ts';
import type { Rgb } from '../face.ts';
import { type FaceMesh, fromSixteenths } from '../mesh/mesh.ts';
import { type ManifestRow, MEMBERS, type Member, parse, SampleJson } from './format.ts';
import { maskPixels, sha256 } from './pixels.ts';
import { decodePng } from './png.ts';
import { padded } from './tar-header.ts';

/** Where the sample's last member ends in its shard, filled up to a block. */
export const endOf = (files: ManifestRow['files']): number =>
  Math.max(...MEMBERS.map((member) => files[member][0] + padded(files[member][1])));

/** The members of one sample, read at once. Each throws a `UserError` that names it where it is not what the manifest says. */
export interface StoredSample {
  clean(): Rgb;
  occluded(): Rgb;
  /** 0 and 1. */
  mask(): Uint8Array;
  mesh(): FaceMesh;
}

export async function readSample(root: string, row: ManifestRow): Promise<StoredSample> {
  const path = join(root, row.files.shard);
  const start = Math.min(...MEMBERS.map((member) => row.files[member][0]));
  const bytes = await readRange(path, start, endOf(row.files));
  const member = <T>(name: Member, decode: (content: Uint8Array) => T): T => {
    const [offset, length] = row.files[name];
    try {
      return decode(bytes.subarray(offset - start, offset - start + length));
    } catch (error) {
      throw damaged(path, row.key, name, `is unreadable (${(error as Error).message})`);
    }
  };
  const checked = (name: Member, of: keyof ManifestRow['sha256'], content: Uint8Array): void => {
    if (sha256(content) === row.sha256[of]) return;
    throw damaged(path, row.key, name, 'is not what the manifest describes');
  };
  const picture = (name: 'clean' | 'occluded'): Rgb => {
    const image = member(`${name}.png`, decodePng);
    checked(`${name}.png`, name, image.data);
    return image;
  };
  return {
    clean: () => picture('clean'),
    occluded: () => picture('occluded'),
    mask() {
      const { data } = member('mask.png', decodePng);
      checked('mask.png', 'mask', maskPixels(data));
      return data;
    },
    mesh() {
      const text = (content: Uint8Array): string => new TextDecoder().decode(content);
      const { mesh } = member('json', (content) => parse(SampleJson, text(content), `${row.key}.json`));
      checked('json', 'mesh', new Uint8Array(Int16Array.from(mesh).buffer));
      return fromSixteenths(mesh);
    },
  };
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new UserError(`${path}: ${error.message}: make the data set anew`);
  });
  try {
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const damaged = (path: string, key: string, member: Member, what: string): UserError =>
  new UserError(`${path}: ${key}.${member} ${what}: make the data set anew`);
