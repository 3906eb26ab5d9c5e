/**
 * A data set being written, aside from its place: shards and manifest grow sample by sample. After a kill it is gone on with: what
 * stands there is read again, checked, and kept up to the first sample that is not whole.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DataConfig, OpenData } from '../config.ts';
import type { Unusable } from '../unusable.ts';
import {
  type DatasetInfo,
  describedIn,
  lineOf,
  MANIFEST_FILE,
  ManifestRow,
  MEMBERS,
  parse,
  shardName,
} from './format.ts';
import type { MadeSample } from './make-sample.ts';
import { maskPixels } from './pixels.ts';
import { endOf, readSample } from './read-sample.ts';
import { TarWriter } from './tar.ts';

const SAMPLES_A_SHARD = 1000;
/** Rows gather with their pictures and are written after them, so that a row never stands without its sample. */
const SAMPLES_A_WRITE = 32;
export const SET_ASIDE_FILE = 'set-aside.jsonl';

/** An input that was of no use, and its place among the candidates. */
export type SetAside = Unusable & { readonly candidate: number };

/** What is known of a sample that stands in the set. */
type Written = Omit<MadeSample, 'pixels' | 'tar' | 'places'>;

interface Shard {
  readonly name: string;
  samples: number;
  /** Up to the end of its last sample. */
  bytes: number;
  /** Opened when something is to be written. */
  tar?: TarWriter;
}

export class SetWriter {
  readonly setAside: SetAside[] = [];
  /** Samples so far. */
  size = 0;
  first: Written | undefined;
  last: Written | undefined;
  private readonly folder: string;
  private readonly content = createHash('sha256');
  private readonly shards: DatasetInfo['shards'][number][] = [];
  private readonly splits = { train: 0, validation: 0, test: 0 };
  private readonly occluders: Record<string, number> = {};
  private readonly identities = new Set<string>();
  private shard: Shard | undefined;
  private unwritten: string[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Takes up what stands in the folder. `progress`: samples checked so far. */
  static async open(folder: string, progress?: (done: number) => void): Promise<SetWriter> {
    const writer = new SetWriter(folder);
    await writer.takeUp(progress);
    return writer;
  }

  /** `pixels` and `tar` are not needed afterwards. */
  add({ pixels, tar, places, ...sample }: MadeSample): void {
    const shard = this.roomy();
    shard.tar ??= new TarWriter(join(this.folder, shard.name), shard.bytes);
    const at = shard.tar.add(tar);
    const placed = MEMBERS.map((member) => [member, [at + places[member][0], places[member][1]]]);
    const files = { shard: shard.name, ...Object.fromEntries(placed) } as ManifestRow['files'];
    this.count(shard, sample, files, pixels);
    this.unwritten.push(`${lineOf(sample.description, files)}\n`);
    if (this.unwritten.length >= SAMPLES_A_WRITE) this.writeOut();
  }

  skip(input: SetAside): void {
    this.setAside.push(input);
    appendFileSync(join(this.folder, SET_ASIDE_FILE), `${JSON.stringify(input)}\n`);
  }

  /** Forgets what was set aside from this candidate on: the samples before it were not written out yet, and all is tried again. */
  forgetFrom(candidate: number): void {
    const kept = this.setAside.filter((input) => input.candidate < candidate);
    this.setAside.splice(0, this.setAside.length, ...kept);
    writeFileSync(
      join(this.folder, SET_ASIDE_FILE),
      kept.map((input) => `${JSON.stringify(input)}\n`).join(''),
    );
  }

  /** Ends the last shard and tells what the set holds. */
  finish({ source, inputs }: OpenData, config: DataConfig): DatasetInfo {
    this.endShard();
    rmSync(join(this.folder, SET_ASIDE_FILE), { force: true });
    return {
      format: 1,
      source: source.name,
      synthetic: source.synthetic,
      recipe: config,
      seed: config.seed,
      inputs,
      count: this.size,
      identities: this.identities.size,
      splits: this.splits,
      occluders: Object.fromEntries(Object.entries(this.occluders).sort(([a], [b]) => (a < b ? -1 : 1))),
      ...source.size,
      setAside: this.setAside.map(({ file, reason }) => ({ file, reason })),
      shards: this.shards,
      contentHash: this.content.digest('hex'),
    };
  }

  /** Leaves everything as a kill would. */
  abandon(): void {
    this.shard?.tar?.abandon();
  }

  /** The shard that takes the next sample. */
  private roomy(): Shard {
    if (this.shard?.samples === SAMPLES_A_SHARD) this.endShard();
    this.shard ??= { name: shardName(this.shards.length), samples: 0, bytes: 0 };
    return this.shard;
  }

  private count(
    shard: Shard,
    sample: Written,
    files: ManifestRow['files'],
    pixels: readonly Uint8Array[],
  ): void {
    for (const part of pixels) this.content.update(part);
    this.content.update(`${sample.description}\n`);
    this.size++;
    this.first ??= sample;
    this.last = sample;
    this.splits[sample.split]++;
    this.occluders[sample.occluder] = (this.occluders[sample.occluder] ?? 0) + 1;
    this.identities.add(sample.identity);
    shard.samples++;
    shard.bytes = endOf(files);
  }

  private endShard(): void {
    const { shard } = this;
    if (!shard) return;
    const tar = shard.tar ?? new TarWriter(join(this.folder, shard.name), shard.bytes);
    shard.tar = tar;
    this.writeOut();
    const sha256 = tar.close();
    this.shards.push({ file: shard.name, samples: shard.samples, bytes: tar.bytes, sha256 });
    this.shard = undefined;
  }

  private writeOut(): void {
    this.shard?.tar?.writeOut();
    appendFileSync(join(this.folder, MANIFEST_FILE), this.unwritten.join(''));
    this.unwritten = [];
  }

  private async takeUp(progress: ((done: number) => void) | undefined): Promise<void> {
    const manifest = join(this.folder, MANIFEST_FILE);
    let kept = 0;
    for (const line of wholeLines(manifest)) {
      const shard = this.roomy();
      const found = await standing(this.folder, line, shard.name);
      if (!found) break;
      const { row, pixels } = found;
      this.count(shard, { ...row, description: describedIn(line) }, row.files, pixels);
      kept += Buffer.byteLength(line) + 1;
      progress?.(this.size);
    }
    if (existsSync(manifest)) truncateSync(manifest, kept);
    const named = new Set([...this.shards.map(({ file }) => file), this.shard?.name]);
    for (const name of readdirSync(this.folder)) {
      if (name.endsWith('.tar') && !named.has(name)) rmSync(join(this.folder, name));
    }
    for (const line of wholeLines(join(this.folder, SET_ASIDE_FILE))) {
      this.setAside.push(JSON.parse(line) as SetAside);
    }
  }
}

/** The sample that a line of the manifest describes, with what the content hash takes of it; null where it is not whole. */
async function standing(
  folder: string,
  line: string,
  shard: string,
): Promise<{ row: ManifestRow; pixels: Uint8Array[] } | null> {
  try {
    const row = parse(ManifestRow, line, MANIFEST_FILE);
    if (row.files.shard !== shard) return null;
    const sample = await readSample(folder, row);
    sample.mesh();
    return { row, pixels: [sample.clean().data, sample.occluded().data, maskPixels(sample.mask())] };
  } catch {
    return null;
  }
}

/** The lines of a file that end; a kill may have torn the last one. */
function wholeLines(path: string): string[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}
