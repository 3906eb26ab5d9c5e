/** CelebA's own form, small: folder and archive, lists, sides, landmarks, and what is wrong with some pictures. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { alignTo, movedPoints } from '../src/align.ts';
import { DataConfig, openData } from '../src/config.ts';
import type { FaceSource } from '../src/face.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { openSource, SourceConfig } from '../src/source.ts';
import {
  addTo,
  type Drawn,
  drawnFaces,
  folderWith,
  jpeg,
  meanDifference,
  moved,
  movedFive,
} from './face-files.ts';
import { zipOf } from './zip.ts';

const NAMES = Array.from({ length: 8 }, (_, i) => `00000${i + 1}.jpg`);
/** As CelebA's pictures: 178 x 218, the eyes 38 pixels apart. */
const INTO = { a: 1.24, b: 0.06, e: 6, f: 40 };

let drawn: Drawn[];
let pictures: Record<string, Uint8Array>;
/** CelebA's landmarks are whole pixels. */
let rows: string[];

beforeAll(async () => {
  drawn = await drawnFaces(NAMES.length);
  const files = drawn.map(
    async ({ image }, i) => [NAMES[i]!, await jpeg(moved(image, INTO, 178, 218))] as const,
  );
  pictures = Object.fromEntries(await Promise.all(files));
  rows = drawn.map(({ five }, i) => [NAMES[i], ...movedFive(five, INTO).map(Math.round)].join('  '));
});

const lists = () => ({
  'identity_CelebA.txt': NAMES.map((name, i) => `${name} ${100 + Math.floor(i / 2)}\n`).join(''),
  'list_eval_partition.txt': NAMES.map((name, i) => `${name} ${i < 4 ? 0 : i < 6 ? 1 : 2}\n`).join(''),
  'list_landmarks_align_celeba.txt': [String(rows.length), 'lefteye_x lefteye_y …', ...rows, ''].join('\n'),
});

const below = (
  folder: string,
  files: Record<string, Uint8Array | string>,
): Record<string, Uint8Array | string> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));

const celeba = (): string => folderWith({ ...lists(), ...below('img_align_celeba', pictures) });
const open = (root: string, options = {}): Promise<FaceSource> =>
  openSource(SourceConfig.parse({ kind: 'celeba', root, ...options }));
const refused = (root: string, message: RegExp): Promise<void> =>
  expect(open(root)).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });

test('keys, identities and sides are the lists’', async () => {
  const source = await open(celeba());
  expect(source).toMatchObject({
    name: 'celeba',
    synthetic: false,
    composed: false,
    size: { width: 128, height: 128 },
  });
  expect(source.faces).toEqual(
    NAMES.map((name, i) => ({
      key: name.slice(0, 6),
      identity: String(100 + Math.floor(i / 2)),
      split: i < 4 ? 'train' : i < 6 ? 'validation' : 'test',
    })),
  );
  const data = await openData(DataConfig.parse({ source: { kind: 'celeba', root: celeba() } }));
  expect(data.source.faces.map((face) => data.split(face))).toEqual(source.faces.map(({ split }) => split));
});

test('a part of the data set is said to be one, file by file', async () => {
  const root = celeba();
  rmSync(join(root, 'img_align_celeba/000008.jpg'));
  const { notes } = await open(root);
  expect(notes).toEqual([
    expect.stringMatching(/identity_CelebA.txt: 8 pictures where 202,599 were expected/),
    expect.stringMatching(/identity_CelebA.txt: 4 identities where 10,177/),
    expect.stringMatching(/list_eval_partition.txt: 4, 2, 2 pictures .* where 162,770, 19,867, 19,962/),
    expect.stringMatching(/img_align_celeba: 7 pictures where 8/),
  ]);
  addTo(root, { 'list_landmarks_align_celeba.txt': ['9', 'columns', ...rows.slice(1)].join('\n') });
  expect((await open(root)).notes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/list_landmarks_align_celeba.txt: 7 rows where 9/),
      expect.stringMatching(/list_landmarks_align_celeba.txt: 7 pictures where 8/),
    ]),
  );
});

