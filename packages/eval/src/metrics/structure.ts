/**
 * Structural similarity of two pictures at every pixel (Wang et al., 2004), at one scale or several: local means under a
 * Gaussian window of sigma 1.5 and 11 taps, each channel on its own. In vectors of WebAssembly, structure.wat.
 */
import { readFileSync } from 'node:fs';

const SIGMA = 1.5;
export const RADIUS = 5;
const TAPS = 2 * RADIUS + 1;

/** The window's normalised weights at distance 0 … 5 from its centre. */
export const WEIGHTS = gaussian();

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: RADIUS + 1 }, (_, i) =>
    Math.exp((-0.5 * i * i) / (SIGMA * SIGMA)),
  );
  const sum = weights.reduce((total, w, i) => total + (i === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / sum);
}

/** Of one scale: [height * width] values in [-1, 1], means of the three channels. */
export interface Structure {
  readonly width: number;
  readonly height: number;
  readonly similarity: Float64Array;
  /** Similarity without its factor for the brightness. */
  readonly contrast: Float64Array;
}

/** What levels of 8 bits stand for: the level at 0, and how many levels are the range that SSIM's constants are parts of. */
export interface Levels {
  readonly zero: number;
  readonly range: number;
}
export const EIGHT_BITS: Levels = { zero: 0, range: 255 };

/**
 * Two interleaved RGB pictures at `scales` scales: each is made of the means of 2 x 2 pixels of the one before, an odd last row
 * or column left out. Beyond its edge the first goes on as SciPy's filters have it (b a | a b c, "symmetric"), the others as
 * in torchmetrics (c b | a b c, "reflect"). Throws a RangeError where sizes do not fit or a side of the first scale is shorter
 * than the window, as scikit-image does.
 */
export function structures(
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  height: number,
  scales: number,
  levels = EIGHT_BITS,
): Structure[] {
  refuseSizes(a, b, width, height);
  const planes = planesFrom(BYTES_AT + 2 * a.length, width, height, scales);
  const meansAt = (planes.at(-1) as Plane).end;
  const mapsAt = meansAt + 2 * (planes[0] as Plane).row;
  const memory = memoryOf(mapsAt + 16 * width * height);
  new Float64Array(memory).set(WEIGHTS);
  new Uint8Array(memory).set(a, BYTES_AT);
  new Uint8Array(memory).set(b, BYTES_AT + a.length);
  return planes.map((plane, scale) => {
    if (scale === 0) combine(plane, levels.zero);
    else halve(planes[scale - 1] as Plane, plane);
    extend(new Float64Array(memory), plane, scale === 0 ? 0 : 1);
    return compare(plane, memory, meansAt, mapsAt, levels.range);
  });
}

function refuseSizes(a: Uint8Array, b: Uint8Array, width: number, height: number): void {
  const length = width * height * 3;
  if (a.length !== length || b.length !== length) {
    throw new RangeError(
      `pictures of ${a.length} and ${b.length} values where ${width} x ${height} x 3 was expected`,
    );
  }
  if (Math.min(width, height) < TAPS) {
    throw new RangeError(
      `SSIM needs pictures of at least ${TAPS} x ${TAPS} pixels, not ${width} x ${height}`,
    );
  }
}

/** Assembled from structure.wat, which says what the arguments are. */
interface Assembled {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  combine(a: number, b: number, end: number, shift: number, out: number): void;
  halve(above: number, below: number, out: number, end: number): void;
  compare(
    source: number,
    stride: number,
    weights: number,
    c1: number,
    c2: number,
    means: number,
    similarity: number,
    contrast: number,
    end: number,
  ): void;
}

/** What Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** Vectors of WebAssembly take a quarter of the time of JavaScript. */
const module = new WebAssembly.Module(readFileSync(new URL('./structure.wasm', import.meta.url)));
const assembled = new WebAssembly.Instance(module).exports as Assembled;

/** The memory holds the weights, the pictures' bytes, the planes, one row of means, and the two maps. */
const WEIGHTS_AT = 0;
const BYTES_AT = 48;
const PAGE_BYTES = 65536;

function memoryOf(bytes: number): ArrayBuffer {
  const { memory } = assembled;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return memory.buffer;
}

/** Of a pixel: three channels, the sum and the difference of each, in 64 bits. */
const PIXEL_VALUES = 6;
const PIXEL_BYTES = 8 * PIXEL_VALUES;

/** Both pictures at one scale with 5 pixels more on all sides: where it lies, and the bytes of a row. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly start: number;
  readonly row: number;
  readonly end: number;
}

function planesFrom(from: number, width: number, height: number, scales: number): Plane[] {
  let start = 8 * Math.ceil(from / 8);
  return Array.from({ length: scales }, (_, scale) => {
    const size = { width: width >> scale, height: height >> scale };
    const row = PIXEL_BYTES * (size.width + 2 * RADIUS);
    const plane = { ...size, start, row, end: start + row * (size.height + 2 * RADIUS) };
    start = plane.end;
    return plane;
  });
}

/** Where a pixel of the picture lies. */
const at = ({ start, row }: Plane, x: number, y: number): number =>
  start + (y + RADIUS) * row + PIXEL_BYTES * (x + RADIUS);

function combine(plane: Plane, zero: number): void {
  const line = 3 * plane.width;
  const bytes = line * plane.height;
  for (let y = 0; y < plane.height; y++) {
    const from = BYTES_AT + line * y;
    assembled.combine(from, from + bytes, from + line, 2 * zero, at(plane, 0, y));
  }
}

function halve(whole: Plane, half: Plane): void {
  for (let y = 0; y < half.height; y++) {
    assembled.halve(at(whole, 0, 2 * y), at(whole, 0, 2 * y + 1), at(half, 0, y), at(half, half.width, y));
  }
}

/** Mirrors the picture at its edges; `left` outermost pixels are left out. */
function extend(values: Float64Array, plane: Plane, left: number): void {
  const { width, height } = plane;
  const copy = (to: number, from: number, bytes: number): void => {
    values.copyWithin(to / 8, from / 8, (from + bytes) / 8);
  };
  for (let y = 0; y < height; y++) {
    for (let k = 0; k < RADIUS; k++) {
      copy(at(plane, -1 - k, y), at(plane, k + left, y), PIXEL_BYTES);
      copy(at(plane, width + k, y), at(plane, width - 1 - k - left, y), PIXEL_BYTES);
    }
  }
  for (let k = 0; k < RADIUS; k++) {
    copy(at(plane, -RADIUS, -1 - k), at(plane, -RADIUS, k + left), plane.row);
    copy(at(plane, -RADIUS, height + k), at(plane, -RADIUS, height - 1 - k - left), plane.row);
  }
}

function compare(
  plane: Plane,
  memory: ArrayBuffer,
  meansAt: number,
  mapsAt: number,
  range: number,
): Structure {
  const { width, height, row } = plane;
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const map = 8 * width * height;
  for (let y = 0; y < height; y++) {
    const similarity = mapsAt + 8 * width * y;
    const contrast = similarity + map;
    const source = at(plane, -RADIUS, y);
    const end = contrast + 8 * width;
    assembled.compare(source, row, WEIGHTS_AT, 2 * c1, 2 * c2, meansAt, similarity, contrast, end);
  }
  const copied = (from: number): Float64Array => new Float64Array(memory.slice(from, from + map));
  return { width, height, similarity: copied(mapsAt), contrast: copied(mapsAt + map) };
}
