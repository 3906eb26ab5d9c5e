/** LFW's own form: people's folders, the makers' sides, and the pairs of its protocol. */
import { describe, expect, test } from 'vitest';
import { DataConfig, openData } from '../src/config.ts';
import { openSource, SourceConfig } from '../src/source.ts';
import { readPairs } from '../src/sources/lfw-pairs.ts';
import { drawnFaces, folderWith, png } from './face-files.ts';

const FILES = [
  'Aaron_Eckhart/Aaron_Eckhart_0001.jpg',
  'Abdel_Nasser_Assidi/Abdel_Nasser_Assidi_0001.jpg',
  'Abdel_Nasser_Assidi/Abdel_Nasser_Assidi_0002.jpg',
  'Zydrunas_Ilgauskas/Zydrunas_Ilgauskas_0001.jpg',
];
const [drawn] = await drawnFaces(1);
const picture = await png(drawn!.image);
const pictures = (folder = ''): Record<string, Uint8Array> =>
  Object.fromEntries(FILES.map((file) => [`${folder}${file}`, picture]));
const SIDES = {
  'peopleDevTrain.txt': '2\nAaron_Eckhart\t1\nAbdel_Nasser_Assidi\t2\n',
  'peopleDevTest.txt': '1\nZydrunas_Ilgauskas\t1\n',
};

const config = (root: string) => ({ kind: 'lfw', root, landmarks: 'none', align: 'none' });
const open = (root: string) => openSource(SourceConfig.parse(config(root)));

test.each(['', 'lfw/', 'lfw-deepfunneled/'])('people and pictures by their names, in %j', async (folder) => {
  const source = await open(folderWith({ ...pictures(folder), ...SIDES, [`${folder}pairs.txt`]: '' }));
  expect(source.name).toBe('lfw');
  expect(source.faces).toEqual([
    { key: 'Aaron_Eckhart_0001', identity: 'Aaron_Eckhart', split: 'train' },
    { key: 'Abdel_Nasser_Assidi_0001', identity: 'Abdel_Nasser_Assidi', split: 'train' },
    { key: 'Abdel_Nasser_Assidi_0002', identity: 'Abdel_Nasser_Assidi', split: 'train' },
    { key: 'Zydrunas_Ilgauskas_0001', identity: 'Zydrunas_Ilgauskas', split: 'test' },
  ]);
  expect(source.notes).toEqual([
    expect.stringMatching(/4 pictures of 3 people where LFW has 13233 of 5749/),
    expect.stringMatching(/peopleDevTrain.txt: 2 people where LFW has 4038/),
    expect.stringMatching(/peopleDevTest.txt: 1 people where LFW has 1711/),
  ]);
  expect((await source.load(3)).image.width).toBe(128);
});

test('the makers’ sides hold, and validation is carved out of training', async () => {
  const root = folderWith({ ...pictures(), ...SIDES });
  const data = await openData(
    DataConfig.parse({ source: config(root), split: { validation: 0.99, test: 0 } }),
  );
  expect(data.source.faces.map((face) => data.split(face))).toEqual([
    'validation',
    'validation',
    'validation',
    'test',
  ]);
});

test('without lists nobody is on an official side; what does not fit is said', async () => {
  const root = folderWith({
    ...pictures(),
    'peopleDevTest.txt': '3\nZydrunas_Ilgauskas\t1\nNo_Body\t2\n',
    'Aaron_Eckhart/holiday.jpg': picture,
    'Aaron_Eckhart/Zoe_0001.jpg': picture,
  });
  const source = await open(root);
  expect(source.faces.map(({ split }) => split)).toEqual([undefined, undefined, undefined, 'test']);
  expect(source.notes?.slice(1)).toEqual([
    expect.stringMatching(/2 pictures are not named after their folder/),
    expect.stringMatching(/peopleDevTest.txt: 2 people where LFW has 1711/),
    expect.stringMatching(/peopleDevTest.txt: its first line says 3, 2 people follow/),
    expect.stringMatching(/peopleDevTest.txt: of its 2 people 1 have no picture/),
  ]);
});

