/** A data set's folder: `dataset.json`, `manifest.jsonl`, `shard-00000.tar` …; read by `storedFaces`, written by `synthesise`. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../error.ts';
import { parseJson } from '../json.ts';
import { MESH_VALUES } from '../mesh/mesh.ts';
import { SPLITS } from '../split.ts';

export const DATASET_FILE = 'dataset.json';
export const MANIFEST_FILE = 'manifest.jsonl';
export const shardName = (index: number): string => `shard-${String(index).padStart(5, '0')}.tar`;
const SHARD = /^shard-\d{5,}\.tar$/;

/** Members of a sample in its shard, in this order, as `<key>.<member>`. */
export const MEMBERS = ['clean.png', 'occluded.png', 'mask.png', 'json'] as const;
export type Member = (typeof MEMBERS)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

/** What a sample is; the same wherever it is stored. */
const Description = z.object({
  key: z.string(),
  /** The source's key of the face; other than `key` where a face stands in the set more than once. */
  face: z.string(),
  identity: z.string(),
  occluder: z.string(),
  /** How the occluder was drawn: colours, shapes, light; null in pairs of which that is not known. */
  blend: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  /** How both pictures, or the occluded one alone, were made worse after that; the mask is the one before. */
  degrade: z
    .object({
      on: z.enum(['both', 'input']),
      motionBlur: z.object({ x: z.number(), y: z.number() }).nullable(),
      noise: z.number().nullable(),
      jpeg: z.number().nullable(),
    })
    .nullable(),
  /** Degrees; null where the source does not know it. */
  pose: z.object({ yaw: z.number(), pitch: z.number(), roll: z.number() }).nullable(),
  /** Share of the hull of the landmarks that is occluded. */
  area: z.number(),
  split: z.enum(SPLITS),
  /** SHA-256 of the decoded pixels: RGB, and the mask as 0 or 255; and of the mesh's numbers, 16 bits each, little-endian. */
  sha256: z.object({ clean: sha256, occluded: sha256, mask: sha256, mesh: sha256 }),
  /** x0, y0, x1, y1 …, 136 numbers. */
  landmarks: z.array(z.number()).length(136),
});
export type Description = z.infer<typeof Description>;

/** `<key>.json`: the description, and the face mesh in sixteenths of a pixel: x, y, z of 468 points. */
export const SampleJson = Description.extend({
  mesh: z.array(z.number().int().min(-32768).max(32767)).length(MESH_VALUES),
});
export type SampleJson = z.infer<typeof SampleJson>;

const Range = z.tuple([count, count]);

/** A line of the manifest: a sample and where its members stand: shard, and [offset, length] in bytes. */
export const ManifestRow = Description.extend({
  files: z.object({
    shard: z.string(),
    'clean.png': Range,
    'occluded.png': Range,
    'mask.png': Range,
    json: Range,
  }),
});
export type ManifestRow = z.infer<typeof ManifestRow>;

/** The line of the manifest of a sample whose description is this line of JSON, and back. */
export const lineOf = (description: string, files: ManifestRow['files']): string =>
  `${description.slice(0, -1)}${FILES_KEY}${JSON.stringify(files)}}`;
export const describedIn = (line: string): string => `${line.slice(0, line.lastIndexOf(FILES_KEY))}}`;
const FILES_KEY = ',"files":';

const DatasetInfo = z.object({
  format: z.literal(1),
  source: z.string(),
  /** True where no real person is shown. */
  synthetic: z.boolean(),
  /** The data section that made it. */
  recipe: z.record(z.string(), z.unknown()),
  seed: count,
  /** SHA-256 of each file of the user's that occluders were drawn with, by name. */
  inputs: z.record(z.string(), sha256),
  count,
  identities: count,
  splits: z.record(z.enum(SPLITS), count),
  occluders: z.record(z.string(), count),
  width: count,
  height: count,
  /** Inputs that show no usable face. */
  setAside: z.array(z.object({ file: z.string(), reason: z.string() })),
  shards: z.array(z.object({ file: z.string().regex(SHARD), samples: count, bytes: count, sha256 })),
  /** SHA-256 over the samples in order: pixels of clean, occluded and mask, and the description's JSON line. */
  contentHash: sha256,
});
export type DatasetInfo = z.infer<typeof DatasetInfo>;

/** Throws a `UserError` that names file and field where the folder is no data set of this format. */
export async function readInfo(root: string): Promise<DatasetInfo> {
  const file = join(root, DATASET_FILE);
  return parseInfo(await read(file), file);
}

export const parseInfo = (text: string, where: string): DatasetInfo => parse(DatasetInfo, text, where);

/** Both files of the folder; throws as `readInfo`. */
export async function readDataset(root: string): Promise<{ info: DatasetInfo; rows: ManifestRow[] }> {
  const info = await readInfo(root);
  const manifest = join(root, MANIFEST_FILE);
  return { info, rows: parseManifest(await read(manifest), info, manifest) };
}

export function parseManifest(text: string, { count }: DatasetInfo, where: string): ManifestRow[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const rows = lines.map((line, i) => parse(ManifestRow, line, `${where}, line ${i + 1}`));
  if (rows.length !== count) {
    throw new UserError(`${where}: ${rows.length} samples where ${DATASET_FILE} counts ${count}`);
  }
  return rows;
}

export interface ManifestLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The manifest's lines one by one, empty ones left out; throws a `UserError` where there is no such file. */
export async function* manifestLines(root: string): AsyncGenerator<ManifestLine> {
  const file = join(root, MANIFEST_FILE);
  const handle = await open(file).catch((error) => Promise.reject(noDataset(file, error)));
  let number = 0;
  for await (const text of handle.readLines()) {
    number++;
    if (text !== '') yield { number, text };
  }
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => Promise.reject(noDataset(file, error)));
}

const noDataset = (file: string, { message }: Error): UserError =>
  new UserError(`${file}: ${message}; a data set's folder was expected: make one with fsg synth`);

export const parse = <T>(schema: z.ZodType<T>, text: string, where: string): T =>
  parseJson(schema, text, where, 'the data set is damaged, make it anew');