test('a face is aligned by its five points: these to a pixel, the pixels to a few grey levels', async () => {
  const source = await open(celeba());
  for (const [i, { image, five }] of drawn.entries()) {
    const face = await source.load(i);
    const straight = alignTo(five, 128);
    movedPoints(five, straight).forEach((value, k) => {
      expect(Math.abs(value - fiveOf(face.mesh)[k]!)).toBeLessThan(1);
    });
    // Landmarks of whole pixels: up to half a pixel beside it.
    expect(meanDifference(face.image, moved(image, straight, 128, 128), 8)).toBeLessThan(4);
    expect(face.landmarks.length).toBe(136);
    expect(Math.abs(face.pose?.roll ?? 99)).toBeLessThan(10);
  }
});

describe('folder and archive, lists beside them or where the makers have them', () => {
  const forms: [string, () => Record<string, string | Uint8Array>][] = [
    [
      'archive',
      () => ({
        ...lists(),
        'img_align_celeba.zip': zipOf(below('img_align_celeba', pictures) as Record<string, Uint8Array>),
      }),
    ],
    ['Img, Anno, Eval', () => official(below('Img/img_align_celeba', pictures))],
    [
      'archive in Img',
      () =>
        official({
          'Img/img_align_celeba.zip': zipOf(
            below('img_align_celeba', pictures) as Record<string, Uint8Array>,
          ),
        }),
    ],
  ];
  const official = (images: Record<string, string | Uint8Array>) => {
    const { 'list_eval_partition.txt': sides, ...anno } = lists();
    return { ...images, ...below('Anno', anno), 'Eval/list_eval_partition.txt': sides };
  };
  test.each(forms)('%s: the same faces', async (_, files) => {
    const [plain, other] = [await open(celeba()), await open(folderWith(files()))];
    expect(other.faces).toEqual(plain.faces);
    expect(other.notes?.length).toBe(plain.notes?.length);
    for (const i of [0, 3, 7]) {
      const [a, b] = [await plain.load(i), await other.load(i)];
      expect(Buffer.compare(a.image.data, b.image.data)).toBe(0);
      expect(a.mesh).toEqual(b.mesh);
    }
  });

  test('an archive damaged in one picture loses that one alone', async () => {
    const archive = zipOf(below('img_align_celeba', pictures) as Record<string, Uint8Array>);
    archive[60 + (pictures['000001.jpg']!.length >> 1)]! ^= 16;
    const source = await open(folderWith({ ...lists(), 'img_align_celeba.zip': archive }));
    await expect(source.load(0)).rejects.toMatchObject({
      name: 'UnusableFace',
      file: 'img_align_celeba/000001.jpg',
      reason: expect.stringMatching(/cannot be read from .*zip: Invalid CRC/),
    });
    await expect(source.load(1)).resolves.toBeDefined();
  });

  test('what is no archive is refused', () =>
    refused(
      folderWith({ ...lists(), 'img_align_celeba.zip': 'not a zip' }),
      /img_align_celeba.zip: .*a zip archive/,
    ));
});

test('a picture is set aside where it is missing or its landmarks are of no use', async () => {
  const root = celeba();
  rmSync(join(root, 'img_align_celeba/000001.jpg'));
  const wrong = [
    rows[0],
    '000002.jpg 69 109 106 113 77 142 73 152 108',
    '000003.jpg 69 109 106 113 NaN 142 73 152 108 154',
    '000004.jpg 169 109 206 113 177 142 183 252 208 254',
    '000005.jpg 69 109 73 111 77 142 73 152 108 154',
    '000006.jpg 106 113 69 109 77 142 108 154 73 152',
  ];
  const list = ['6', 'columns', ...wrong].join('\n');
  addTo(root, { 'list_landmarks_align_celeba.txt': list });
  const source = await open(root);
  const reasons = [
    /^it is missing$/,
    /found 9 numbers, expected 10/,
    /not all are numbers/,
    /3 of 5 lie outside the picture of 178 x 218/,
    /the eyes are 4.5 pixels apart, 8 at least/,
    /do not lie as those of a face/,
    /list_landmarks_align_celeba.txt has no landmarks of it/,
  ];
  for (const [i, reason] of reasons.entries()) {
    await expect(source.load(i)).rejects.toMatchObject({
      name: 'UnusableFace',
      file: `img_align_celeba/${NAMES[i]}`,
      reason: expect.stringMatching(reason),
    });
  }
});

