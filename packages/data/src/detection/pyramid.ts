/** A picture in halves of halves of its size, from which cuts of any scale are read without coarse sampling. */
import type { Rgb } from '../face.ts';
import type { Similarity } from '../mesh/mesh.ts';

export class Pyramid {
  readonly image: Rgb;
  private readonly levels: Rgb[];

  constructor(image: Rgb) {
    this.image = image;
    this.levels = [image];
  }

  /**
   * size x size pixels of RGB in [0, 255], bilinear: pixel (u, v) is read where the similarity carries it. Beyond its border
   * the picture goes on with its border's colour.
   */
  cut({ a, b, e, f }: Similarity, size: number): Float32Array {
    const { level, step } = this.levelFor(Math.sqrt(a * a + b * b));
    const out = new Float32Array(3 * size * size);
    const [right, down] = [a / step, b / step];
    const [x0, y0] = [(e + 0.5) / step - 0.5, (f + 0.5) / step - 0.5];
    for (let v = 0; v < size; v++) {
      for (let u = 0; u < size; u++) {
        read(level, right * u - down * v + x0, down * u + right * v + y0, out, 3 * (v * size + u));
      }
    }
    return out;
  }

  /** The smallest level that has at least a pixel for each of a cut whose pixels lie `spacing` apart in the picture. */
  private levelFor(spacing: number): { level: Rgb; step: number } {
    let [depth, step] = [0, 1];
    for (; spacing >= 2 * step; step *= 2) depth++;
    while (this.levels.length <= depth) this.levels.push(halved(this.levels.at(-1) as Rgb));
    return { level: this.levels[depth] as Rgb, step };
  }
}

function read({ width, height, data }: Rgb, x: number, y: number, out: Float32Array, to: number): void {
  const [inX, inY] = [within(x, width), within(y, height)];
  const [left, top] = [Math.floor(inX), Math.floor(inY)];
  const [fx, fy] = [inX - left, inY - top];
  const upper = 3 * (top * width + left);
  const lower = upper + (top + 1 < height ? 3 * width : 0);
  const next = left + 1 < width ? 3 : 0;
  for (let c = 0; c < 3; c++) {
    const [p, q] = [upper + c, lower + c];
    const above = (1 - fx) * (data[p] as number) + fx * (data[p + next] as number);
    const below = (1 - fx) * (data[q] as number) + fx * (data[q + next] as number);
    out[to + c] = (1 - fy) * above + fy * below;
  }
}

const within = (value: number, length: number): number => Math.min(Math.max(value, 0), length - 1);

/** Means of 2 x 2 pixels; where a side is odd, its last pixels count twice. */
function halved({ width, height, data }: Rgb): Rgb {
  const [across, tall] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Uint8Array(3 * across * tall);
  for (let y = 0; y < tall; y++) {
    const upper = 2 * y * width;
    const lower = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < across; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      const corners = [upper + left, upper + right, lower + left, lower + right] as const;
      for (let c = 0; c < 3; c++) {
        let sum = 2;
        for (const at of corners) sum += data[3 * at + c] as number;
        out[3 * (y * across + x) + c] = sum >> 2;
      }
    }
  }
  return { width: across, height: tall, data: out };
}
