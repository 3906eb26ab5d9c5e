import { copyFile, cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataConfig } from '../src/config.ts';
import { descriptorOf } from '../src/near/descriptor.ts';
import { Grey, WHOLE } from '../src/near/grey.ts';
import { samePicture } from '../src/near/same-picture.ts';
import { SPLITS } from '../src/split.ts';
import { synthesise } from '../src/store/synthesise.ts';
import { identityName, identityOf } from '../src/synthetic/identity.ts';
import { imageOf } from '../src/synthetic/image.ts';
import { personOf, renderPerson } from '../src/synthetic/render.ts';
import { verifyDataset } from '../src/verify/verify.ts';
import { contentHash, rehash, type TakenApart, takeApart, type Whole, write } from './tampered-set.ts';

const SHARD = 'shard-00000.tar';
let folder: string;
let intact: string;
let whole: Whole;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-verify-'));
  intact = join(folder, 'intact');
  const config = DataConfig.parse({
    source: { kind: 'synthetic', seed: 3, identities: 10, imagesPerIdentity: 2 },
    split: { seed: 37, validation: 0.25, test: 0.25 },
  });
  // The last samples are the first faces again.
  const info = await synthesise(config, { count: 24, out: intact, workers: 2 });
  for (const split of SPLITS) expect(info.splits[split]).toBeGreaterThan(1);
  whole = await takeApart(intact);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let sets = 0;
const newRoot = (): string => join(folder, `set-${sets++}`);
const verify = (root: string) => verifyDataset(root, { workers: 1 });
/** Kind and files of each problem. */
const told = ({ problems }: Awaited<ReturnType<typeof verify>>) =>
  problems.map(({ kind, files }) => [kind, ...files]);

/** The intact set changed; afterwards the content hash is put right. */
async function tampered(change: (set: Whole) => void | Promise<void>): Promise<string> {
  const set = structuredClone(whole);
  await change(set);
  set.info.contentHash = contentHash(set.samples);
  const root = newRoot();
  await write(root, set);
  return root;
}

const of = ({ samples }: Whole, index: number): TakenApart => samples[index]!;
const onSide = ({ samples }: Whole, split: string, nth: number): TakenApart =>
  samples.filter(({ row }) => row.split === split)[nth]!;
const nameOf = ({ row }: TakenApart, member: string): string => `${SHARD}/${row.key}.${member}`;

describe('what is as it was written', () => {
  test('passes', async () => {
    const stages = new Set<string>();
    const progress = (stage: string): void => void stages.add(stage);
    expect(await verifyDataset(intact, { workers: 2, progress })).toEqual({
      ok: true,
      samples: 24,
      identities: 10,
      problems: [],
      counts: {},
      nearDuplicates: { across: 0, onOneSide: 0 },
      unchecked: [],
    });
    expect([...stages]).toEqual(['samples', 'pictures']);
  });

  test('passes when it is written again by this test', async () => {
    expect(await verify(await tampered(() => {}))).toMatchObject({ ok: true });
  });
});

describe('samples', () => {
  test('a changed pixel, mesh or row is named, though the hashes of shard and content are put right', async () => {
    const root = await tampered((set) => {
      of(set, 0).clean[3000]! ^= 1;
      of(set, 1).occluded[3001]! ^= 128;
      of(set, 2).mask[3002]! ^= 255;
      of(set, 3).mesh[7]! += 1;
      const changed = of(set, 4);
      changed.json = { ...changed.row, occluder: 'other' };
      of(set, 5).mask.fill(254);
      rehash(of(set, 5));
    });
    const found = await verify(root);
    const named = (index: number, member: string): string => nameOf(of(whole, index), member);
    expect(found.ok).toBe(false);
    expect(told(found).filter(([kind]) => kind !== 'mask')).toEqual([
      ['pixels', named(0, 'clean.png')],
      ['pixels', named(1, 'occluded.png')],
      ['pixels', named(2, 'mask.png')],
      ['mesh', named(3, 'json')],
      ['row', named(4, 'json')],
    ]);
    expect(found.problems).toContainEqual({
      kind: 'mask',
      what: 'has values other than 0 and 255',
      files: [named(5, 'mask.png')],
    });
    expect(found.counts.pixels).toBe(3);
  });

  test('a pixel beside the mask is found where all hashes are right, and not claimed where pictures are degraded', async () => {
    const change = (set: Whole): void => {
      const sample = of(set, 6);
      const outside = sample.mask.indexOf(0);
      sample.occluded[3 * outside]! ^= 255;
      rehash(sample);
    };
    const exact = await verify(await tampered(change));
    expect(told(exact)).toEqual([['mask', nameOf(of(whole, 6), 'mask.png')]]);
    const degraded = await verify(
      await tampered((set) => {
        change(set);
        set.info.recipe.degrade = { noise: { sigma: [1, 2], share: 1 } };
      }),
    );
    expect(degraded).toMatchObject({ ok: true, unchecked: [expect.stringContaining('degrades')] });
  });

  test('a mask over pixels that nothing has changed is found where all hashes are right', async () => {
    const root = await tampered((set) => {
      of(set, 7).occluded = of(set, 7).clean;
      rehash(of(set, 7));
    });
    expect(told(await verify(root))).toEqual([['mask', nameOf(of(whole, 7), 'mask.png')]]);
  });

  test('pixels changed without putting a hash right are found by all of them', async () => {
    const set = structuredClone(whole);
    of(set, 8).clean[5000]! ^= 255;
    of(set, 9).occluded[5000]! ^= 255;
    of(set, 10).mask[5000]! ^= 255;
    const root = newRoot();
    await write(root, set);
    const file = join(root, 'dataset.json');
    const info = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...info, shards: whole.info.shards }));
    expect(told(await verify(root)).filter(([kind]) => kind !== 'mask')).toEqual([
      ['pixels', nameOf(of(whole, 8), 'clean.png')],
      ['pixels', nameOf(of(whole, 9), 'occluded.png')],
      ['pixels', nameOf(of(whole, 10), 'mask.png')],
      ['shard', SHARD],
      ['content', 'dataset.json'],
    ]);
  });
});

