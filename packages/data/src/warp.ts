/** A picture under a similarity: in whole numbers, so that every machine draws the same pixels. */
import type { Rgb } from './face.ts';
import type { Similarity } from './mesh/mesh.ts';

/** Bits behind the point of a place in the picture: 131,071 pixels a side fit into 32 bits. */
const PLACE_BITS = 14;
const ONE = 1 << PLACE_BITS;
/** Bits of a pixel's share against its neighbour's. */
const SHARE_BITS = 8;
const WHOLE = 1 << SHARE_BITS;

/**
 * `size` x `size` pixels of the picture that the similarity carries there. Where it shrinks, the picture is halved until
 * less than a half is left to do, and then a pixel is the mean of 2 x 2 bilinear samples, half a new pixel apart; else it is
 * one. Beyond the picture's edge its outermost pixels go on.
 */
export function warp(image: Rgb, { a, b, e, f }: Similarity, size: number): Rgb {
  const scale = a * a + b * b;
  if (scale <= 1 / 4 && image.width > 1 && image.height > 1) {
    // Pixel i of the half lies at 2 i + 1/2 of the whole.
    return warp(halved(image), { a: 2 * a, b: 2 * b, e: e + (a - b) / 2, f: f + (a + b) / 2 }, size);
  }
  const back = { a: a / scale, b: -b / scale, e: -(a * e + b * f) / scale, f: (b * e - a * f) / scale };
  return sampled(image, back, size, scale < 1 ? Math.min(1 / 2, 1 / (4 * Math.sqrt(scale))) : 0);
}

/**
 * `back` carries a new pixel to its place in the picture. The samples lie `beside` it, at most half a pixel, along rows and
 * columns: then they touch 3 x 3 pixels, whose shares are the products of those of columns and rows.
 */
function sampled(image: Rgb, { a, b, e, f }: Similarity, size: number, beside: number): Rgb {
  const out = new Uint8Array(3 * size * size);
  const data = bordered(image);
  const row = 3 * (image.width + BORDER);
  const [lastX, lastY] = [(image.width - 1) * ONE, (image.height - 1) * ONE];
  const [stepX, stepY, apart] = [fixed(a), fixed(b), fixed(beside)];
  // Half a step of the shares, so that these are the nearest.
  const rounding = ONE / WHOLE / 2;
  for (let y = 0, at = 0; y < size; y++) {
    let placeX = fixed(e - b * y) + rounding;
    let placeY = fixed(f + a * y) + rounding;
    for (let x = 0; x < size; x++, at += 3) {
      const left = clamped(placeX - apart, lastX);
      const right = clamped(placeX + apart, lastX);
      const top = clamped(placeY - apart, lastY);
      const bottom = clamped(placeY + apart, lastY);
      const column = left >> PLACE_BITS;
      const line = top >> PLACE_BITS;
      const u = shareOf(left);
      const u2 = shareOf(right);
      const v = shareOf(top);
      const v2 = shareOf(bottom);
      // Two samples of one row touch two pixels, or three.
      const wide = (right >> PLACE_BITS) - column;
      const high = (bottom >> PLACE_BITS) - line;
      const x2 = wide * u2;
      const x1 = u + (wide === 0 ? u2 : WHOLE - u2);
      const x0 = 2 * WHOLE - x1 - x2;
      const y2 = high * v2;
      const y1 = v + (high === 0 ? v2 : WHOLE - v2);
      const y0 = 2 * WHOLE - y1 - y2;
      const p = line * row + 3 * column;
      const q = p + row;
      const r = q + row;
      for (let c = 0; c < 3; c++) {
        const sum =
          y0 * (x0 * data[p + c]! + x1 * data[p + c + 3]! + x2 * data[p + c + 6]!) +
          y1 * (x0 * data[q + c]! + x1 * data[q + c + 3]! + x2 * data[q + c + 6]!) +
          y2 * (x0 * data[r + c]! + x1 * data[r + c + 3]! + x2 * data[r + c + 6]!);
        out[at + c] = (sum + HALF) >> SUM_BITS;
      }
      placeX += stepX;
      placeY += stepY;
    }
  }
  return { width: size, height: size, data: out };
}

/** The shares of 3 x 3 pixels add up to 2 x 2 wholes. */
const SUM_BITS = 2 * (SHARE_BITS + 1);
const HALF = 1 << (SUM_BITS - 1);

const fixed = (value: number): number => Math.round(value * ONE);
const clamped = (place: number, last: number): number => Math.max(0, Math.min(last, place));
const shareOf = (place: number): number => (place >> (PLACE_BITS - SHARE_BITS)) & (WHOLE - 1);

/** How many columns and rows are added. */
const BORDER = 2;

/** The pixels, the last column and row `BORDER` times more. */
function bordered({ width, height, data }: Rgb): Uint8Array {
  const row = 3 * width;
  const wide = row + 3 * BORDER;
  const out = new Uint8Array(wide * (height + BORDER));
  for (let y = 0, at = 0; y < height + BORDER; y++, at += wide) {
    const from = Math.min(y, height - 1) * row;
    out.set(data.subarray(from, from + row), at);
    for (let i = row; i < wide; i++) out[at + i] = out[at + i - 3]!;
  }
  return out;
}

/** Half the width and height, a pixel the mean of 2 x 2; an odd last column or row is left out. */
function halved({ width, height, data }: Rgb): Rgb {
  const half = { width: width >> 1, height: height >> 1 };
  const out = new Uint8Array(3 * half.width * half.height);
  for (let y = 0, at = 0; y < half.height; y++) {
    let p = 6 * y * width;
    let q = p + 3 * width;
    for (let x = 0; x < half.width; x++, p += 3, q += 3) {
      for (let c = 0; c < 3; c++, p++, q++, at++) {
        out[at] = (data[p]! + data[p + 3]! + data[q]! + data[q + 3]! + 2) >> 2;
      }
    }
  }
  return { ...half, data: out };
}