describe('a list that is not of its form is named with the line', () => {
  test.each([
    [
      'identity_CelebA.txt',
      '000001.jpg 5\n000002.jpg\n',
      /line 2: found "000002.jpg", expected .*"000001.jpg 2880"/,
    ],
    [
      'identity_CelebA.txt',
      '000001.jpg 5\n000001.jpg 6\n',
      /line 2: found "000001.jpg 6", expected each name once/,
    ],
    ['list_eval_partition.txt', '000001.jpg 0\r\n\r\n000002.jpg 3\r\n', /line 3: found "000002.jpg 3"/],
    [
      'list_landmarks_align_celeba.txt',
      'lefteye_x\n',
      /line 1: found "lefteye_x", expected the number of rows/,
    ],
    ['list_eval_partition.txt', 'other.jpg 0\n', /share no picture/],
  ])('%s %j', async (file, content, message) => {
    const root = celeba();
    addTo(root, { [file]: content });
    await refused(root, message);
  });

  test('and so is one that is missing, and a folder that is not CelebA’s', async () => {
    const root = celeba();
    rmSync(join(root, 'list_eval_partition.txt'));
    await refused(root, /list_eval_partition.txt: ENOENT/);
    await refused(folderWith({ 'a.txt': '' }), /neither img_align_celeba nor img_align_celeba.zip/);
  });
});

describe('attributes', () => {
  /** The second picture shows glasses, the third a hat, the fourth both; the last one is not in the list. */
  const attributes = (): string =>
    [
      '8',
      'Bald Eyeglasses Wearing_Hat',
      ...NAMES.slice(0, 7).map(
        (name, i) => `${name} -1 ${i === 1 || i === 3 ? ' 1' : '-1'} ${i === 2 || i === 3 ? ' 1' : '-1'}`,
      ),
    ].join('\n');

  test.each([
    [['Eyeglasses'], [0, 2, 4, 5, 6, 7]],
    [
      ['Eyeglasses', 'Wearing_Hat'],
      [0, 4, 5, 6, 7],
    ],
    [[], [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('without %j', async (without, kept) => {
    const root = celeba();
    addTo(root, { 'list_attr_celeba.txt': attributes() });
    const source = await open(root, { without });
    expect(source.faces.map(({ key }) => key)).toEqual(kept.map((i) => NAMES[i]!.slice(0, 6)));
    const said = expect.stringMatching(/list_attr_celeba.txt: 7 rows where 8/);
    if (without.length > 0) expect(source.notes).toContainEqual(said);
    const plain = await open(root);
    expect(source.fingerprint === plain.fingerprint).toBe(without.length === 0);
  });

  test('one that the list does not have, a row that is none, and pictures of which none is left', async () => {
    const root = celeba();
    addTo(root, { 'list_attr_celeba.txt': attributes() });
    await expect(open(root, { without: ['Glasses'] })).rejects.toThrow(
      /data.source.without: found Glasses, expected attributes of .*: Bald, Eyeglasses, Wearing_Hat/,
    );
    addTo(root, { 'list_attr_celeba.txt': '1\nBald\n000001.jpg yes\n' });
    await expect(open(root, { without: ['Bald'] })).rejects.toThrow(
      /line 3: found "000001.jpg yes", expected/,
    );
    addTo(root, { 'list_attr_celeba.txt': ['8', 'Bald', ...NAMES.map((name) => `${name} 1`)].join('\n') });
    await expect(open(root, { without: ['Bald'] })).rejects.toThrow(/share no picture without Bald/);
    rmSync(join(root, 'list_attr_celeba.txt'));
    await expect(open(root, { without: ['Bald'] })).rejects.toThrow(/list_attr_celeba.txt: ENOENT/);
  });
});

test('the fingerprint changes with the lists and with names and sizes of pictures', async () => {
  const root = celeba();
  const prints = [(await open(root)).fingerprint, (await open(root)).fingerprint];
  addTo(root, { 'identity_CelebA.txt': lists()['identity_CelebA.txt'].replace(' 100', ' 99') });
  prints.push((await open(root)).fingerprint);
  addTo(root, { 'img_align_celeba/000002.jpg': 'short' });
  prints.push((await open(root)).fingerprint);
  rmSync(join(root, 'img_align_celeba/000002.jpg'));
  prints.push((await open(root)).fingerprint);
  expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(prints[1]).toBe(prints[0]);
  expect(new Set(prints).size).toBe(4);
});
