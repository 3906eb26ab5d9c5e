/** The assembled windows of SSIM against their source, and their values against the sums written plainly. */
import { readFileSync } from 'node:fs';
import { random } from '@fsg/data';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import { EIGHT_BITS, structures, WEIGHTS } from '../src/metrics/structure.ts';

test('structure.wasm is what structure.wat assembles to', async () => {
  const source = new URL('../src/metrics/structure.wat', import.meta.url);
  const parsed = (await wabt()).parseWat('structure.wat', readFileSync(source, 'utf8'), { simd: true });
  const assembled = readFileSync(new URL('../src/metrics/structure.wasm', import.meta.url));
  expect(Buffer.compare(Buffer.from(parsed.toBinary({}).buffer), assembled)).toBe(0);
});

/** A value of one channel at a pixel. */
type At = (x: number, y: number, c: number) => number;

interface Plain {
  readonly width: number;
  readonly height: number;
  readonly sum: At;
  readonly difference: At;
}

function halved({ width, height, sum, difference }: Plain): Plain {
  const mean =
    (of: At): At =>
    (x, y, c) =>
      (of(2 * x, 2 * y, c) +
        of(2 * x + 1, 2 * y, c) +
        of(2 * x, 2 * y + 1, c) +
        of(2 * x + 1, 2 * y + 1, c)) /
      4;
  return { width: width >> 1, height: height >> 1, sum: mean(sum), difference: mean(difference) };
}

const mirrored = (i: number, length: number, left: number): number =>
  i < 0 ? left - 1 - i : i >= length ? 2 * length - 1 - left - i : i;

/** [similarity, contrast] of a pixel. */
function plainly(
  { width, height, sum, difference }: Plain,
  left: number,
  range: number,
  x: number,
  y: number,
) {
  const weighted = (at: (offset: number) => number): number =>
    WEIGHTS.reduce((total, w, k) => total + w * (k === 0 ? at(0) : at(-k) + at(k)), 0);
  const mean = (of: At, c: number): number =>
    weighted((dx) => weighted((dy) => of(mirrored(x + dx, width, left), mirrored(y + dy, height, left), c)));
  const squared =
    (of: At): At =>
    (u, v, c) =>
      of(u, v, c) * of(u, v, c);
  const [twiceC1, twiceC2] = [2 * (0.01 * range) ** 2, 2 * (0.03 * range) ** 2];
  let [similarity, contrast] = [0, 0];
  for (let c = 0; c < 3; c++) {
    const [bright, apart] = [mean(sum, c) * mean(sum, c), mean(difference, c) * mean(difference, c)];
    const spread = mean(squared(sum), c) - bright;
    const spreadApart = mean(squared(difference), c) - apart;
    const structural = (spread - spreadApart + twiceC2) / (spread + spreadApart + twiceC2);
    similarity += ((bright - apart + twiceC1) / (bright + apart + twiceC1)) * structural;
    contrast += structural;
  }
  return [similarity / 3, contrast / 3];
}

test('its values are those of the sums written plainly, to the bit, at every scale', () => {
  const dice = random(1, 'structure');
  for (const [levels, scales] of [
    [EIGHT_BITS, 2],
    [{ zero: 127.5, range: 127.5 }, 1],
    [EIGHT_BITS, 3],
  ] as const) {
    const side = 11 * 2 ** (scales - 1);
    const [width, height] = [dice.integer(side, side + 9), dice.integer(side, side + 9)];
    const [a, b] = [0, 1].map(() => new Uint8Array(3 * width * height).map(() => dice.integer(0, 256)));
    const bytes =
      (picture: Uint8Array): At =>
      (x, y, c) =>
        picture[3 * (y * width + x) + c] as number;
    const [p, q] = [bytes(a as Uint8Array), bytes(b as Uint8Array)];
    let plain: Plain = {
      width,
      height,
      sum: (x, y, c) => p(x, y, c) + q(x, y, c) - 2 * levels.zero,
      difference: (x, y, c) => p(x, y, c) - q(x, y, c),
    };
    structures(a as Uint8Array, b as Uint8Array, width, height, scales, levels).forEach((found, scale) => {
      if (scale > 0) plain = halved(plain);
      expect([found.width, found.height]).toEqual([plain.width, plain.height]);
      found.similarity.forEach((similarity, at) => {
        const [x, y] = [at % plain.width, Math.floor(at / plain.width)];
        const wanted = plainly(plain, scale === 0 ? 0 : 1, levels.range, x, y);
        expect([similarity, found.contrast[at]]).toEqual(wanted);
      });
    });
  }
});
