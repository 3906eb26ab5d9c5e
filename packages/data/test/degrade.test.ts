import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openOccluders } from '../src/config.ts';
import { DegradeConfig, degrade } from '../src/degrade/degrade.ts';
import { motionBlurred } from '../src/degrade/motion-blur.ts';
import type { Rgb } from '../src/face.ts';
import { OccluderConfig } from '../src/occluders/kinds.ts';
import { random } from '../src/random.ts';
import { composeSample, type Sample } from '../src/sample.ts';
import { stubFace } from './stub-faces.ts';

const SIZE = 128;
const picture = (value: (x: number, y: number) => number): Rgb => ({
  width: SIZE,
  height: SIZE,
  data: Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return value(pixel % SIZE, Math.floor(pixel / SIZE));
  }),
});
const same = (a: Rgb, b: Rgb): boolean => Buffer.compare(a.data, b.data) === 0;

const occluders = await openOccluders({ occluders: [OccluderConfig.parse('blocks')] });
const compose = (key: string, epoch: number, degrade: object): Promise<Sample> =>
  composeSample(stubFace(key), epoch, { seed: 4, occluders, degrade: DegradeConfig.parse(degrade) });

const ALL = { motionBlur: { length: [2, 9] }, noise: { sigma: [1, 20] }, jpeg: { quality: [20, 90] } };

test('nothing is done where nothing is asked for', async () => {
  const { degrade: done, ...plain } = await compose('stub-0', 0, {});
  expect(done).toBeNull();
  const { degrade: never, ...rare } = await compose('stub-0', 0, { noise: { sigma: [9, 9], share: 0 } });
  expect(never).toBeNull();
  expect(rare).toEqual(plain);
});

test('it hangs on seed, face and epoch alone; the mask is the composed one', async () => {
  const wanted = [0, 1, 2].flatMap((face) => [0, 1].map((epoch) => [`stub-${face}`, epoch] as const));
  const forwards = await Promise.all(wanted.map(([key, epoch]) => compose(key, epoch, ALL)));
  const backwards: Sample[] = [];
  for (const [key, epoch] of wanted.toReversed()) backwards.unshift(await compose(key, epoch, ALL));
  expect(backwards).toEqual(forwards);
  expect(new Set(forwards.map(({ degrade }) => JSON.stringify(degrade))).size).toBe(wanted.length);
  for (const [i, [key, epoch]] of wanted.entries()) {
    expect(forwards[i]!.mask).toEqual((await compose(key, epoch, {})).mask);
  }
});

test('both: equal where nothing is occluded; input: the clean picture stays as it is', async () => {
  const { clean, occluded, mask } = await compose('stub-1', 0, { noise: { sigma: [12, 12] } });
  const differs = (i: number): boolean =>
    [0, 1, 2].some((c) => clean.data[3 * i + c] !== occluded.data[3 * i + c]);
  expect(mask.findIndex((value, i) => value === 0 && differs(i))).toBe(-1);
  const plain = await compose('stub-1', 0, {});
  expect(same(clean, plain.clean)).toBe(false);
  const one = await compose('stub-1', 0, { ...ALL, on: 'input' });
  expect(same(one.clean, plain.clean)).toBe(true);
  expect(same(one.occluded, plain.occluded)).toBe(false);
  expect(one.degrade).toMatchObject({ on: 'input' });

  const moved = await compose('stub-1', 0, { motionBlur: { length: [6, 6] } });
  const reach = 4;
  const far = (i: number): boolean => {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    for (let j = Math.max(0, y - reach); j <= Math.min(SIZE - 1, y + reach); j++) {
      for (let k = Math.max(0, x - reach); k <= Math.min(SIZE - 1, x + reach); k++) {
        if (mask[j * SIZE + k] === 1) return false;
      }
    }
    return true;
  };
  const wrong = mask.findIndex(
    (_, i) => far(i) && [0, 1, 2].some((c) => moved.clean.data[3 * i + c] !== moved.occluded.data[3 * i + c]),
  );
  expect(wrong).toBe(-1);
});

test('a stored pair is made worse too, and an earlier record is kept where nothing is done', async () => {
  const face = stubFace('stub-2');
  const mask = new Uint8Array(SIZE * SIZE).fill(1, 0, 500);
  const before = { on: 'both', motionBlur: null, noise: 3, jpeg: null } as const;
  const pair = { ...face, occluder: 'hat', occlusion: { occluded: picture(() => 9), mask, degrade: before } };
  const making = { seed: 1, occluders };
  const kept = await composeSample(pair, 0, { ...making, degrade: DegradeConfig.parse({}) });
  expect(kept).toMatchObject({ occluder: 'hat', blend: null, degrade: before });
  const worse = await composeSample(pair, 0, {
    ...making,
    degrade: DegradeConfig.parse({ noise: { sigma: [7, 7] } }),
  });
  expect(worse.degrade).toEqual({ ...before, noise: 7 });
  expect(same(worse.occluded, pair.occlusion.occluded)).toBe(false);
  expect(same(worse.clean, face.image)).toBe(false);
  expect(worse.mask).toEqual(mask);
});

