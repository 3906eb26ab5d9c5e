/** A picture's brightness, from which thumbnails of any of its windows are taken. */
import type { Rgb } from '../face.ts';

/** A part of a picture; all in parts of its width and height. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export const WHOLE: Window = { left: 0, top: 0, side: 1 };

export class Grey {
  private readonly width: number;
  private readonly height: number;
  /** Brightness summed over all pixels above and to the left: [height + 1, width + 1]. */
  private readonly sums: Float64Array;

  constructor({ width, height, data }: Rgb) {
    this.width = width;
    this.height = height;
    const stride = width + 1;
    this.sums = new Float64Array(stride * (height + 1));
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        const p = 3 * (y * width + x);
        row +=
          0.299 * (data[p] as number) + 0.587 * (data[p + 1] as number) + 0.114 * (data[p + 2] as number);
        this.sums[(y + 1) * stride + x + 1] = (this.sums[y * stride + x + 1] as number) + row;
      }
    }
  }

  /** The window's mean brightness, 0 to 255, in `size` x `size` cells. */
  thumbnail({ left, top, side }: Window, size: number, mirrored = false): Float32Array {
    const corners = new Float64Array((size + 1) * (size + 1));
    for (let j = 0; j <= size; j++) {
      for (let i = 0; i <= size; i++) {
        const x = (left + (side * i) / size) * this.width;
        const y = (top + (side * j) / size) * this.height;
        corners[j * (size + 1) + i] = this.sumTo(x, y);
      }
    }
    const cell = ((side * this.width) / size) * ((side * this.height) / size);
    const out = new Float32Array(size * size);
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) {
        const at = j * (size + 1) + i;
        const above = (corners[at + 1] as number) - (corners[at] as number);
        const below = (corners[at + size + 2] as number) - (corners[at + size + 1] as number);
        out[j * size + (mirrored ? size - 1 - i : i)] = (below - above) / cell;
      }
    }
    return out;
  }

  /** Brightness above and to the left of a point, the last pixels by the part that lies there. */
  private sumTo(x: number, y: number): number {
    const stride = this.width + 1;
    const i = Math.max(0, Math.min(this.width - 1, Math.floor(x)));
    const j = Math.max(0, Math.min(this.height - 1, Math.floor(y)));
    const at = j * stride + i;
    const s = Math.min(1, Math.max(0, x - i));
    const t = Math.min(1, Math.max(0, y - j));
    const above = (1 - s) * (this.sums[at] as number) + s * (this.sums[at + 1] as number);
    const below = (1 - s) * (this.sums[at + stride] as number) + s * (this.sums[at + stride + 1] as number);
    return (1 - t) * above + t * below;
  }
}
