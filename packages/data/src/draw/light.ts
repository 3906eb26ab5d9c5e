/** How the light falls over a face, estimated from the clean picture. */
import type { Face } from '../face.ts';
import type { Hull } from '../hull.ts';

export interface Light {
  /** Mean brightness of the face, 0 to 255. */
  readonly mean: number;
  /** Brightness at a point over the mean: the plane of best fit over the face, kept within [0.6, 1.4]. */
  at(x: number, y: number): number;
  /** How bright a white cloth is lit, about 0.75 to 1.05: the skin's own colour says little of it. */
  readonly exposure: number;
}

const STRIDE = 3;

/** Least squares over every third pixel of the hull. */
export function lightOn({ image: { width, height, data } }: Face, hull: Hull): Light {
  const samples: { x: number; y: number; value: number }[] = [];
  const sum = { x: 0, y: 0, value: 0 };
  for (let y = 0; y < height; y += STRIDE) {
    for (let x = 0; x < width; x += STRIDE) {
      const i = y * width + x;
      if (hull.inside[i] === 0) continue;
      const [red, green, blue] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number];
      const value = 0.3 * red + 0.59 * green + 0.11 * blue;
      samples.push({ x, y, value });
      sum.x += x;
      sum.y += y;
      sum.value += value;
    }
  }
  const n = samples.length || 1;
  const mean = { x: sum.x / n, y: sum.y / n, value: sum.value / n };
  let [xx, xy, yy, xv, yv] = [1e-9, 0, 1e-9, 0, 0];
  for (const { x, y, value } of samples) {
    const [dx, dy, dv] = [x - mean.x, y - mean.y, value - mean.value];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
    xv += dx * dv;
    yv += dy * dv;
  }
  const determinant = xx * yy - xy * xy || 1e-9;
  const scale = 1 / (determinant * Math.max(mean.value, 16));
  const slopeX = (yy * xv - xy * yv) * scale;
  const slopeY = (xx * yv - xy * xv) * scale;
  return {
    mean: mean.value,
    exposure: 0.75 + 0.3 * Math.min(1, Math.max(0, (mean.value - 40) / 130)),
    at: (x, y) => Math.min(1.4, Math.max(0.6, 1 + slopeX * (x - mean.x) + slopeY * (y - mean.y))),
  };
}
