/**
 * An evaluation under way: what is measured goes to a folder, batch by batch, so that a killed one goes on where it was and
 * memory does not grow with the samples. Lines of JSON hold the records; a file a judge holds the features, for each sample those
 * of its clean image and of each method's, as float32 in the machine's order.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MeasuredBatch, SampleRecord } from '../protocol.ts';

const HEAD = 'measured.json';
const RECORDS = 'samples.jsonl';

export class ResultJournal {
  readonly folder: string;
  /** Samples that are measured. */
  done: number;
  readonly #records: FileHandle;
  readonly #features: ReadonlyMap<string, FileHandle>;

  private constructor(folder: string, done: number, records: FileHandle, features: Map<string, FileHandle>) {
    this.folder = folder;
    this.done = done;
    this.#records = records;
    this.#features = features;
  }

  /** Goes on with what is in `folder` where that is of the same networks, data, judges and methods, else begins anew. `judges`: values of a feature, by name. */
  static async open(
    folder: string,
    fingerprint: string,
    methods: number,
    judges: Readonly<Record<string, number>>,
  ): Promise<ResultJournal> {
    if ((await readFile(join(folder, HEAD), 'utf8').catch(() => '')) !== fingerprint) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, HEAD), fingerprint, { flush: true });
    }
    const records = await open(join(folder, RECORDS), 'a+');
    const ends = await lineEnds(records);
    const features = new Map<string, FileHandle>();
    let done = ends.length;
    for (const [judge, dimensions] of Object.entries(judges)) {
      const file = await open(featuresPath(folder, judge), 'a+');
      features.set(judge, file);
      done = Math.min(done, Math.floor((await file.stat()).size / sampleBytes(dimensions, methods)));
    }
    await records.truncate(ends[done - 1] ?? 0);
    for (const [judge, file] of features)
      await file.truncate(done * sampleBytes(judges[judge] as number, methods));
    return new ResultJournal(folder, done, records, features);
  }

  async append({ records, features }: MeasuredBatch): Promise<void> {
    for (const [judge, rows] of Object.entries(features)) {
      const file = this.#features.get(judge) as FileHandle;
      await file.appendFile(Buffer.concat(rows.map(bytesOf)));
    }
    await this.#records.appendFile(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    this.done += records.length;
  }

  /** All records so far, one by one. */
  async *records(): AsyncGenerator<SampleRecord> {
    const lines = createInterface({ input: createReadStream(join(this.folder, RECORDS)) });
    for await (const line of lines) yield JSON.parse(line) as SampleRecord;
  }

  /** Waits until the disk has what was appended. */
  async flush(): Promise<void> {
    await Promise.all([this.#records, ...this.#features.values()].map((file) => file.sync()));
  }

  async close(): Promise<void> {
    await Promise.all([this.#records, ...this.#features.values()].map((file) => file.close()));
  }
}

export const featuresPath = (folder: string, judge: string): string => join(folder, `features-${judge}.f32`);

/** Of the features of a sample's clean image and of each method's. */
const sampleBytes = (dimensions: number, methods: number): number => 4 * dimensions * (methods + 1);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Where each whole line ends, in bytes; what a killed process left of a last one does not count. */
async function lineEnds(file: FileHandle): Promise<number[]> {
  const ends: number[] = [];
  let at = 0;
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
    const bytes = chunk as Buffer;
    for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) ends.push(at + i + 1);
    at += bytes.length;
  }
  return ends;
}
