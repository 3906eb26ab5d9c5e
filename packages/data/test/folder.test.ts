/** Pictures of one's own: names, keys, landmarks from a file, and pictures that are of no use. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { alignTo, templateIn } from '../src/align.ts';
import { readLandmarkFile } from '../src/landmark-file.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { transformed } from '../src/mesh/mesh.ts';
import { openSource, SourceConfig } from '../src/source.ts';
import { syntheticFaces } from '../src/synthetic/index.ts';
import { drawnFaces, folderWith, jpeg, meanDifference, moved, movedFive, png } from './face-files.ts';

const [first, second] = await drawnFaces(2);
const picture = await png(first!.image);

const open = (root: string, options: object = { landmarks: 'none', align: 'none' }) =>
  openSource(SourceConfig.parse({ kind: 'folder', root, ...options }));

test('a folder is a person, a picture in the root is another; order by code points, hidden files left out', async () => {
  const names = [
    'ä/1.png',
    'b/2.JPEG',
    'b/1.webp',
    'b/deeper/3.png',
    'a.tif',
    '\u{1F600}.png',
    '\uFF5E.gif',
    '.hidden.png',
    'b/._1.png',
    'b/notes.txt',
  ];
  const root = folderWith(Object.fromEntries(names.map((name) => [name, picture])));
  const { faces } = await open(root);
  expect(faces.map(({ identity }) => identity)).toEqual(['a', 'b', 'b', 'ä', '\uFF5E', '\u{1F600}']);
  expect(faces.map(({ key }) => key)).toEqual(['a', 'b-1', 'b-2', 'ä-1', '-', '--2']);
});

test('every key is another, and none has a dot or an underscore', async () => {
  const names = [
    'a.b/c.png',
    'a-b/c.png',
    'a_b/c.png',
    'a/b c.jpg',
    'a/b-c.png',
    'a-b-c-2.png',
    'x.jpg',
    'x.png',
  ];
  const { faces } = await open(folderWith(Object.fromEntries(names.map((name) => [name, picture]))));
  const keys = faces.map(({ key }) => key);
  expect(new Set(keys).size).toBe(names.length);
  for (const key of keys) expect(key).toMatch(/^[\p{L}\p{N}-]+$/u);
});

test('left as they are, pictures keep their pixels; the first one’s size is that of all', async () => {
  const small = await png(moved(first!.image, { a: 1, b: 0, e: 0, f: 0 }, 100, 90));
  const source = await open(folderWith({ 'a.png': 'damaged', 'b.png': picture, 'c.png': small }));
  expect(source.size).toEqual({ width: 128, height: 128 });
  const { image, mesh } = await source.load(1);
  expect(Buffer.compare(Buffer.from(image.data), Buffer.from(first!.image.data))).toBe(0);
  const template = templateIn(128, 128);
  fiveOf(mesh).forEach((value, i) => {
    expect(Math.abs(value - template[i]!)).toBeLessThan(1);
  });
  await expect(source.load(2)).rejects.toMatchObject({
    reason: 'it is 100 x 90 where the first one is 128 x 128',
  });
});

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const HEAD = line({ format: 1, detector: 'test' });
/** Whole eighths of a pixel. */
const meshLine = (mesh: Float32Array): object => ({
  unit: 1 / 8,
  values: Buffer.from(Int16Array.from(mesh, (value) => Math.round(value * 8)).buffer).toString('base64'),
});

test('landmarks and mesh of a file are carried along, in the upright picture’s pixels', async () => {
  const into = { a: 0, b: 1.7, e: 300, f: 20 };
  const face = await syntheticFaces({ seed: 3, identities: 1, imagesPerIdentity: 1 }).load(0);
  const { data, width, height } = moved(face.image, into, 330, 280);
  const lying = sharp(data, { raw: { width, height, channels: 3 } }).rotate(-90);
  const bytes = await lying.withMetadata({ orientation: 6 }).png().toBuffer();
  const mesh = transformed(face.mesh, into);
  const file = { file: 'ann/1.png', five: [...fiveOf(mesh)], mesh: meshLine(mesh) };
  const root = folderWith({
    'ann/1.png': bytes,
    'ann/2.jpg': picture,
    'ann/3.jpg': picture,
    'landmarks.jsonl': HEAD + line(file) + line({ file: 'ann/2.jpg', reason: 'no face found' }),
  });
  const landmarks = join(root, 'landmarks.jsonl');
  const source = await open(root, { landmarks, align: { size: 200 } });
  expect(source.size).toEqual({ width: 200, height: 200 });
  const found = await source.load(0);
  const straight = alignTo(fiveOf(face.mesh), 200);
  expect(meanDifference(found.image, moved(face.image, straight, 200, 200), 10)).toBeLessThan(2);
  const expected = transformed(face.mesh, straight);
  const worst = found.mesh.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(0.2);
  expect(Math.abs(found.pose!.yaw - face.pose!.yaw)).toBeLessThan(3);
  await expect(source.load(1)).rejects.toMatchObject({ file: 'ann/2.jpg', reason: 'no face found' });
  await expect(source.load(2)).rejects.toMatchObject({
    reason: expect.stringMatching(/landmarks.jsonl has no line of it/),
  });
});

