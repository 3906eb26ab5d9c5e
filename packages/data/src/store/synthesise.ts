/** Writes a data set: the same content whatever the number of workers, whole or not at all. */
import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from '@fsg/engine/runtime';
import { type DataConfig, type OpenData, openData } from '../config.ts';
import { UserError } from '../error.ts';
import { inOrder, startPool } from '../workers/pool.ts';
import {
  DATASET_FILE,
  type DatasetInfo,
  type Description,
  MANIFEST_FILE,
  MEMBERS,
  type Member,
  shardName,
} from './format.ts';
import type { MadeSample } from './make-sample.ts';
import { TarWriter } from './tar.ts';

export interface SynthesiseOptions {
  /** Samples; beyond the source's faces these come again with other occlusions. */
  readonly count: number;
  /** The folder to make. */
  readonly out: string;
  /** Worker threads. */
  readonly workers: number;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const SAMPLES_A_TASK = 4;
const SAMPLES_A_SHARD = 1000;

/**
 * Makes the folder and gives the content of its `dataset.json`. Throws a `UserError` where the folder exists or
 * cannot be made, and `signal.reason` where it was aborted; then nothing is left behind.
 */
export async function synthesise(config: DataConfig, options: SynthesiseOptions): Promise<DatasetInfo> {
  const { count, workers, progress, signal } = options;
  const out = resolve(options.out);
  const data = await openData(config);
  const aside = await makeAside(out);
  const pool = startPool<readonly number[], MadeSample[]>(
    new URL('./worker.ts', import.meta.url),
    config,
    workers,
  );
  const stop = (): void => void pool.close();
  signal?.addEventListener('abort', stop);
  const writer = new SetWriter(aside);
  try {
    signal?.throwIfAborted();
    let done = 0;
    for await (const samples of inOrder(pool, tasks(count), 4 * workers)) {
      for (const sample of samples) await writer.add(sample);
      done += samples.length;
      progress?.(done, count);
    }
    const info = await writer.finish(data);
    signal?.throwIfAborted();
    await appear(aside, out);
    return info;
  } catch (error) {
    await writer.abandon();
    await rm(aside, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

function* tasks(count: number): Generator<readonly number[]> {
  for (let from = 0; from < count; from += SAMPLES_A_TASK) {
    yield Array.from({ length: Math.min(SAMPLES_A_TASK, count - from) }, (_, i) => from + i);
  }
}

/** Shards, manifest and counts of a data set being written. */
class SetWriter {
  private readonly folder: string;
  private readonly content = createHash('sha256');
  private readonly rows: string[] = [];
  private readonly counts = {
    splits: { train: 0, validation: 0, test: 0 },
    occluders: {} as Record<string, number>,
    identities: new Set<string>(),
    size: [0, 0] as readonly [number, number],
  };
  private readonly shards: DatasetInfo['shards'] = [];
  private shard: { name: string; tar: TarWriter; samples: number } | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  async add({ description, pixels, members, size }: MadeSample): Promise<void> {
    const [width, height] = this.counts.size;
    if (this.rows.length > 0 && (size[0] !== width || size[1] !== height)) {
      throw new UserError(
        `face ${description.face} is ${size.join(' x ')} where the others are ${width} x ${height}`,
      );
    }
    this.counts.size = size;
    for (const part of pixels) this.content.update(part);
    this.content.update(`${JSON.stringify(description)}\n`);
    this.count(description);
    const files = await this.store(description.key, members);
    this.rows.push(JSON.stringify({ ...description, files }));
  }

  private count({ split, occluder, identity }: Description): void {
    this.counts.splits[split]++;
    this.counts.occluders[occluder] = (this.counts.occluders[occluder] ?? 0) + 1;
    this.counts.identities.add(identity);
  }

  private async store(key: string, members: MadeSample['members']): Promise<Record<string, unknown>> {
    if (this.shard?.samples === SAMPLES_A_SHARD) await this.endShard();
    if (!this.shard) {
      const name = shardName(this.shards.length);
      this.shard = { name, tar: await TarWriter.create(join(this.folder, name)), samples: 0 };
    }
    const files: Record<string, unknown> = { shard: this.shard.name };
    for (const member of MEMBERS)
      files[member] = await this.shard.tar.add(`${key}.${member}`, members[member as Member]);
    this.shard.samples++;
    return files;
  }

  private async endShard(): Promise<void> {
    if (!this.shard) return;
    const { name, tar, samples } = this.shard;
    this.shard = undefined;
    const sha256 = await tar.close();
    this.shards.push({ file: name, samples, bytes: tar.bytes, sha256 });
  }

  async finish({ source, config, inputs }: OpenData): Promise<DatasetInfo> {
    await this.endShard();
    const { splits, occluders, identities, size } = this.counts;
    const info: DatasetInfo = {
      format: 1,
      source: source.name,
      synthetic: source.synthetic,
      recipe: config,
      seed: config.seed,
      inputs,
      count: this.rows.length,
      identities: identities.size,
      splits,
      occluders: Object.fromEntries(Object.entries(occluders).sort(([a], [b]) => (a < b ? -1 : 1))),
      width: size[0],
      height: size[1],
      shards: this.shards,
      contentHash: this.content.digest('hex'),
    };
    await writeDurably(join(this.folder, MANIFEST_FILE), `${this.rows.join('\n')}\n`);
    await writeDurably(join(this.folder, DATASET_FILE), `${JSON.stringify(info, null, 2)}\n`);
    return info;
  }

  async abandon(): Promise<void> {
    await this.shard?.tar.abandon();
    this.shard = undefined;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A folder beside the one to be made. What a killed run left there is removed first. */
async function makeAside(out: string): Promise<string> {
  await refuseExisting(out);
  const parent = dirname(out);
  const prefix = `${basename(out)}.partial-`;
  try {
    await makeFolder(parent);
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
        await rm(join(parent, name), { recursive: true, force: true });
      }
    }
    const aside = join(parent, `${prefix}${process.pid}`);
    await mkdir(aside);
    return aside;
  } catch (error) {
    throw new UserError(`${out}: the folder cannot be made: ${(error as Error).message}`);
  }
}

async function refuseExisting(out: string): Promise<void> {
  const exists = await access(out).then(
    () => true,
    () => false,
  );
  if (exists) throw new UserError(`${out}: exists already; name another folder or remove it first`);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function appear(aside: string, out: string): Promise<void> {
  await refuseExisting(out);
  await rename(aside, out);
}
