/** A picture under a similarity: in whole numbers, so that every machine draws the same pixels. */
import { readFileSync } from 'node:fs';
import type { Rgb } from './face.ts';
import type { Similarity } from './mesh/mesh.ts';

/** Bits behind the point of a place in the picture: 131,071 pixels a side fit into 32 bits. */
const PLACE_BITS = 14;
const ONE = 1 << PLACE_BITS;
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
 * columns: then they touch 3 x 3 pixels, whose shares are the products of those of columns and rows, in 8 bits each.
 */
function sampled(image: Rgb, back: Similarity, size: number, beside: number): Rgb {
  const part = reached(image, back, size);
  const stride = 3 * (part.width + BORDER);
  const bytes = { part: stride * (part.height + BORDER), out: 3 * size * size };
  const out = bytes.part + SLACK;
  const memory = memoryOf(out + bytes.out + SLACK);
  putBordered(image, part, memory);
  const { a, b, e, f } = back;
  const [lastX, lastY] = [(part.width - 1) * ONE, (part.height - 1) * ONE];
  const [stepX, stepY, apart] = [fixed(a), fixed(b), fixed(beside)];
  // Half a step of the shares, so that these are the nearest.
  const rounding = ONE / 256 / 2;
  for (let y = 0; y < size; y++) {
    const x0 = fixed(e - b * y) - part.left * ONE + rounding;
    const y0 = fixed(f + a * y) - part.top * ONE + rounding;
    const to = out + 3 * size * y;
    row.row(0, stride, lastX, lastY, x0, y0, stepX, stepY, apart, to, to + 3 * size);
  }
  return { width: size, height: size, data: memory.slice(out, out + bytes.out) };
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The pixels that are touched, and a few more. */
function reached({ width, height }: Rgb, { a, b, e, f }: Similarity, size: number): Part {
  const corners = [0, size].flatMap((x) => [0, size].map((y) => [a * x - b * y + e, b * x + a * y + f]));
  const [left, right] = range(
    corners.map(([x]) => x as number),
    width,
  );
  const [top, bottom] = range(
    corners.map(([, y]) => y as number),
    height,
  );
  return { left, top, width: right - left, height: bottom - top };
}

function range(places: readonly number[], end: number): [from: number, to: number] {
  const from = Math.max(0, Math.min(end - 1, Math.floor(Math.min(...places)) - BORDER));
  return [from, Math.max(from + 1, Math.min(end, Math.ceil(Math.max(...places)) + BORDER))];
}

const fixed = (value: number): number => Math.round(value * ONE);

/** Assembled from warp-row.wat, which says what the arguments are. */
interface WarpRow {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  row(
    picture: number,
    stride: number,
    lastX: number,
    lastY: number,
    x: number,
    y: number,
    stepX: number,
    stepY: number,
    apart: number,
    out: number,
    end: number,
  ): void;
}

/** What Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Vectors of WebAssembly take a third of the time of JavaScript, in which this was a quarter of that of a sample. */
const module = new WebAssembly.Module(readFileSync(new URL('./warp-row.wasm', import.meta.url)));
const row = new WebAssembly.Instance(module).exports as WarpRow;

/** Bytes that a vector may reach beyond its end. */
const SLACK = 16;
const PAGE_BYTES = 65536;

function memoryOf(bytes: number): Uint8Array {
  const { memory } = row;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return new Uint8Array(memory.buffer);
}

/** How many columns and rows are added. */
const BORDER = 2;

/** The part's pixels, its last column and row `BORDER` times more. */
function putBordered({ width, data }: Rgb, part: Part, out: Uint8Array): void {
  const row = 3 * part.width;
  const wide = row + 3 * BORDER;
  for (let y = 0, at = 0; y < part.height + BORDER; y++, at += wide) {
    const from = 3 * ((part.top + Math.min(y, part.height - 1)) * width + part.left);
    out.set(data.subarray(from, from + row), at);
    for (let i = row; i < wide; i++) out[at + i] = out[at + i - 3]!;
  }
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
