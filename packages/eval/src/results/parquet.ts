/**
 * Per-sample results as Parquet: a line a sample and method, in the samples' order, each with the methods in theirs; what has no
 * value is null, and `reasons` says why, as JSON. Written and read a part at a time.
 */
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '@fsg/runs';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from 'hyparquet';
import { type ColumnSource, fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SampleRecord } from '../protocol.ts';
import type { Results, SampleInfo } from './results.ts';

const TEXT = ['key', 'identity', 'occluder', 'sha256'] as const;
const NUMBERS = ['area', 'yaw'] as const;
const METHOD = 'method';
const REASONS = 'reasons';
/** Samples in a part of the file. */
const GROUP = 2000;

/** The first record tells the metrics. Throws what `records` throws; then no file is left. */
export async function writeParquet(
  path: string,
  records: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
): Promise<void> {
  // Hidden: what a killed process leaves of it is nobody's result.
  const aside = join(dirname(path), `.${basename(path)}.new`);
  let writer: ParquetWriter | undefined;
  let metrics: readonly string[] = [];
  const write = async (group: readonly SampleRecord[]): Promise<void> => {
    if (!writer) {
      metrics = Object.keys(Object.values(group[0]?.scores ?? {})[0]?.values ?? {});
      writer = new ParquetWriter({ writer: fileWriter(aside), schema: schemaOf(metrics) });
    }
    await writer.write({ columnData: columnsOf(group, metrics) });
  };
  try {
    let group: SampleRecord[] = [];
    for await (const record of records) {
      group.push(record);
      if (group.length < GROUP) continue;
      await write(group);
      group = [];
    }
    if (group.length > 0 || !writer) await write(group);
    await writer?.finish();
    const file = await open(aside, 'r+');
    await file.sync().finally(() => file.close());
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

function schemaOf(metrics: readonly string[]): SchemaElement[] {
  const text = (name: string, required: boolean): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: required ? 'REQUIRED' : 'OPTIONAL',
  });
  const number = (name: string): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' });
  const columns = [
    ...TEXT.map((name) => text(name, true)),
    ...NUMBERS.map(number),
    text(METHOD, true),
    ...metrics.map(number),
    text(REASONS, false),
  ];
  return [{ name: 'root', num_children: columns.length }, ...columns];
}

function columnsOf(records: readonly SampleRecord[], metrics: readonly string[]): ColumnSource[] {
  const lines = records.flatMap((sample) =>
    Object.entries(sample.scores).map(([method, scores]) => ({ sample, method, scores })),
  );
  type Line = (typeof lines)[number];
  const column = (name: string, value: (line: Line) => string | number | null): ColumnSource => ({
    name,
    data: lines.map(value),
  });
  return [
    ...TEXT.map((name) => column(name, ({ sample }) => sample[name])),
    ...NUMBERS.map((name) => column(name, ({ sample }) => sample[name])),
    column(METHOD, ({ method }) => method),
    ...metrics.map((metric) => column(metric, ({ scores }) => scores.values[metric] ?? null)),
    column(REASONS, ({ scores: { why } }) => (Object.keys(why).length > 0 ? JSON.stringify(why) : null)),
  ];
}

/** Reasons by metric. */
type Why = Readonly<Record<string, string>>;

/** Throws a UserError where the file is missing or another one. */
export async function readParquet(path: string): Promise<Results> {
  const { file, metadata } = await openFile(path);
  const names = metadata.schema.slice(1).map(({ name }) => name);
  const missing = [...TEXT, ...NUMBERS, METHOD, REASONS].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new UserError(
      `${path} holds no results of fsg eval: it has no column ${missing.join(', ')}; measure again`,
    );
  }
  const methods = await methodsIn(file, metadata);
  const samples = await samplesIn(file, metadata, methods.length);
  /** What `convert` makes of a column, by method and sample. */
  const byMethod = async <T extends { [index: number]: unknown }>(
    column: string,
    empty: () => T,
    convert: (value: unknown) => T[number],
  ): Promise<Record<string, T>> => {
    const lists = methods.map(empty);
    await eachValue(file, metadata, column, (value, line) => {
      (lists[line % methods.length] as T)[Math.floor(line / methods.length)] = convert(value);
    });
    return Object.fromEntries(methods.map((method, m) => [method, lists[m] as T]));
  };
  // Most lines give the same few reasons: each is parsed once, and which a line gives is read once.
  const parsed = new Map<unknown, Why | undefined>([[null, undefined]]);
  const whyOf = (text: unknown): Why | undefined => {
    if (!parsed.has(text)) parsed.set(text, JSON.parse(text as string) as Why);
    return parsed.get(text);
  };
  let whys: Promise<Record<string, (Why | undefined)[]>> | undefined;
  return {
    samples,
    methods,
    metrics: names.filter((name) => ![...TEXT, ...NUMBERS, METHOD, REASONS].includes(name)),
    values: (metric) =>
      byMethod(
        metric,
        () => new Float64Array(samples.length),
        (value) => (value as number | null) ?? Number.NaN,
      ),
    async reasons(metric) {
      whys ??= byMethod(REASONS, () => new Array<Why | undefined>(samples.length), whyOf);
      return Object.fromEntries(
        Object.entries(await whys).map(([method, list]) => [method, list.map((why) => why?.[metric])]),
      );
    },
  };
}

/** In the order of their lines, which is the same for every sample. */
async function methodsIn(file: AsyncBuffer, metadata: FileMetaData): Promise<string[]> {
  const found = new Set<string>();
  await eachValue(file, metadata, METHOD, (name) => found.add(name as string));
  return [...found];
}

async function samplesIn(file: AsyncBuffer, metadata: FileMetaData, methods: number): Promise<SampleInfo[]> {
  const samples = Array.from(
    { length: Number(metadata.num_rows) / methods },
    (): Record<string, unknown> => ({}),
  );
  for (const column of [...TEXT, ...NUMBERS]) {
    await eachValue(file, metadata, column, (value, line) => {
      if (line % methods === 0) (samples[line / methods] as Record<string, unknown>)[column] = value;
    });
  }
  return samples as unknown as SampleInfo[];
}

async function openFile(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (error) {
    throw new UserError(`${path} cannot be read as Parquet: ${(error as Error).message}; measure again`);
  }
}

/** Visits a column's values in the order of their lines; a part of the file at a time is held. */
async function eachValue(
  file: AsyncBuffer,
  metadata: FileMetaData,
  column: string,
  visit: (value: unknown, line: number) => void,
): Promise<void> {
  let start = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const end = start + Number(rows);
    const values: unknown[] = new Array(end - start);
    await parquetRead({
      file,
      metadata,
      columns: [column],
      rowStart: start,
      rowEnd: end,
      onChunk: ({ columnData, rowStart }) => {
        for (let i = 0; i < columnData.length; i++) values[rowStart - start + i] = columnData[i];
      },
    });
    for (const [i, value] of values.entries()) visit(value, start + i);
    start = end;
  }
}
