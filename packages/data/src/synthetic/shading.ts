import type { Colour } from './colour.ts';
import { colour, interpolate, type Scene } from './lighting.ts';
import { shadeCloth, shadeEye, shadeHair, shadeMouth, shadeSkin } from './materials.ts';
import type { GBuffer } from './rasteriser.ts';

/** Samples of a pixel, as steps in the buffer: top left, bottom right, then the other two. */
const CORNERS = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
] as const;

/**
 * Mixes what each pixel shows into `out` (linear RGB, a quarter of the buffer's samples), which holds the
 * background. A pixel that shows one part throughout is shaded at two of its four samples.
 */
export function shade(buffer: GBuffer, scene: Scene, out: Float32Array): void {
  const { part, width, height } = buffer;
  const size = width / 2;
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < size; x++) {
      const first = 2 * y * width + 2 * x;
      const owner = part[first]!;
      const whole =
        owner === part[first + 1] && owner === part[first + width] && owner === part[first + width + 1];
      if (whole && owner === 255) continue;
      const to = 3 * (y * size + x);
      const samples = whole ? 2 : 4;
      const share = 1 / samples;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < samples; k++) {
        const i = first + CORNERS[k]![0] + CORNERS[k]![1] * width;
        if (part[i] === 255) {
          red += out[to]!;
          green += out[to + 1]!;
          blue += out[to + 2]!;
          continue;
        }
        shadeSample(buffer, scene, i);
        red += colour[0]!;
        green += colour[1]!;
        blue += colour[2]!;
      }
      out[to] = red * share;
      out[to + 1] = green * share;
      out[to + 2] = blue * share;
    }
  }
}

function shadeSample(buffer: GBuffer, scene: Scene, i: number): void {
  const litPart = scene.parts[buffer.part[i]!]!;
  interpolate(litPart, buffer.triangle[i]! * 3, buffer.second[i]!, buffer.third[i]!);
  switch (litPart.part.material) {
    case 'skin':
      shadeSkin(scene);
      break;
    case 'hair':
      shadeHair(scene, litPart.comb ?? UP);
      break;
    case 'eye':
      shadeEye(scene);
      break;
    case 'mouth':
      shadeMouth(scene);
      break;
    case 'cloth':
      shadeCloth(scene);
      break;
  }
}

const UP: Colour = [0, 1, 0];
