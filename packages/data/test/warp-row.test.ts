/** The assembled row of `warp` against its source, and its pixels against the sums written plainly. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import wabt from 'wabt';
import type { Rgb } from '../src/face.ts';
import type { Similarity } from '../src/mesh/mesh.ts';
import { random } from '../src/random.ts';
import { warp } from '../src/warp.ts';

test('warp-row.wasm is what warp-row.wat assembles to', async () => {
  const source = new URL('../src/warp-row.wat', import.meta.url);
  const parsed = (await wabt()).parseWat('warp-row.wat', readFileSync(source, 'utf8'), { simd: true });
  const assembled = readFileSync(new URL('../src/warp-row.wasm', import.meta.url));
  expect(Buffer.compare(Buffer.from(parsed.toBinary({}).buffer), assembled)).toBe(0);
});

/** Each new pixel the mean of 2 x 2 bilinear samples: places in 1/2^14 of a pixel, shares in 1/2^8. */
function plainly({ width, height, data }: Rgb, { a, b, e, f }: Similarity, size: number): Uint8Array {
  const scale = a * a + b * b;
  const apart = scale < 1 ? Math.min(1 / 2, 1 / (4 * Math.sqrt(scale))) : 0;
  const fixed = (value: number): number => Math.round(value * 2 ** 14);
  const back = { a: a / scale, b: -b / scale, e: -(a * e + b * f) / scale, f: (b * e - a * f) / scale };
  const place = (value: number, last: number): [number, number] => {
    const inside = Math.max(0, Math.min(last * 2 ** 14, value));
    return [Math.floor(inside / 2 ** 14), Math.floor(inside / 2 ** 6) % 256];
  };
  const at = (x: number, y: number, c: number): number =>
    data[3 * (Math.min(y, height - 1) * width + Math.min(x, width - 1)) + c]!;
  const out = new Uint8Array(3 * size * size);
  for (let i = 0; i < out.length; i++) {
    const [x, y, c] = [Math.floor(i / 3) % size, Math.floor(i / 3 / size), i % 3];
    const px = fixed(back.e - back.b * y) + x * fixed(back.a) + 32;
    const py = fixed(back.f + back.a * y) + x * fixed(back.b) + 32;
    let sum = 2 ** 17;
    for (const dy of [-1, 1]) {
      for (const dx of [-1, 1]) {
        const [column, u] = place(px + dx * fixed(apart), width - 1);
        const [line, v] = place(py + dy * fixed(apart), height - 1);
        sum +=
          (256 - v) * ((256 - u) * at(column, line, c) + u * at(column + 1, line, c)) +
          v * ((256 - u) * at(column, line + 1, c) + u * at(column + 1, line + 1, c));
      }
    }
    out[i] = Math.floor(sum / 2 ** 18);
  }
  return out;
}

test('its pixels are those of the sums written plainly, to the bit', () => {
  const dice = random(1, 'warp-row');
  for (let round = 0; round < 60; round++) {
    const [width, height, size] = [dice.integer(1, 90), dice.integer(1, 90), dice.integer(1, 60)];
    const data = new Uint8Array(3 * width * height).map(() => dice.integer(0, 256));
    // Not shrunk to less than a half: then it is halved first.
    const [scale, angle] = [dice.uniform(0.52, 2), dice.uniform(0, 2 * Math.PI)];
    const similarity = {
      a: scale * Math.cos(angle),
      b: scale * Math.sin(angle),
      e: dice.uniform(-90, 90),
      f: dice.uniform(-90, 90),
    };
    const image = { width, height, data };
    expect(Buffer.compare(warp(image, similarity, size).data, plainly(image, similarity, size))).toBe(0);
  }
});
