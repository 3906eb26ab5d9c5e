/** Origin of the expected values: linear functions solve Laplace's equation, and no solution leaves its border's range. */
import { expect, test } from 'vitest';
import { inpaint } from '../src/inpainting.ts';

const [width, height] = [40, 30];
const picture = (value: (x: number, y: number, channel: number) => number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const p = Math.floor(i / 3);
    return Math.round(value(p % width, Math.floor(p / width), i % 3));
  }),
});
const mask = Uint8Array.from({ length: width * height }, (_, p) => {
  const [x, y] = [p % width, Math.floor(p / width)];
  return x > 5 && x < 34 && y > 4 && y < 25 ? 1 : 0;
});

test('a linear picture comes back as it was, whatever stood in the hole', () => {
  const whole = picture((x, y, channel) => 20 + 3 * x + (channel + 1) * y);
  const spoilt = {
    ...whole,
    data: whole.data.map((value, i) => (mask[Math.floor(i / 3)] === 1 ? 255 - value : value)),
  };
  const found = inpaint(spoilt, mask);
  found.data.forEach((value, i) => {
    expect(Math.abs(value - (whole.data[i] as number)), `value ${i}`).toBeLessThanOrEqual(1);
  });
});

test('the visible pixels stay, and the hole keeps to the range of its border', () => {
  const image = picture((x, y) => (Math.sin(x * y) > 0 ? 200 : 50));
  const found = inpaint(image, mask);
  found.data.forEach((value, i) => {
    if (mask[Math.floor(i / 3)] === 0) expect(value).toBe(image.data[i]);
    else expect(value >= 50 && value <= 200).toBe(true);
  });
});

test('a hole at the edge and a picture that is all hole are filled too', () => {
  const image = picture(() => 90);
  const corner = Uint8Array.from(mask, (_, p) => (p % width < 10 ? 1 : 0));
  expect(new Set(inpaint(image, corner).data)).toEqual(new Set([90]));
  expect(
    new Set(
      inpaint(
        image,
        mask.map(() => 1),
      ).data,
    ),
  ).toEqual(new Set([0]));
});
