/** Draws over a face and keeps the exact mask of what was drawn. */
import type { Blend, Occlusion, Rgb } from '../face.ts';
import type { Coverage } from './polygon.ts';

/** Red, green, blue from 0 to 255, not rounded. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Less opacity than this leaves a pixel as it is, and out of the mask. */
export const LEAST_OPACITY = 1 / 32;

/** The paint at a pixel, `at` its place in the shape's arrays: writes red, green, blue into `out` and returns the opacity, 0 to 1. */
export type Paint = (x: number, y: number, out: Float64Array, at: number) => number;

/**
 * A face being drawn over. A pixel is in the mask exactly where something of at least `LEAST_OPACITY` was drawn,
 * and exactly there it differs from the clean one: where the paint happens to be the clean colour, one channel
 * is moved by one level.
 */
export class Canvas {
  readonly clean: Rgb;
  private readonly pixels: Uint8Array;
  private readonly drawn: Uint8Array;
  private readonly paintOut = new Float64Array(3);

  constructor(clean: Rgb) {
    this.clean = clean;
    // Not slice(): a Buffer's shares its memory.
    this.pixels = Uint8Array.from(clean.data);
    this.drawn = new Uint8Array(clean.width * clean.height);
  }

  /** Lays the paint over what stands there, inside the shape. */
  fill(shape: Coverage, paint: Paint): void {
    const { width } = this.clean;
    const out = this.paintOut;
    for (let y = shape.top; y < shape.bottom; y++) {
      for (let x = shape.left; x < shape.right; x++) {
        const at = (y - shape.top) * shape.stride + x - shape.left;
        const cover = shape.values[at] as number;
        if (cover < LEAST_OPACITY) continue;
        const opacity = cover * paint(x, y, out, at);
        if (opacity >= LEAST_OPACITY) this.blend(y * width + x, out, opacity);
      }
    }
  }

  private blend(pixel: number, paint: Float64Array, opacity: number): void {
    this.drawn[pixel] = 1;
    for (let c = 0; c < 3; c++) {
      const old = this.pixels[3 * pixel + c] as number;
      const value = old + opacity * ((paint[c] as number) - old);
      // Cut to a whole number as it is stored: rounded.
      this.pixels[3 * pixel + c] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
    }
  }

  /** `blend`: how it was drawn. */
  finish(blend: Blend): Occlusion {
    const { data, width, height } = this.clean;
    for (let i = 0; i < this.drawn.length; i++) {
      if (this.drawn[i] === 0) continue;
      const at = 3 * i;
      const same =
        this.pixels[at] === data[at] &&
        this.pixels[at + 1] === data[at + 1] &&
        this.pixels[at + 2] === data[at + 2];
      if (same) this.pixels[at + 2] = (data[at + 2] as number) + ((data[at + 2] as number) < 128 ? 1 : -1);
    }
    return { occluded: { width, height, data: this.pixels }, mask: this.drawn, blend };
  }
}

/** Paint of one colour. */
export const plain =
  ([red, green, blue]: Colour, opacity = 1): Paint =>
  (_x, _y, out) => {
    out[0] = red;
    out[1] = green;
    out[2] = blue;
    return opacity;
  };
