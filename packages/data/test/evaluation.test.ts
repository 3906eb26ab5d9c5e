import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataConfig, type OpenData, openData } from '../src/config.ts';
import { allSamples, evaluationSamples } from '../src/evaluation-samples.ts';
import type { Face } from '../src/face.ts';
import { openFaces } from '../src/faces/open-faces.ts';
import { spread } from '../src/faces/spread.ts';
import type { Sample } from '../src/sample.ts';
import { SPLITS } from '../src/split.ts';
import { stubSource } from './stub-faces.ts';

/** The section's data over stub heads in place of its source. */
async function stubData(identities: number, images: number, section: object = {}): Promise<OpenData> {
  const source = stubSource(identities, images);
  let loads = 0;
  const load = (index: number) => {
    loads++;
    return source.load(index);
  };
  return {
    ...(await openData(DataConfig.parse(section))),
    source: {
      ...source,
      load,
      get loads() {
        return loads;
      },
    } as OpenData['source'],
  };
}

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'fsg-cache-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const facePrint = ({ key, identity, image, landmarks }: Face): string =>
  [key, identity, landmarks.join(), Buffer.from(image.data).toString('base64')].join(' ');

const fingerprint = ({ key, occluder, occluded, mask }: Sample): string =>
  [key, occluder, Buffer.from(occluded.data).toString('base64'), Buffer.from(mask).toString('base64')].join(
    ' ',
  );

test('sides have the faces of their identities, in the order of the source, none twice', async () => {
  const data = await stubData(30, 2, { split: { validation: 0.2, test: 0.3 } });
  const sides = await Promise.all(SPLITS.map((split) => openFaces(data, { split, workers: 0, cache })));
  const keys = sides.map(({ file }) => file.refs.map(({ key }) => key));
  expect(keys.flat().sort()).toEqual(data.source.faces.map(({ key }) => key).sort());
  sides.forEach(({ file, split }) => {
    for (const { identity } of file.refs) expect(data.split({ key: '', identity })).toBe(split);
    const places = file.refs.map(({ key }) => data.source.faces.findIndex((face) => face.key === key));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

test('evaluation samples: every identity before any twice, kinds evenly, always the same', async () => {
  const data = await stubData(30, 3, { split: { test: 0.5 } });
  const faces = await openFaces(data, { split: 'test', workers: 0, cache });
  const identities = new Set(faces.file.refs.map(({ identity }) => identity)).size;
  for (const count of [identities - 1, 2 * identities, faces.size]) {
    const samples = await allSamples(evaluationSamples(data, faces, count));
    expect(samples.length).toBe(count);
    expect(new Set(samples.map(({ key }) => key)).size).toBe(count);
    expect(new Set(samples.slice(0, identities).map(({ identity }) => identity)).size).toBe(
      Math.min(count, identities),
    );
    const times = data.occluders.map(
      ({ occluder: { name: kind } }) => samples.filter(({ occluder }) => occluder === kind).length,
    );
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
  }
  const few = await openFaces(data, { split: 'test', count: identities + 2, workers: 0, cache });
  expect(few.size).toBe(identities + 2);
  const some = await allSamples(evaluationSamples(data, faces, identities + 2));
  expect((await allSamples(evaluationSamples(data, few))).map(fingerprint)).toEqual(some.map(fingerprint));
});

test('an identity meets several kinds even where the kinds divide the number of identities', () => {
  const refs = stubSource(4, 2).faces;
  expect(spread(refs)).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  expect(spread(refs, 3)).toEqual([0, 2, 4]);
});

test('a cache gives the same faces without loading them, and is not believed where the source changed', async () => {
  {
    const data = (await stubData(8, 2)) as OpenData & { source: { loads: number } };
    const first = await openFaces(data, { split: 'train', workers: 0, cache });
    const before = data.source.loads;
    const second = await openFaces(data, { split: 'train', workers: 0, cache });
    expect(data.source.loads - before).toBe(2);
    // More than there are is all.
    await openFaces(data, { split: 'train', count: 1000, workers: 0, cache });
    expect(data.source.loads - before).toBe(4);
    for (let i = 0; i < first.size; i++) expect(facePrint(second.face(i))).toBe(facePrint(first.face(i)));

    const changed = {
      ...data,
      source: { ...data.source, load: async (i: number) => brighter(await data.source.load(i)) },
    };
    const third = await openFaces(changed, { split: 'train', workers: 0, cache });
    expect(third.face(3).image.data[9000]).not.toBe(first.face(3).image.data[9000]);

    for (const file of await readdir(cache)) {
      if (file.endsWith('.raw')) await writeFile(join(cache, file), 'cut short');
    }
    const fourth = await openFaces(data, { split: 'train', workers: 0, cache });
    expect(facePrint(fourth.face(3))).toBe(facePrint(first.face(3)));
  }
});

const brighter = <T extends { image: { data: Uint8Array } }>(face: T): T => ({
  ...face,
  image: { ...face.image, data: face.image.data.map((value) => Math.min(255, value + 1)) },
});

test('a side without faces is an error that names the knob', async () => {
  const data = await stubData(3, 1, { split: { test: 0 } });
  await expect(openFaces(data, { split: 'test', workers: 0, cache })).rejects.toMatchObject({
    name: 'UserError',
    exitCode: 2,
    message: expect.stringContaining('data.split.test'),
  });
});

test('an aborted load says why', async () => {
  const data = await stubData(3, 1, { split: { test: 0, validation: 0 } });
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(openFaces(data, { split: 'train', workers: 0, cache, signal })).rejects.toThrow('stopped');
});

test('an unknown key, kind or a kind named twice is refused with its place', () => {
  const issue = (section: object) => DataConfig.safeParse(section).error?.issues[0];
  expect(issue({ sorce: {} })?.message).toContain('sorce');
  expect(issue({ source: { kind: 'synthetic', people: 3 } })).toMatchObject({
    path: ['source'],
    message: expect.stringContaining('people'),
  });
  expect(issue({ occluders: ['blocks', 'msk'] })?.path).toEqual(['occluders', 1, 'kind']);
  expect(issue({ occluders: ['blocks', { kind: 'blocks', weight: 2 }] })?.message).toContain('twice');
});
