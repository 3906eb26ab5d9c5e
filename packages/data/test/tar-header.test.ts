/** Archives of our headers against other readers: modern-tar's, and GNU tar where there is one. */
import { spawnSync } from 'node:child_process';
import { unpackTar } from 'modern-tar';
import { expect, test } from 'vitest';
import { padded, tarHeader } from '../src/store/tar-header.ts';

const names = [
  'a.json',
  'b'.repeat(100),
  'c'.repeat(101),
  `${'d'.repeat(300)}.clean.png`,
  'Gemälde 顔.mask.png',
  'ü'.repeat(60),
  // Lengths at which the record's length grows a digit by counting itself.
  ...Array.from({ length: 8 }, (_, i) => 'e'.repeat(984 + i)),
];
const bodies = names.map((name, i) => new Uint8Array(name.length === 100 ? 0 : 1 + 300 * i).fill(i));

function archive(): Buffer {
  const parts = names.flatMap((name, i) => {
    const body = bodies[i]!;
    return [tarHeader(name, body.length), body, new Uint8Array(padded(body.length) - body.length)];
  });
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}

test('names of any length and content come back', async () => {
  const read = await unpackTar(archive(), { strict: true });
  expect(read.map(({ header }) => header.name)).toEqual(names);
  expect(read.map(({ data }) => Uint8Array.from(data ?? []))).toEqual(bodies);
  for (const { header } of read) {
    expect(header).toMatchObject({ mode: 0o644, type: 'file', uid: 0, gid: 0, mtime: new Date(0) });
  }
});

const tar = spawnSync('tar', ['--version'], { encoding: 'utf8' });

test.skipIf(tar.status !== 0)('tar lists them without a complaint', () => {
  const { stdout, stderr } = spawnSync('tar', ['-tf', '-'], {
    input: archive(),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', TAR_OPTIONS: '--quoting-style=literal' },
  });
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toEqual(names);
});