test.each([
  ['peopleDevTrain.txt', '2\nAaron_Eckhart\t1\nAbdel_Nasser_Assidi\n', /line 3: found "Abdel_Nasser_Assidi"/],
  [
    'peopleDevTrain.txt',
    'Aaron_Eckhart\t1\n',
    /line 1: found "Aaron_Eckhart\\t1", expected the number of rows/,
  ],
  ['peopleDevTest.txt', '1\nAaron_Eckhart\t1\n', /Aaron_Eckhart stands in the other side's list too/],
])('a list that is not of its form: %s %j', async (file, content, message) => {
  await expect(open(folderWith({ ...pictures(), ...SIDES, [file]: content }))).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(message),
  });
});

test('a folder without such pictures, and faces that were not detected yet, are refused', async () => {
  await expect(open(folderWith({ 'a/b.jpg': picture }))).rejects.toThrow(/Name_Surname_0001.jpg/);
  const detect = SourceConfig.parse({ kind: 'lfw', root: folderWith(pictures()) });
  await expect(openSource(detect)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/data.source.landmarks: .* not detected yet/),
  });
});

describe('pairs', () => {
  const matched = (name: string, n: number): string[] =>
    Array.from({ length: n }, (_, i) => `${name}\t${i + 1}\t${i + 2}`);
  const mismatched = (a: string, b: string, n: number): string[] =>
    Array.from({ length: n }, (_, i) => `${a}\t${i + 1}\t${b}\t${i + 3}`);
  const read = (lines: readonly string[]) =>
    readPairs(`${folderWith({ 'pairs.txt': `${lines.join('\n')}\n` })}/pairs.txt`);

  test('ten folds of 300 matched and 300 mismatched', async () => {
    const folds = Array.from({ length: 10 }, (_, k) => [
      ...matched(`Person_${k}`, 300),
      ...mismatched(`Person_${k}`, 'Other', 300),
    ]);
    const { folds: found } = await read(['10\t300', ...folds.flat()]);
    expect(found.map((fold) => fold.length)).toEqual(Array.from({ length: 10 }, () => 600));
    expect(found.map((fold) => fold.filter(({ same }) => same).length)).toEqual(
      Array.from({ length: 10 }, () => 300),
    );
    expect(found[7]![299]).toEqual({
      same: true,
      a: { name: 'Person_7', number: 300 },
      b: { name: 'Person_7', number: 301 },
    });
    expect(found[7]![300]).toEqual({
      same: false,
      a: { name: 'Person_7', number: 1 },
      b: { name: 'Other', number: 3 },
    });
  });

  test('pairsDevTest.txt is one fold', async () => {
    const { folds } = await read(['2', ...matched('A_B', 2), ...mismatched('A_B', 'C_D', 2)]);
    expect(folds.map((fold) => fold.map(({ same }) => same))).toEqual([[true, true, false, false]]);
  });

  test.each([
    [['pairs', 'A\t1\t2'], /line 1: found "pairs", expected the number of folds and of pairs/],
    [['1', 'A\t1\t2'], /1 pairs where its first line makes it 2/],
    [
      ['1', 'A\t1\tB\t2', 'A\t1\tB\t2'],
      /line 2: found "A\\t1\\tB\\t2", expected a matched pair, "name n1 n2"/,
    ],
    [['1', 'A\t1\t2', 'A\t1\t2'], /line 3: .* expected a mismatched pair/],
    [['1', 'A\t1\tx', 'A\t1\tB\t2'], /line 2: .* expected a matched pair/],
    [['1', 'A\t1\t2', 'A\t1\tB\t0'], /line 3: .* expected a mismatched pair/],
  ])('%j is refused', async (lines, message) => {
    await expect(read(lines)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
    });
  });
});
