/** How the light falls over a face, estimated from the clean picture. */
import type { Face } from '../face.ts';
import type { Hull } from '../hull.ts';

export interface Light {
  /** Brightness at a point over the mean: the plane of best fit over the face, kept within [0.6, 1.4]. */
  at(x: number, y: number): number;
  /** How bright a white cloth is lit, about 0.75 to 1.05: the skin's own colour says little of it. */
  readonly exposure: number;
}

const STRIDE = 3;

/** Least squares over every third pixel of the hull. */
export function lightOn({ image: { width, height, data } }: Face, hull: Hull): Light {
  let [n, x1, y1, v1, xx, xy, yy, xv, yv] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let y = 0; y < height; y += STRIDE) {
    for (let x = 0; x < width; x += STRIDE) {
      const i = y * width + x;
      if (hull.inside[i] === 0) continue;
      const at = 3 * i;
      const value =
        0.3 * (data[at] as number) + 0.59 * (data[at + 1] as number) + 0.11 * (data[at + 2] as number);
      n++;
      x1 += x;
      y1 += y;
      v1 += value;
      xx += x * x;
      xy += x * y;
      yy += y * y;
      xv += x * value;
      yv += y * value;
    }
  }
  const [meanX, meanY, mean] = [x1 / n, y1 / n, v1 / n];
  const [sxx, sxy, syy] = [xx - x1 * meanX, xy - x1 * meanY, yy - y1 * meanY];
  const [sxv, syv] = [xv - v1 * meanX, yv - v1 * meanY];
  const scale = 1 / ((sxx * syy - sxy * sxy || 1) * Math.max(mean, 16));
  const slopeX = (syy * sxv - sxy * syv) * scale;
  const slopeY = (sxx * syv - sxy * sxv) * scale;
  return {
    exposure: 0.75 + 0.3 * Math.min(1, Math.max(0, (mean - 40) / 130)),
    at: (x, y) => Math.min(1.4, Math.max(0.6, 1 + slopeX * (x - meanX) + slopeY * (y - meanY))),
  };
}