describe('rows', () => {
  test('a removed one: its members are named', async () => {
    const root = newRoot();
    await cp(intact, root, { recursive: true });
    const file = join(root, 'manifest.jsonl');
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    await writeFile(file, `${lines.toSpliced(3, 1).join('\n')}\n`);
    const found = await verify(root);
    const members = ['clean.png', 'occluded.png', 'mask.png', 'json'];
    expect(found.samples).toBe(23);
    expect(told(found).filter(([kind]) => kind === 'members')).toEqual(
      members.map((member) => ['members', nameOf(of(whole, 3), member)]),
    );
    expect(found.problems).toContainEqual(
      expect.objectContaining({ kind: 'counts', what: 'count is 24, and the manifest has 23' }),
    );
    expect(found.counts.content).toBe(1);
  });

  test('one that stands twice, and one that is none: their lines are named', async () => {
    const root = newRoot();
    await cp(intact, root, { recursive: true });
    const file = join(root, 'manifest.jsonl');
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    await writeFile(file, `${[...lines, lines[3], '{"key": 1}', 'x'].join('\n')}\n`);
    const found = await verify(root);
    expect(told(found)).toEqual([
      ['doubled', 'manifest.jsonl:25'],
      ['manifest', 'manifest.jsonl:26'],
      ['manifest', 'manifest.jsonl:27'],
      ['content', 'dataset.json'],
      ...Array.from({ length: found.counts.counts! }, () => ['counts', 'dataset.json']),
    ]);
    expect(found.problems).toContainEqual(
      expect.objectContaining({ what: 'key a-00001-1 stands in line 4 already' }),
    );
  });
});

describe('files', () => {
  test('a shard cut short, one that nobody lists, and counts that are wrong', async () => {
    const root = newRoot();
    await cp(intact, root, { recursive: true });
    await truncate(join(root, SHARD), 700_000);
    await copyFile(join(intact, 'dataset.json'), join(root, 'shard-00009.tar'));
    const info = { ...whole.info, identities: 11, occluders: { ...whole.info.occluders, hand: 2 } };
    await writeFile(join(root, 'dataset.json'), JSON.stringify(info));
    const found = await verify(root);
    const named = told(found);
    expect(named[0]).toEqual(['shard', 'shard-00009.tar']);
    expect(named).toContainEqual(['shard', SHARD]);
    expect(found.counts.members).toBeUndefined();
    const counts = found.problems.filter(({ kind }) => kind === 'counts').map(({ what }) => what);
    expect(counts).toEqual([
      'identities is 11, and the manifest has 10',
      'occluders.hand is 2, and the manifest has 0',
    ]);
    // Of the many unreadable members the first ones are named, and all are counted.
    expect(found.problems.filter(({ kind }) => kind === 'unreadable')).toHaveLength(20);
    expect(found.counts.unreadable).toBeGreaterThan(20);
  });

  test('a shard that is gone', async () => {
    const root = newRoot();
    await cp(intact, root, { recursive: true });
    await rm(join(root, SHARD));
    const found = await verify(root);
    expect(found.counts.unreadable).toBe(4 * 24);
    expect(found.problems).toContainEqual(
      expect.objectContaining({ kind: 'shard', what: expect.stringContaining('ENOENT'), files: [SHARD] }),
    );
  });

  test('a folder that is no data set is refused', async () => {
    await expect(verify(folder)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(join(folder, 'dataset.json')),
    });
  });
});

