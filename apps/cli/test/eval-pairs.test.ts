/** fsg eval --pairs: pictures of any method beside clean ones. */
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { folderWith, fsg } from './support.ts';

const SIZE = 128;

/** A smooth picture, `shift` levels brighter where `x` is in the right half. */
const picture = (seed: number, shift = 0, size = SIZE): Promise<Buffer> => {
  const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % size, Math.floor(i / (3 * size))];
    const level = 120 + 60 * Math.sin(0.05 * x + seed) + 40 * Math.cos(0.07 * y + (i % 3));
    return Math.round(level) + (x >= size / 2 ? shift : 0);
  });
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
};

const rightHalf = (): Promise<Buffer> =>
  sharp(
    Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (i % SIZE >= SIZE / 2 ? 255 : 0)),
    { raw: { width: SIZE, height: SIZE, channels: 1 } },
  )
    .png()
    .toBuffer();

/** By definition: an error of d levels everywhere is 20 log10(255 / d) dB. */
const decibels = (d: number): number => 20 * Math.log10(255 / d);

test('each metric whole and by region, identical pairs counted apart', async () => {
  const cwd = folderWith({
    'clean/a.png': await picture(1),
    'clean/b.png': await picture(2),
    'clean/c.png': await picture(3),
    'restored/a.png': await picture(1, 4),
    'restored/b.webp': await sharp(await picture(2, 8))
      .webp({ lossless: true })
      .toBuffer(),
    'restored/c.png': await picture(3),
    'occluded/a.png': await picture(1, 30),
    'occluded/b.png': await picture(2, 30),
    'occluded/c.png': await picture(3, 30),
    ...Object.fromEntries(
      await Promise.all(['a', 'b', 'c'].map(async (name) => [`masks/${name}.png`, await rightHalf()])),
    ),
  });
  const args = [
    'eval',
    '--pairs',
    'restored',
    'clean',
    '--masks',
    'masks',
    '--occluded',
    'occluded',
    '--json',
  ];
  const { code, stdout } = await fsg(args, { cwd });
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer.n).toBe(3);
  const { psnr, l1, ssim, ms_ssim } = answer.metrics;
  // Half of the pixels are off: twice the mean squared error over the right half.
  const half = 10 * Math.log10(2);
  expect(psnr.mean).toBeCloseTo((decibels(4) + decibels(8)) / 2 + half, 9);
  expect(psnr.identical).toBe(1);
  expect(l1.mean).toBeCloseTo((2 + 4 + 0) / 3, 9);
  expect(ssim.mean).toBeLessThan(1);
  expect(ms_ssim.mean).toBeLessThan(1);
  expect(answer.regions.hole.psnr).toMatchObject({ identical: 1 });
  expect(answer.regions.hole.psnr.mean).toBeCloseTo((decibels(4) + decibels(8)) / 2, 9);
  expect(answer.regions.visible.psnr).toMatchObject({ mean: null, identical: 3, reason: 'identical' });
  expect(answer.regions.visible.l1.mean).toBe(0);
  expect(answer.occluded.regions.hole.psnr.mean).toBeCloseTo(decibels(30), 9);
  expect(answer.metrics.psnr.low).toBeLessThanOrEqual(psnr.mean);
});

test('a picture without its partner, or of another size, is named', async () => {
  const cwd = folderWith({
    'clean/a.png': await picture(1),
    'clean/b.png': await picture(2),
    'less/a.png': await picture(1),
    'small/a.png': await picture(1),
    'small/b.png': await picture(2, 0, 64),
    'broken/a.png': await picture(1),
    'broken/b.png': 'no picture',
    'empty/notes.txt': '',
  });
  const told = async (folder: string): Promise<string> => {
    const { code, stdout, stderr } = await fsg(['eval', '--pairs', folder, 'clean', '--json', '--quiet'], {
      cwd,
    });
    expect([code, stdout]).toEqual([1, '']);
    return stderr;
  };
  expect(await told('less')).toBe(
    `error: ${join('clean', 'b.png')} has no partner in less: pictures belong together by their names without the ending\n`,
  );
  expect(await told('small')).toMatch(
    /^error: small.b\.png is 64 x 64, its partner clean.b\.png 128 x 128: /,
  );
  expect(await told('broken')).toMatch(/^error: broken.b\.png: it is no picture that can be read/);
  expect(await told('empty')).toBe('error: empty: the folder holds no pictures\n');
  expect(await told('gone')).toBe(
    'error: gone: there is no such folder; a folder of pictures was expected\n',
  );
  const one = await fsg(['eval', '--pairs', 'clean'], { cwd });
  expect(one).toMatchObject({ code: 2, stderr: expect.stringContaining('needs two folders') });
});
