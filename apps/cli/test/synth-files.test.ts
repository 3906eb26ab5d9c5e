/** Data sets of a user's own picture files: the recipes of recipes/data from their folders. */
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { readDataset } from '@fsg/data';
import { expect, test } from 'vitest';
import { folderWith, fsg } from './support.ts';

/** A PNG of one colour. */
function png(width: number, height: number, grey: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // 8 bits, RGB.
  head.set([8, 2], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(3 * width, grey)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A folder of CelebA's form: `n` pictures, each of another person, the second not a picture. */
function celeba(n: number): string {
  const names = Array.from({ length: n }, (_, i) => `${String(i + 1).padStart(6, '0')}.jpg`);
  const pictures = names.map((name, i) => [
    `img_align_celeba/${name}`,
    i === 1 ? 'damaged' : png(178, 218, 40 + 5 * i),
  ]);
  return folderWith({
    'identity_CelebA.txt': names.map((name, i) => `${name} ${i}\n`).join(''),
    'list_eval_partition.txt': names.map((name) => `${name} 0\n`).join(''),
    'list_landmarks_align_celeba.txt': `${n}\ncolumns\n${names.map((name) => `${name} 69 109 106 113 77 142 73 152 108 154\n`).join('')}`,
    ...Object.fromEntries(pictures),
  });
}

test('CelebA: root and count on the command line; what is odd and what was set aside is said', async () => {
  const root = celeba(12);
  const out = join(root, 'set');
  const args = [`root=${root}`, 'count=9', 'data.mostUnusable=0.1', '-o', out, '--workers', '1', '--json'];
  const { code, stdout, stderr } = await fsg(['synth', 'recipes/data/celeba.yaml', ...args]);
  expect(stderr).toMatch(/^warning: .*identity_CelebA.txt: 12 pictures where 202,599 were expected$/m);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    source: 'celeba',
    synthetic: false,
    count: 9,
    recipe: { source: { kind: 'celeba', root } },
    setAside: [{ file: 'img_align_celeba/000002.jpg', reason: expect.stringMatching(/no picture/) }],
  });
  const { rows } = await readDataset(out);
  expect(rows.map(({ key }) => key)).toEqual(
    [1, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => String(i).padStart(6, '0')),
  );
});

test('too many unusable pictures, a root that is not there, and one for synthetic people', async () => {
  const root = celeba(3);
  const synth = (recipe: string, folder: string) =>
    fsg(['synth', `data/${recipe}`, `root=${folder}`, 'count=2', '-o', join(root, 'set'), '--workers', '1']);
  const many = await synth('celeba', root);
  expect(many.code).toBe(1);
  expect(many.stderr).toMatch(
    /^error: 1 of 3 inputs of celeba are unusable, .* img_align_celeba\/000002.jpg: /m,
  );
  const nowhere = await synth('folder', join(root, 'nowhere'));
  expect(nowhere).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/nowhere: .*a folder of pictures was expected/),
  });
  const synthetic = await synth('synthetic', root);
  expect(synthetic).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/root: a source of the kind synthetic has no folder/),
  });
});
