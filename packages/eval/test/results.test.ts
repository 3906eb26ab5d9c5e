import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SampleRecord, Scores } from '../src/protocol.ts';
import { selectCases } from '../src/results/cases.ts';
import { FeatureFile } from '../src/results/features.ts';
import { featuresPath, ResultJournal } from '../src/results/journal.ts';
import { readParquet, writeParquet } from '../src/results/parquet.ts';
import { resultsOf } from '../src/results/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'fsg-results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scores = (psnr: number | null): Scores => ({
  values: { psnr, l1: 0.5 },
  why: psnr === null ? { psnr: 'identical' } : {},
});

const record = (i: number, psnr: number | null = i): SampleRecord => ({
  key: `s${i}`,
  identity: `名 ${i % 3}`,
  occluder: 'block',
  area: i / 10_000,
  sha256: 'f0',
  yaw: i % 2 === 0 ? i : null,
  scores: { occluded: scores(1), network: scores(psnr) },
});

const METRICS = ['psnr', 'l1'];

describe('Parquet', () => {
  test('what was written is read back by column, over several parts of the file', async () => {
    const records = Array.from({ length: 4500 }, (_, i) => record(i, i === 2100 ? null : Math.sin(i)));
    const path = join(folder, 'samples.parquet');
    await writeParquet(path, records);
    const [file, memory] = [await readParquet(path), resultsOf(records)];
    expect(file.methods).toEqual(memory.methods);
    expect(file.metrics).toEqual(METRICS);
    expect(file.samples).toEqual(records.map(({ scores: _, ...info }) => info));
    for (const metric of METRICS) {
      expect(await file.values(metric)).toEqual(await memory.values(metric));
      expect(await file.reasons(metric)).toEqual(await memory.reasons(metric));
    }
    expect((await file.reasons('psnr')).network?.[2100]).toBe('identical');
  });

  test('a failure on the way leaves no file, and another file is refused', async () => {
    function* broken(): Generator<SampleRecord> {
      yield record(1);
      throw new Error('no more');
    }
    const path = join(folder, 'broken.parquet');
    await expect(writeParquet(path, broken())).rejects.toThrow('no more');
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toEqual([]);
    await expect(readParquet(path)).rejects.toThrow(
      /broken\.parquet cannot be read as Parquet: .*; measure again$/,
    );
  });
});

describe('the journal', () => {
  const feature = (i: number, row: number): Float32Array => Float32Array.of(i, row, 0.5);
  const batch = (from: number, count: number) => {
    const places = Array.from({ length: count }, (_, n) => from + n);
    return {
      records: places.map((i) => record(i)),
      features: { 'a judge': places.flatMap((i) => [0, 1, 2].map((row) => feature(i, row))) },
    };
  };
  const open = (at: string, subject = 'x') => ResultJournal.open(at, subject, 2, { 'a judge': 3 });

  test('goes on after the last sample that is whole in every file', async () => {
    const at = join(folder, 'journal');
    const first = await open(at);
    await first.append(batch(0, 5));
    await first.append(batch(5, 5));
    await first.close();
    // Killed while it wrote: a part of a line, and the features of fewer samples than the lines hold.
    appendFileSync(join(at, 'samples.jsonl'), '{"key":"s10","ident');
    truncateSync(featuresPath(at, 'a judge'), 4 * 3 * 3 * 8 + 7);
    const second = await open(at);
    expect(second.done).toBe(8);
    await second.append(batch(8, 4));
    const found: SampleRecord[] = [];
    for await (const one of second.records()) found.push(one);
    expect(found).toEqual(Array.from({ length: 12 }, (_, i) => record(i)));
    const features = new FeatureFile(featuresPath(at, 'a judge'), 3, 3);
    for (const i of [0, 7, 8, 11]) expect(features.at(i, 2)).toEqual(feature(i, 2));
    features.close();
    await second.close();
  });

  test('begins anew where something else is measured', async () => {
    const at = join(folder, 'other');
    const first = await open(at);
    await first.append(batch(0, 5));
    await first.close();
    const second = await open(at, 'y');
    expect(second.done).toBe(0);
    await second.close();
    expect(existsSync(join(at, 'samples.jsonl'))).toBe(true);
  });
});

test('cases: the extremes, the middle and some drawn among the others, no sample twice', async () => {
  const psnrs = [5, 1, 9, 3, 7, 2, 8, 4, 6];
  const results = resultsOf(psnrs.map((psnr, i) => record(i, psnr)));
  const chosen = await selectCases(results, { method: 'network', metric: 'psnr', each: 2 });
  const values = chosen.map(({ tag, index }) => [tag, psnrs[index]]);
  expect(values.slice(0, 6)).toEqual([
    ['best', 9],
    ['best', 8],
    ['median', 4],
    ['median', 5],
    ['worst', 1],
    ['worst', 2],
  ]);
  expect(values.slice(6).map(([tag]) => tag)).toEqual(['random', 'random']);
  expect(new Set(chosen.map(({ index }) => index)).size).toBe(8);
  const few = resultsOf([record(1), record(2)]);
  expect(await selectCases(few, { method: 'network', metric: 'psnr', each: 2 })).toHaveLength(2);
});
