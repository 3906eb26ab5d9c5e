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
  const read = (column: string): Promise<unknown[]> => readColumn(file, metadata, column);
  const methodOf = (await read(METHOD)) as string[];
  const methods = [...new Set(methodOf)];
  const count = methodOf.length / methods.length;
  const lists: Record<string, unknown[]> = {};
  for (const name of [...TEXT, ...NUMBERS]) lists[name] = await read(name);
  const samples = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list[i * methods.length]])),
  ) as unknown as SampleInfo[];
  const byMethod = <T>(list: ArrayLike<T>): Record<string, T[]> =>
    Object.fromEntries(
      methods.map((method, m) => [
        method,
        Array.from({ length: count }, (_, i) => list[i * methods.length + m] as T),
      ]),
    );
  // Most lines give the same few reasons: each is parsed once.
  const parsed = new Map<string, Readonly<Record<string, string>>>();
  const reasonsIn = (text: string): Readonly<Record<string, string>> => {
    const known = parsed.get(text) ?? (JSON.parse(text) as Record<string, string>);
    parsed.set(text, known);
    return known;
  };
  return {
    samples,
    methods,
    metrics: names.filter((name) => ![...TEXT, ...NUMBERS, METHOD, REASONS].includes(name)),
    async values(metric) {
      const columns = byMethod((await read(metric)) as (number | null)[]);
      return Object.fromEntries(
        Object.entries(columns).map(([method, list]) => [
          method,
          Float64Array.from(list, (value) => value ?? Number.NaN),
        ]),
      );
    },
    async reasons(metric) {
      const told = (await read(REASONS)) as (string | null)[];
      return byMethod(told.map((text) => (text === null ? undefined : reasonsIn(text)[metric])));
    },
  };
}

async function openFile(path: string): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (error) {
    throw new UserError(`${path} cannot be read as Parquet: ${(error as Error).message}; measure again`);
  }
}

async function readColumn(file: AsyncBuffer, metadata: FileMetaData, column: string): Promise<unknown[]> {
  const values: unknown[] = new Array(Number(metadata.num_rows));
  await parquetRead({
    file,
    metadata,
    columns: [column],
    onChunk: ({ columnData, rowStart }) => {
      for (let i = 0; i < columnData.length; i++) values[rowStart + i] = columnData[i];
    },
  });
  return values;
}
