/** Landmarks are detected once, before a source is opened. */
import { statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { type Landmarks, readLandmarkFile } from '../src/landmark-file.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { landmarkFileOf, type Pictures, prepareData } from '../src/prepare-data.ts';
import { encodeRgbPng } from '../src/store/png.ts';
import { identityOf, imageOf, renderFace, wideFraming } from '../src/synthetic/index.ts';

const files = ['one.png', 'two.png'];
const config = DataConfig.parse({});
const faces = files.map((_, index) => {
  const identity = identityOf(9, index);
  return renderFace(identity, imageOf(9, identity.name, 0), wideFraming(160));
});

let root: string;
let cache: string;
let read: string[];
beforeEach(async () => {
  [root, cache] = [await mkdtemp(join(tmpdir(), 'fsg-photos-')), await mkdtemp(join(tmpdir(), 'fsg-cache-'))];
  read = [];
  for (const [i, file] of files.entries())
    await writeFile(
      join(root, file),
      encodeRgbPng(faces[i]!.image.data, faces[i]!.image.width, faces[i]!.image.height),
    );
});
afterEach(() => Promise.all([root, cache].map((one) => rm(one, { recursive: true, force: true }))));

const pictures = (): Pictures => ({
  files,
  sizeOf: (file) => statSync(join(root, file)).size,
  read: async (file) => {
    read.push(file);
    return faces[files.indexOf(file)]!.image;
  },
});
const prepare = (signal?: AbortSignal, progress?: (done: number) => void): Promise<string> =>
  landmarkFileOf(pictures(), { cache, signal, progress });

test('the section names the landmark file of its source', async () => {
  const section = DataConfig.parse({ source: { kind: 'folder', root } });
  const prepared = await prepareData(section, { cache });
  const path = await prepare();
  expect(prepared).toEqual({ ...section, source: { ...section.source, landmarks: path } });
  expect((await openData(prepared)).source.faces).toHaveLength(2);
});

test('the landmark file is made once', async () => {
  const path = await prepare();
  const entries = await readLandmarkFile(path);
  for (const [i, file] of files.entries()) {
    const { five } = entries.get(file) as Landmarks;
    fiveOf(faces[i]!.mesh).forEach((value, k) => {
      expect(Math.abs(value - five[k]!)).toBeLessThan(4);
    });
  }
  expect(await prepare()).toBe(path);
  expect(read).toEqual(files);
  expect(await readdir(cache)).toHaveLength(1);
});

test('other pictures have another file', async () => {
  const path = await prepare();
  await writeFile(join(root, 'two.png'), 'another size');
  expect(await prepare()).not.toBe(path);
});

test('what was found before an interruption is kept', async () => {
  const stopping = new AbortController();
  const stopped = prepare(stopping.signal, () => stopping.abort(new Error('stopped')));
  await expect(stopped).rejects.toThrow('stopped');
  await prepare();
  expect(read).toEqual(files);
});

test('a source that needs no detection stays as it is', async () => {
  expect(await prepareData(config, { cache })).toBe(config);
  expect(await readdir(cache)).toEqual([]);
});
