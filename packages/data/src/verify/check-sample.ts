/** One sample against its row of the manifest. */
import { isDeepStrictEqual } from 'node:util';
import type { Rgb } from '../face.ts';
import { descriptorOf } from '../near/descriptor.ts';
import { Grey } from '../near/grey.ts';
import type { ListedPicture } from '../near/picture-list.ts';
import {
  MANIFEST_FILE,
  type ManifestLine,
  ManifestRow,
  type Member,
  parse,
  SampleJson,
} from '../store/format.ts';
import { decodeGrey, decodeRgb, sha256 } from '../store/pixels.ts';
import type { ShardReader } from '../store/shard-reader.ts';
import type { Problem, ProblemKind } from './findings.ts';

/** What a sample is checked against beside its row. */
export interface SetFacts {
  readonly root: string;
  readonly width: number;
  readonly height: number;
  readonly shards: readonly string[];
  /** True where every pixel that differs from the clean one is to lie under the mask. */
  readonly exactMasks: boolean;
}

export interface CheckedSample {
  readonly line: number;
  /** What the line says; undefined where it is no row. */
  readonly row: Pick<ManifestRow, 'key' | 'identity' | 'split' | 'occluder' | 'files'> | undefined;
  /** What the content hash takes of it, as far as it can be read. */
  readonly content: Uint8Array;
  /** Of the clean picture; undefined where it cannot be read or is of one colour. */
  readonly picture: (ListedPicture & { readonly sha256: string }) | undefined;
  readonly problems: readonly Problem[];
}

export async function checkSample(
  set: SetFacts,
  reader: ShardReader,
  { number, text }: ManifestLine,
): Promise<CheckedSample> {
  const where = `${MANIFEST_FILE}:${number}`;
  const unusable = (what: string): CheckedSample => ({
    line: number,
    row: undefined,
    content: new Uint8Array(),
    picture: undefined,
    problems: [{ kind: 'manifest', what, files: [where] }],
  });
  let row: ManifestRow;
  try {
    row = parse(ManifestRow, text, where);
  } catch (error) {
    return unusable((error as Error).message);
  }
  const { shard } = row.files;
  if (!set.shards.includes(shard)) return unusable(`names ${shard}, which dataset.json does not list`);
  const { files: _, ...description } = JSON.parse(text) as ManifestRow;
  const check = new SampleCheck(set, reader, row);
  const clean = await check.picture('clean');
  const occluded = await check.picture('occluded');
  const mask = await check.mask();
  await check.json(description);
  if (clean && occluded && mask) check.underMask(clean, occluded, mask);
  const descriptor = clean && descriptorOf(new Grey(clean));
  const { key, identity, split, occluder, files } = row;
  return {
    line: number,
    row: { key, identity, split, occluder, files },
    content: joined([clean?.data, occluded?.data, mask, Buffer.from(`${JSON.stringify(description)}\n`)]),
    picture: descriptor
      ? { key, split, shard, range: files['clean.png'], descriptor, sha256: sha256(clean.data) }
      : undefined,
    problems: check.problems,
  };
}

class SampleCheck {
  readonly problems: Problem[] = [];
  private readonly set: SetFacts;
  private readonly reader: ShardReader;
  private readonly row: ManifestRow;

  constructor(set: SetFacts, reader: ShardReader, row: ManifestRow) {
    this.set = set;
    this.reader = reader;
    this.row = row;
  }

  async picture(name: 'clean' | 'occluded'): Promise<Rgb | undefined> {
    const member = `${name}.png` as const;
    const picture = await this.read(member, decodeRgb);
    if (!picture) return undefined;
    const { width, height } = this.set;
    if (picture.width !== width || picture.height !== height) {
      this.add('size', member, `is ${picture.width} x ${picture.height}, not ${width} x ${height}`);
      return undefined;
    }
    this.compare('pixels', name, member, picture.data);
    return picture;
  }

  async mask(): Promise<Uint8Array | undefined> {
    const mask = await this.read('mask.png', decodeGrey);
    if (!mask) return undefined;
    const pixels = this.set.width * this.set.height;
    if (mask.length !== pixels) {
      this.add('size', 'mask.png', `has ${mask.length} pixels, not ${pixels}`);
      return undefined;
    }
    this.compare('pixels', 'mask', 'mask.png', mask);
    if (mask.some((value) => value !== 0 && value !== 255)) {
      this.add('mask', 'mask.png', 'has values other than 0 and 255');
    }
    return mask;
  }

  async json(description: object): Promise<void> {
    const found = await this.read('json', (bytes) => {
      const text = new TextDecoder().decode(bytes);
      parse(SampleJson, text, 'its text');
      return JSON.parse(text) as SampleJson;
    });
    if (!found) return;
    const { mesh, ...described } = found;
    this.compare('mesh', 'mesh', 'json', new Uint8Array(Int16Array.from(mesh).buffer));
    if (!isDeepStrictEqual(described, description)) this.add('row', 'json', 'is not what the manifest says');
  }

  /** Differences lie under the mask, and not all that the mask covers is as it was. */
  underMask(clean: Rgb, occluded: Rgb, mask: Uint8Array): void {
    const counts = { covered: 0, changed: 0, outside: 0 };
    for (let p = 0; p < mask.length; p++) {
      const changed = differs(clean.data, occluded.data, 3 * p);
      if (mask[p] !== 0) counts.covered++;
      if (changed) counts[mask[p] === 0 ? 'outside' : 'changed']++;
    }
    const { covered, changed, outside } = counts;
    if (outside > 0 && this.set.exactMasks) {
      this.add('mask', 'mask.png', `leaves out ${outside} pixels that differ from the clean ones`);
    }
    if (covered > 0 && changed === 0) {
      this.add('mask', 'mask.png', `covers ${covered} pixels, none of which differs from the clean one`);
    }
  }

  private async read<T>(
    member: Member,
    decode: (bytes: Uint8Array) => T | Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await decode(this.reader.read(this.row.files.shard, this.row.files[member]));
    } catch (error) {
      const [reason] = (error as Error).message.split('\n');
      this.add('unreadable', member, `cannot be read: ${reason}`);
      return undefined;
    }
  }

  private compare(
    kind: ProblemKind,
    what: keyof ManifestRow['sha256'],
    member: Member,
    bytes: Uint8Array,
  ): void {
    const [found, expected] = [sha256(bytes), this.row.sha256[what]];
    if (found === expected) return;
    const numbers = kind === 'mesh' ? 'the mesh has' : 'the decoded pixels have';
    this.add(kind, member, `${numbers} the SHA-256 ${found}, in the manifest ${expected}`);
  }

  private add(kind: ProblemKind, member: Member, what: string): void {
    this.problems.push({ kind, what, files: [`${this.row.files.shard}/${this.row.key}.${member}`] });
  }
}

const differs = (a: Uint8Array, b: Uint8Array, at: number): boolean =>
  a[at] !== b[at] || a[at + 1] !== b[at + 1] || a[at + 2] !== b[at + 2];

/** In memory of its own, so that it can be handed over to another thread. */
function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  const known = parts.filter((part) => part !== undefined);
  const out = new Uint8Array(known.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of known) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
