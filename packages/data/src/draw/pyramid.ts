/** A picture with alpha at its size and at every half of the one before: read at the size in which it is drawn (Williams, 1983). */

/** Premultiplied RGBA, 8 bits a channel. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Pyramid {
  /** The first is the largest. */
  readonly levels: readonly Level[];
}

/** `data`: RGBA, not premultiplied. The largest level is the first one whose sides are no longer than `most`. */
export function pyramidOf(width: number, height: number, data: Uint8Array, most: number): Pyramid {
  const levels: Level[] = [];
  let level: Level = { width, height, data: premultiplied(data) };
  while (Math.max(level.width, level.height) > most) level = halved(level);
  for (;;) {
    levels.push(level);
    if (Math.max(level.width, level.height) === 1) return { levels };
    level = halved(level);
  }
}

function premultiplied(data: Uint8Array): Uint8Array {
  const out = data.slice();
  for (let i = 0; i < out.length; i += 4) {
    const alpha = (out[i + 3] as number) / 255;
    for (let c = i; c < i + 3; c++) out[c] = Math.round((out[c] as number) * alpha);
  }
  return out;
}

/** Means of four pixels; beyond the border all is transparent. */
function halved({ width, height, data }: Level): Level {
  const [wide, high] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Uint8Array(4 * wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      for (let c = 0; c < 4; c++) {
        let sum = 2;
        for (let j = 2 * y; j < Math.min(height, 2 * y + 2); j++) {
          for (let i = 2 * x; i < Math.min(width, 2 * x + 2); i++) {
            sum += data[4 * (j * width + i) + c] as number;
          }
        }
        out[4 * (y * wide + x) + c] = sum >> 2;
      }
    }
  }
  return { width: wide, height: high, data: out };
}

/** Places in the picture: x and y from 0 to 1 over the largest level's sides. */
export interface Reader {
  /** Adds the premultiplied red, green, blue and alpha at a place, 0 to 255 each. */
  add(x: number, y: number, out: Float64Array): void;
}

/** Reads where neighbouring samples lie `step` pixels of the largest level apart: at the level where that is one pixel or less. */
export function readerAt({ levels }: Pyramid, step: number): Reader {
  const first = levels[0] as Level;
  let k = 0;
  while (k + 1 < levels.length && step > 2 ** k) k++;
  const { width, height, data } = levels[k] as Level;
  const [wide, high] = [first.width / 2 ** k, first.height / 2 ** k];
  return {
    add(x, y, out) {
      const [px, py] = [x * wide - 0.5, y * high - 0.5];
      const [column, row] = [Math.floor(px), Math.floor(py)];
      for (let j = 0; j < 2; j++) {
        for (let i = 0; i < 2; i++) {
          const [cx, cy] = [column + i, row + j];
          if (cx < 0 || cy < 0 || cx >= width || cy >= height) continue;
          const weight = (1 - Math.abs(px - cx)) * (1 - Math.abs(py - cy));
          const at = 4 * (cy * width + cx);
          for (let c = 0; c < 4; c++) out[c] = (out[c] as number) + weight * (data[at + c] as number);
        }
      }
    },
  };
}