test('landmarks of a file that are of no use set their picture aside', async () => {
  const five = movedFive(second!.five, { a: 1, b: 0, e: 0, f: 0 });
  const far = five.map((value, i) => (i === 4 ? 1e5 : value));
  const rows = [
    { file: '1.png', five: five.slice(0, 8) },
    { file: '2.png', five: five.map((value, i) => (i === 3 ? null : value)) },
    { file: '3.png', five: five.map((value) => value + 90) },
    { file: '4.png', five: far },
    { file: '5.png', five, mesh: meshLine(new Float32Array(1404).fill(4000)) },
  ];
  const root = folderWith({
    ...Object.fromEntries(rows.map(({ file }) => [file, picture])),
    'marks.jsonl': HEAD + rows.map(line).join(''),
  });
  const source = await open(root, { landmarks: join(root, 'marks.jsonl'), align: {} });
  const reasons = [
    /found 8 numbers/,
    /not all are numbers/,
    /of 5 lie outside/,
    /do not lie as those of a face/,
    /mesh reaches far out/,
  ];
  for (const [i, reason] of reasons.entries()) {
    await expect(source.load(i)).rejects.toMatchObject({
      name: 'UnusableFace',
      reason: expect.stringMatching(reason),
    });
  }
});

test.each([
  ['', /is empty/],
  ['{"format":2,"detector":"x"}\n', /line 1: format/],
  [`${HEAD}{"file":"a.png","five":[1,2]\n`, /line 2: not JSON/],
  [
    `${HEAD}${line({ file: 'a', reason: 'x' })}${line({ file: 'a', reason: 'y' })}`,
    /line 3: a stands in the file twice/,
  ],
  [
    `${HEAD}${line({ file: 'a', five: [], mesh: { unit: 1, values: 'AAAA' } })}`,
    /line 2: mesh.values: 1404 numbers/,
  ],
])('a file of landmarks that is not of its form: %j', async (content, message) => {
  const root = folderWith({ 'a.png': picture, 'marks.jsonl': content });
  await expect(readLandmarkFile(join(root, 'marks.jsonl'))).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(message),
  });
});

test('pictures that are of no use are named with the reason; the others are read', async () => {
  const bytes = Buffer.from(await jpeg(first!.image));
  const root = folderWith({
    'a-good.png': picture,
    'b-empty.jpg': '',
    'c-text.jpg': 'no picture',
    'd-cut.jpg': bytes.subarray(0, bytes.length - 100),
    'e-folder.jpg/inside.png': picture,
    'f-good.jpg': bytes,
  });
  const source = await open(root);
  const outcome = await Promise.all(
    source.faces.map(({ key }, i) =>
      source.load(i).then(
        () => `${key}: good`,
        ({ file, reason }) => `${file}: ${reason.split(':')[0]}`,
      ),
    ),
  );
  expect(outcome).toEqual([
    'a-good: good',
    'b-empty.jpg: it is empty, 0 bytes',
    'c-text.jpg: it is no picture that can be read',
    'd-cut.jpg: it is damaged',
    'e-folder-jpg-inside: good',
    'f-good: good',
  ]);
  rmSync(join(root, 'f-good.jpg'));
  await expect(source.load(5)).rejects.toMatchObject({ file: 'f-good.jpg', reason: 'it is missing' });
});

test('an empty folder, one that is not there and one without any picture that can be read', async () => {
  await expect(open(folderWith({ 'a.txt': '' }))).rejects.toThrow(/no picture is there/);
  await expect(open('/nowhere/at/all')).rejects.toThrow(
    /\/nowhere\/at\/all: .*a folder of pictures was expected/,
  );
  await expect(open(folderWith({ 'a.jpg': '' }))).rejects.toThrow(/none of its 1 pictures can be read/);
});
