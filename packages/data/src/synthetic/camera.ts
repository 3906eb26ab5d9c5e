import type { Rgb } from '../face.ts';
import type { Camera } from './image.ts';
import { clamp, encodeSrgb } from './math.ts';
import { NOISE, noiseTiles } from './noise.ts';

/** Linear light up to `RANGE` in `STEPS` steps, as 8-bit sRGB. */
const RANGE = 1.6;
const STEPS = 16_384;
/** Above this a shoulder keeps highlights from clipping hard. */
const KNEE = 0.6;
const curve = Float32Array.from({ length: STEPS }, (_, i) => {
  const x = ((i + 0.5) / STEPS) * RANGE;
  const above = x - KNEE;
  return 255 * encodeSrgb(clamp(above < 0 ? x : KNEE + (0.56 * above) / (above + 0.4), 0, 1));
});

const tone = (x: number): number => {
  const step = (x * (STEPS / RANGE)) | 0;
  return curve[step < STEPS ? step : STEPS - 1]!;
};

/** Blurs, develops and adds noise to a picture in linear RGB. */
export function develop(
  linear: Float32Array,
  size: number,
  camera: Camera,
  gain: number,
  grain: number,
): Rgb {
  const picture = camera.blur > 0.01 ? blurred(linear, size, camera.blur) : linear;
  const data = new Uint8Array(size * size * 3);
  const rounded = new Uint8ClampedArray(data.buffer);
  const { saturation, contrast } = camera;
  const red = camera.exposure * gain * camera.balance[0];
  const green = camera.exposure * gain * camera.balance[1];
  const blue = camera.exposure * gain * camera.balance[2];
  const noise = noiseTiles().grain;
  const level = camera.noise * 2.6;
  const shift = grain % (NOISE * NOISE);
  for (let i = 0, pixel = 0; i < picture.length; i += 3, pixel++) {
    const r = tone(picture[i]! * red);
    const g = tone(picture[i + 1]! * green);
    const b = tone(picture[i + 2]! * blue);
    const grey = 0.3 * r + 0.59 * g + 0.11 * b;
    const grained = level * noise[(pixel + (pixel >> 7) * 131 + shift) & (NOISE * NOISE - 1)]!;
    const centre = 120 + (grey - 120) * contrast + grained - grey * saturation;
    rounded[i] = centre + r * saturation;
    rounded[i + 1] = centre + g * saturation;
    rounded[i + 2] = centre + b * saturation;
  }
  return { width: size, height: size, data };
}

/** A 3 x 3 blur that gives each neighbour in a row or column the share `side`. */
function blurred(picture: Float32Array, size: number, side: number): Float32Array {
  const row = size * 3;
  return pass(pass(picture, size, 3, row, side), size, row, 3, side);
}

/** Blurs lines whose values lie `step` apart; the lines begin `next` apart. */
function pass(from: Float32Array, size: number, step: number, next: number, side: number): Float32Array {
  const out = new Float32Array(from.length);
  for (let line = 0; line < size; line++) {
    for (let k = 0; k < 3; k++) {
      let i = line * next + k;
      let before = from[i]!;
      let here = before;
      for (let n = 0; n < size; n++, i += step) {
        const after = n + 1 < size ? from[i + step]! : here;
        out[i] = here * (1 - 2 * side) + side * (before + after);
        before = here;
        here = after;
      }
    }
  }
  return out;
}
