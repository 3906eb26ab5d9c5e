import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { type FaceSet, openFaces } from '../src/faces/open-faces.ts';
import type { Batch } from '../src/loader/batch.ts';
import { type Loader, type LoaderOptions, openLoader } from '../src/loader/loader.ts';
import { type LoaderPosition, shuffled } from '../src/loader/order.ts';
import type { Split } from '../src/split.ts';
import { stubSource } from './stub-faces.ts';

const config = DataConfig.parse({ seed: 3 });
const options: LoaderOptions = { batch: 4, seed: 9 };
const opened: Loader[] = [];
let faces: FaceSet;
/** Shared by the tests that need no thread of their own: starting one takes its time. */
let plain: Loader;

async function stubSet(split: Split): Promise<FaceSet> {
  const data = { ...(await openData(config)), source: stubSource(9, 2), split: () => split };
  return openFaces(data, { split, workers: 0, cache });
}

function open(data = config, more: Partial<LoaderOptions> = {}, set = faces): Loader {
  const loader = openLoader(data, set, { ...options, ...more });
  opened.push(loader);
  return loader;
}

/** Batches in order from a position on. */
async function take(
  loader: Loader,
  count: number,
  from: LoaderPosition = { epoch: 0, index: 0 },
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let at = from; batches.length < count; at = loader.next(at)) batches.push(await loader.batch(at));
  return batches;
}

const bytes = (batch: Batch): string =>
  [batch.clean, batch.occluded, batch.mask, batch.landmarks]
    .map(({ buffer }) => Buffer.from(buffer as ArrayBuffer).toString('base64'))
    .join() + batch.keys.join();

let cache: string;

beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'fsg-faces-'));
  faces = await stubSet('train');
  plain = open();
});
afterAll(async () => {
  await Promise.all(opened.map((loader) => loader.close()));
  await rm(cache, { recursive: true, force: true });
});

test('shapes and ranges of a batch', async () => {
  const [batch] = (await take(plain, 1)) as [Batch];
  expect(batch.clean.length).toBe(4 * 128 * 128 * 3);
  expect(batch.occluded.length).toBe(4 * 128 * 128 * 3);
  expect(batch.mask.length).toBe(4 * 128 * 128);
  expect(batch.landmarks.length).toBe(4 * 136);
  expect(new Set(batch.mask)).toEqual(new Set([0, 1]));
  expect(batch.clean.every((value) => value >= -1 && value <= 1)).toBe(true);
  const wrong = batch.mask.findIndex((masked, i) => {
    const differs = [0, 1, 2].some((c) => batch.clean[3 * i + c] !== batch.occluded[3 * i + c]);
    return differs !== (masked === 1);
  });
  expect(wrong).toBe(-1);
  const index = faces.file.refs.findIndex(({ key }) => key === batch.keys[0]);
  const { image } = faces.face(index);
  expect(batch.clean[5000]).toBeCloseTo((image.data[5000] as number) / 127.5 - 1, 6);
});

test('an epoch shows every face at most once and leaves out only the short last batch', async () => {
  expect(plain.batchesPerEpoch).toBe(4);
  const seen = (await take(plain, 8)).map(({ keys }) => keys);
  const [first, second] = [seen.slice(0, 4).flat(), seen.slice(4).flat()];
  expect(new Set(first).size).toBe(16);
  expect(new Set(second).size).toBe(16);
  expect(first).not.toEqual(second);
});

test('resumed at a saved position, the batches are those of the uninterrupted run, bit for bit', async () => {
  const through = await take(plain, 7);
  const saved = JSON.parse(JSON.stringify({ epoch: 0, index: 3 })) as LoaderPosition;
  const resumed = await take(open(), 4, saved);
  expect(resumed.map(bytes)).toEqual(through.slice(3).map(bytes));
});

test('batches do not hang on how many are made ahead, nor on the order in which they are asked for', async () => {
  const [a, b, c] = await take(plain, 3);
  const other = open(config, { ahead: 0 });
  const late = await other.batch({ epoch: 0, index: 2 });
  const early = await other.batch({ epoch: 0, index: 0 });
  const middle = await other.batch({ epoch: 0, index: 1 });
  expect([early, middle, late].map(bytes)).toEqual([a, b, c].map((batch) => bytes(batch as Batch)));
});

test('the seed of the order changes the order alone, the section’s seed what is drawn', async () => {
  const byKey = async (data: DataConfig, seed: number): Promise<Map<string, string>> => {
    const batches = await take(open(data, { seed, batch: 18 }), 1);
    const { keys, occluded } = batches[0] as Batch;
    return new Map(
      keys.map((key, i) => [
        key,
        Buffer.from(occluded.slice(i * 49152, (i + 1) * 49152).buffer).toString('base64'),
      ]),
    );
  };
  const [one, two, three] = await Promise.all([
    byKey(config, 1),
    byKey(config, 2),
    byKey({ ...config, seed: 4 }, 1),
  ]);
  expect([...one.keys()]).not.toEqual([...two.keys()]);
  expect([...one].sort()).toEqual([...two].sort());
  expect([...one.keys()]).toEqual([...three.keys()]);
  expect([...one.values()]).not.toEqual([...three.values()]);
});

test('augmentation changes the clean image too, on training faces alone', async () => {
  const augmenting = DataConfig.parse({ seed: 3, augment: { flip: true, rotate: true } });
  const as = await take(plain, 1);
  const augmented = await take(open(augmenting), 1);
  expect(augmented[0]?.keys).toEqual(as[0]?.keys);
  expect(augmented.map(bytes)).not.toEqual(as.map(bytes));
  const validation = await stubSet('validation');
  expect((await take(open(augmenting, {}, validation), 1)).map(bytes)).toEqual(as.map(bytes));
});

describe('refused', () => {
  test('a share is the first faces alone, and ordered keeps their order in every epoch', async () => {
    const loader = open(config, { share: 0.5, ordered: true });
    const keys = (await take(loader, 4)).flatMap((batch) => batch.keys);
    expect(loader.batchesPerEpoch).toBe(2);
    expect(keys.slice(0, 8)).toEqual(Array.from({ length: 8 }, (_, i) => faces.face(i).key));
    expect(keys.slice(8)).toEqual(keys.slice(0, 8));
    const shuffledKeys = (await take(open(config, { share: 0.5 }), 2)).flatMap((batch) => batch.keys);
    expect(shuffledKeys).not.toEqual(keys.slice(0, 8));
    const first = Array.from({ length: 9 }, (_, i) => faces.face(i).key);
    expect(shuffledKeys.every((key) => first.includes(key))).toBe(true);
  });

  test('faces of the test side', async () => {
    const tested = await stubSet('test');
    expect(() => openLoader(config, tested, options)).toThrow('not for training');
  });

  test('fewer faces than a batch', () => {
    expect(() => openLoader(config, faces, { ...options, batch: 19 })).toThrow(
      '18 faces on the train side do not fill a batch of 19',
    );
  });
});

test('the order is a permutation of its own for each seed and epoch', () => {
  const orders = [shuffled(50, 1, 0), shuffled(50, 1, 1), shuffled(50, 2, 0)].map((order) => [...order]);
  for (const order of orders)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(new Set(orders.map(String)).size).toBe(3);
  expect([...shuffled(50, 1, 1)]).toEqual(orders[1]);
});
