import type { Picture } from './picture.ts';
import { FONT, renderSvg } from './text.ts';

/** Draws SVG elements onto the picture, one unit a pixel; what they leave free keeps its values. */
export function drawOver({ width, height, data }: Picture, elements: string): void {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT}">${elements}</svg>`;
  const { pixels } = renderSvg(svg);
  for (let p = 0; p < width * height; p++) {
    const alpha = (pixels[4 * p + 3] as number) / 255;
    if (alpha === 0) continue;
    for (let c = 3 * p; c < 3 * p + 3; c++) {
      // The renderer's colours are multiplied by alpha already.
      data[c] = Math.round((pixels[c + p] as number) + (1 - alpha) * (data[c] as number));
    }
  }
}