/** The sample's clean picture becomes this one, its occlusion stays. */
function replaceClean(sample: TakenApart, clean: Uint8Array): void {
  sample.clean = clean;
  sample.occluded = clean.map((value, i) => (sample.mask[Math.floor(i / 3)] === 0 ? value : 255 - value));
  rehash(sample);
}

interface Copy {
  readonly mirrored?: boolean;
  /** Pixels left away of the picture's 128: left, top, and of the side. */
  readonly cut?: readonly [left: number, top: number, side: number];
}

async function copyOf(
  clean: Uint8Array,
  { mirrored = false, cut: [left, top, less] = [0, 0, 0] }: Copy,
): Promise<Uint8Array> {
  const side = 128 - less;
  const part = sharp(clean, { raw: { width: 128, height: 128, channels: 3 } })
    .extract({ left, top, width: side, height: side })
    .flop(mirrored)
    .resize(128, 128);
  return sharp(await part.jpeg({ quality: 85 }).toBuffer())
    .raw()
    .toBuffer();
}

describe('leaks', () => {
  test('an identity moved to another side, in the row, its JSON and all counts', async () => {
    const root = await tampered((set) => {
      const moved = onSide(set, 'test', 1);
      moved.row.split = 'train';
      set.info.splits.train++;
      set.info.splits.test--;
    });
    const { row } = onSide(whole, 'test', 1);
    const found = await verify(root);
    expect(found.problems).toHaveLength(1);
    expect(found.problems[0]).toMatchObject({
      kind: 'identity',
      what: `${row.identity} is on train and test`,
    });
    expect(found.problems[0]?.files).toHaveLength(2);
    expect(found.problems[0]?.files).toContain(`${SHARD}/${row.key}.clean.png`);
  });

  test('copies on another side: as they are, re-encoded, mirrored, cut; those on one side are only counted', async () => {
    const copies: readonly [Copy, from: number][] = [
      [{}, 0],
      [{ mirrored: true }, 1],
      [{ cut: [2, 6, 8] }, 2],
      [{ mirrored: true, cut: [10, 0, 10] }, 3],
    ];
    const root = await tampered(async (set) => {
      for (const [n, [copy, from]] of copies.entries()) {
        replaceClean(onSide(set, 'test', n), await copyOf(onSide(set, 'train', from).clean, copy));
      }
      replaceClean(onSide(set, 'validation', 0), onSide(set, 'train', 4).clean);
      replaceClean(onSide(set, 'train', 6), await copyOf(onSide(set, 'train', 5).clean, { mirrored: true }));
    });
    const found = await verify(root);
    const clean = (split: string, nth: number): string => nameOf(onSide(whole, split, nth), 'clean.png');
    const pairs = [
      ...copies.map(([, from], n) => [clean('train', from), clean('test', n)]),
      [clean('train', 4), clean('validation', 0)],
    ];
    expect(found.problems.map(({ files }) => [...files].sort()).sort()).toEqual(
      pairs.map((pair) => pair.sort()).sort(),
    );
    expect(found.problems.every(({ kind }) => kind === 'duplicate')).toBe(true);
    const mirrored = found.problems.filter(({ what }) => what.includes('mirrored'));
    expect(mirrored).toHaveLength(2);
    expect(found.nearDuplicates).toEqual({ across: 5, onOneSide: 2 });
  });

  test('two people before the same camera, in the same light and pose are not one picture', () => {
    const framing = { size: 128, zoom: 1 };
    for (let k = 0; k < 4; k++) {
      const image = imageOf(0, identityName('a', k), 0, 'a');
      const pictures = [k, k + 50].map(
        (index) => renderPerson(personOf(identityOf(0, index, 'a')), image, framing).image,
      );
      const [a, b] = pictures.map((picture) => new Grey(picture)) as [Grey, Grey];
      const view = { window: WHOLE, mirrored: false };
      expect(samePicture(a, a, view)).toBe(true);
      expect(samePicture(a, b, view)).toBe(false);
    }
  });

  test('pictures of one colour are left out', () => {
    const data = new Uint8Array(3 * 64 * 64).fill(90);
    expect(descriptorOf(new Grey({ width: 64, height: 64, data }))).toBeNull();
  });
});

test('interrupted, it ends with the reason', async () => {
  const abort = new AbortController();
  const progress = (): void => abort.abort(new Error('stopped by the user'));
  await expect(verifyDataset(intact, { workers: 1, progress, signal: abort.signal })).rejects.toThrow(
    'stopped by the user',
  );
});