test('a share is how often', async () => {
  const config = DegradeConfig.parse({ noise: { sigma: [3, 3], share: 0.3 } });
  const tiny = { width: 1, height: 1, data: new Uint8Array(3) };
  const pair = { clean: tiny, occluded: tiny, degrade: null };
  let done = 0;
  for (let i = 0; i < 1000; i++) if ((await degrade(pair, config, random('share', i))).degrade) done++;
  expect(Math.abs(done - 300)).toBeLessThan(50);
});

test('JPEG is what sharp makes of the same picture', async () => {
  const plain = await compose('stub-3', 0, {});
  const { occluded, clean, degrade: done } = await compose('stub-3', 0, { jpeg: { quality: [35, 35] } });
  expect(done).toEqual({ on: 'both', motionBlur: null, noise: null, jpeg: 35 });
  for (const [before, after] of [
    [plain.occluded, occluded],
    [plain.clean, clean],
  ] as const) {
    const stored = await sharp(before.data, { raw: { width: SIZE, height: SIZE, channels: 3 } })
      .jpeg({ quality: 35 })
      .toBuffer();
    expect(Buffer.compare(after.data, await sharp(stored).raw().toBuffer())).toBe(0);
  }
});

test('noise is normal: mean 0, its sigma, independent from pixel to pixel', async () => {
  const grey = picture(() => 128);
  const config = DegradeConfig.parse({ noise: { sigma: [10, 10] } });
  const { occluded } = await degrade({ clean: grey, occluded: grey, degrade: null }, config, random('noise'));
  const off = Array.from(occluded.data, (value) => value - 128);
  const n = off.length;
  const mean = off.reduce((a, b) => a + b) / n;
  const moment = (power: number): number => off.reduce((sum, value) => sum + (value - mean) ** power, 0) / n;
  expect(Math.abs(mean)).toBeLessThan(0.2);
  // Rounding to levels adds a twelfth of one squared.
  expect(Math.sqrt(moment(2) - 1 / 12)).toBeCloseTo(10, 0);
  expect(Math.abs(moment(4) / moment(2) ** 2 - 3)).toBeLessThan(0.2);
  for (const step of [1, 3, 3 * SIZE]) {
    const along = off.slice(step).reduce((sum, value, i) => sum + value * off[i]!, 0) / n;
    expect(Math.abs(along / moment(2))).toBeLessThan(0.02);
  }
});

test('motion blur keeps an even picture and widens an edge by its length along the motion alone', () => {
  for (const value of [0, 77, 255]) {
    expect(
      same(
        motionBlurred(
          picture(() => value),
          { x: 5.3, y: -3.1 },
        ),
        picture(() => value),
      ),
    ).toBe(true);
  }
  const edge = picture((x) => (x < 64 ? 0 : 255));
  /** Standard deviation of the edge's steps from pixel to pixel, as of an even spread over `length`. */
  const width = ({ data }: Rgb): number => {
    const steps = Array.from(
      { length: SIZE - 1 },
      (_, x) => (data[3 * (64 * SIZE + x + 1)]! - data[3 * (64 * SIZE + x)]!) / 255,
    );
    const mean = steps.reduce((sum, step, x) => sum + step * x, 0);
    return Math.sqrt(12 * steps.reduce((sum, step, x) => sum + step * (x - mean) ** 2, 0));
  };
  for (const length of [4, 9, 16.5]) {
    expect(Math.abs(width(motionBlurred(edge, { x: length, y: 0 })) - length)).toBeLessThan(0.4);
    expect(
      Math.abs(width(motionBlurred(edge, { x: 0.6 * length, y: 0.8 * length })) - 0.6 * length),
    ).toBeLessThan(0.6);
  }
  expect(same(motionBlurred(edge, { x: 0, y: 12 }), edge)).toBe(true);
});

test('an unknown fault or a range upside down is refused with its place', () => {
  const issue = (section: object) => DegradeConfig.safeParse(section).error?.issues[0];
  expect(issue({ blur: {} })?.message).toContain('blur');
  expect(issue({ noise: { sigma: [5, 2] } })?.path).toEqual(['noise', 'sigma']);
  expect(issue({ jpeg: { quality: [0, 50] } })?.path).toEqual(['jpeg', 'quality', 0]);
});
